/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_swap_large.c - a large folio is written to the swap file as a whole, and
 * read back
 *
 *   PTEs -> folio        PTEs: 512 slots in a row       PTEs -> folio
 *                        swap cache -> folio            swap cache -> folio
 *
 * If a folio has another reference while it is written, it stays in the swap
 * cache, and a fault finds it there.  From then on, reclaim no longer checks
 * whether the folio can be split.
 */
#include "suite.h"

#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))
#define ROOM   2048 /* the file counts as full once half of it is used */

static void map_huge(void)
{
	unsigned long k;

	if (!t.kernel->traits.swaps_large_folios)
		suite_skip("this kernel splits a large folio first");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	for (k = 0; k < 512; k++)
		EXPECT_EQ(fl_store(t.process, SUB(k), k + 1), 0);
	EXPECT(pte_at(HUGE).huge);
}

static void expect_values(void)
{
	unsigned long k;

	for (k = 0; k < 512; k++)
		EXPECT_EQ(load(SUB(k)), k + 1);
}

TEST(swap_large, huge_page_is_swapped_out_as_a_whole, .swap_pages = ROOM)
{
	struct fl_audit used = { 0 };
	unsigned long k;

	map_huge();
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(HUGE).pfn), 0);
	for (k = 0; k < 512; k++)
		EXPECT(pte_at(SUB(k)).swap);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 512);
	expect_values();
}

/*
 *   reclaim                              another
 *   unmaps the folio, notifies the end
 *                                        takes a reference
 *   writes it, and cannot free it
 *                                        drops it
 */
static struct {
	int reclaimer;
	unsigned long pfn;
	_Bool unmapped;
} out;

static void yield_at_end(void *cookie, const struct fl_event *event)
{
	(void)cookie;
	if (event->thread != out.reclaimer || event->phase != FL_EVENT_END ||
	    out.unmapped)
		return;
	out.unmapped = 1;
	fl_thread_yield();
}

static void reclaim(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_reclaim(t.world, out.pfn), -EBUSY);
}

static void take_reference(void *arg)
{
	(void)arg;
	EXPECT(out.unmapped);
	EXPECT_EQ(fl_folio_get(t.world, out.pfn), 0);
}

static void fail_to_reclaim(void)
{
	memset(&out, 0, sizeof(out));
	out.pfn = pte_at(HUGE).pfn;
	fl_events_watch(t.world, yield_at_end, NULL);
	out.reclaimer = fl_thread_spawn(t.world, 0, "reclaim", reclaim, NULL);
	EXPECT(out.reclaimer > 0);
	EXPECT(fl_thread_spawn(t.world, 1, "another", take_reference, NULL) >
	       0);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	fl_events_watch(t.world, NULL, NULL);
	EXPECT_EQ(fl_folio_put(t.world, out.pfn), 0);
	EXPECT(pte_at(HUGE).swap && folio_of(out.pfn).swap_cache);
}

static void know_6_1(void)
{
	if (t.kernel->traits.swapin_copies_tail_pages)
		suite_skip("only the head is restored to the folio");
}

TEST(swap_large, huge_page_is_found_in_the_swap_cache, .swap_pages = ROOM)
{
	know_6_1();
	map_huge();
	fail_to_reclaim();
	EXPECT_EQ(load(SUB(3)), 4);
	EXPECT_EQ(pte_at(SUB(3)).pfn, out.pfn + 3);
	expect_values();
	EXPECT(folio_of(out.pfn).swap_cache);
	EXPECT_EQ(fl_folio_reclaim(t.world, out.pfn), 0);
	EXPECT(pte_at(HUGE).swap);
	expect_values();
}

/*
 *   PTEs:  | e | e | e | P | e | ...   until 6.14: a mark of the head takes all
 *          | e | P | P | P | P | ...   since: one
 *
 * Expect each to be unmapped and to drop exactly the mapcount that it owns.  An
 * entry of 6.12 owns none: the folio is freed with negative mapcounts.
 */
TEST(swap_large, partly_exclusive_folio_in_the_swap_cache, .swap_pages = ROOM)
{
	struct fl_device *device = NULL;
	struct fl_audit used = { 0 };

	know_6_1();
	map_huge();
	fail_to_reclaim();
	if (t.kernel->traits.reclaim_drops_mapcount)
		suite_known_bug("try_to_unmap() takes a mapcount from an "
				"entry without one (f495bd7e0d9b)",
				FL_END_KERNEL_BUG, "mapcount_left_at_free");
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	/* A store would remove it from the swap cache. */
	EXPECT_EQ(load(HUGE), 1);
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE, FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(device, HUGE, 1000, NULL), 0);
	EXPECT_EQ(load(SUB(3)), 4);
	EXPECT(pte_at(HUGE).exclusive && pte_at(SUB(3)).present);
	EXPECT_EQ(pte_at(SUB(3)).pfn, out.pfn + 3);
	EXPECT(folio_of(out.pfn).swap_cache);
	EXPECT_EQ(fl_folio_reclaim(t.world, out.pfn), 0);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 512);
	EXPECT(pte_at(HUGE).swap && pte_at(SUB(3)).swap);
	EXPECT_EQ(load(HUGE), 1001);
	EXPECT_EQ(load(SUB(3)), 4);
}
