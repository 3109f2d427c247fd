/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_busy.c - marking a page whose folio another thread has locked
 *
 *   holder                              marking
 *   locks the folio
 *                                       finds the page at the address
 *                                       waits for the folio lock (from 6.15),
 *                                       or skips the page
 *   does something
 *   unlocks the folio
 *                                       checks the address again: another page,
 *                                       and the marking restarts
 *
 * Expect (C12) that only the page mapped at that time is marked, and (C14) that
 * every lock and reference is released.
 */
#include "suite.h"

static struct {
	void (*change)(void);
	int marker;
	_Bool waited;
	long ret;
	unsigned long pfn;
} busy;

static void holder(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, busy.pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, busy.pfn), 0);
	fl_thread_yield();
	busy.waited = fl_thread_waits(t.world, busy.marker) != NULL;
	busy.change();
	EXPECT_EQ(fl_folio_unlock(t.world, busy.pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, busy.pfn), 0);
}

static void marker(void *arg)
{
	(void)arg;
	busy.ret = fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE);
}

/* Mark the page, while a holder of its folio lock runs @change(). */
static void mark_busy(void (*change)(void))
{
	memset(&busy, 0, sizeof(busy));
	busy.change = change;
	EXPECT_EQ(fl_store(t.process, PAGE(0), 5), 0);
	busy.pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "holder", holder, NULL) > 0);
	busy.marker = fl_thread_spawn(t.world, 1, "marking", marker, NULL);
	EXPECT(busy.marker > 0);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT_EQ(busy.waited, t.kernel->traits.marks_one_page);
}

static void nothing(void)
{
}

/*
 * A marking that waits gets the page at PAGE(0); one that does not leaves it
 * unchanged.
 */
static void expect_marked_if_waited(unsigned long pfn)
{
	EXPECT_EQ(busy.ret, busy.waited);
	if (busy.waited)
		expect_exclusive(PAGE(0), pfn, 1);
	else
		expect_mapped(PAGE(0), pfn, 1);
}

TEST(busy, marking_waits_for_the_folio_or_skips_the_page)
{
	mark_busy(nothing);
	expect_marked_if_waited(busy.pfn);
	EXPECT_EQ(load(PAGE(0)), 5);
}

static void kill_marker(void)
{
	if (!busy.waited)
		return;
	EXPECT_EQ(fl_thread_kill(t.world, busy.marker), 0);
	fl_thread_yield();
}

TEST(busy, fatal_signal_ends_the_wait)
{
	mark_busy(kill_marker);
	EXPECT_EQ(busy.ret, busy.waited ? -EINTR : 0);
	EXPECT(!device_at(PAGE(0)).mapped);
	expect_mapped(PAGE(0), busy.pfn, 1);
}

static void zap(void)
{
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
}

/*
 * A marking that waits makes a new page of zeroes, as a store would, maybe in
 * the same frame.
 */
TEST(busy, zapped_page_is_not_marked)
{
	mark_busy(zap);
	EXPECT_EQ(busy.ret, busy.waited);
	EXPECT_EQ(folio_of(busy.pfn).refcount,
		  pte_at(PAGE(0)).exclusive && pte_at(PAGE(0)).pfn == busy.pfn);
	EXPECT_EQ(rss_anon(), busy.waited);
	EXPECT_EQ(pte_at(PAGE(0)).exclusive, busy.waited);
	EXPECT_EQ(device_at(PAGE(0)).mapped, busy.waited);
	EXPECT_EQ(load(PAGE(0)), 0);
}

static void zap_and_store(void)
{
	zap();
	EXPECT_EQ(fl_store(t.process, PAGE(0), 6), 0);
}

/* Another page was mapped there meanwhile: expect it marked, or none. */
TEST(busy, page_mapped_meanwhile_is_looked_up_again)
{
	unsigned long pfn;

	mark_busy(zap_and_store);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(pfn != busy.pfn);
	expect_marked_if_waited(pfn);
	EXPECT_EQ(folio_of(busy.pfn).refcount, 0);
	EXPECT_EQ(load(PAGE(0)), 6);
}
