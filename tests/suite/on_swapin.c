/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_swapin.c - reading back from the swap file, with interference
 *
 *   parent   PTE: slot              holder has locked the page: a fault waits,
 *   child    PTE -> page            and then finds what was done meanwhile
 *   swap cache   -> page
 */
#include "suite.h"

static struct fl_process *child;

static unsigned long load_of(struct fl_process *process, unsigned long addr)
{
	unsigned long value = ~0UL;

	EXPECT_EQ(fl_load(process, addr, &value), 0);
	return value;
}

static void store_and_reclaim(unsigned long addr, unsigned long value)
{
	EXPECT_EQ(fl_store(t.process, addr, value), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(addr).pfn), 0);
	EXPECT(pte_at(addr).swap);
}

/*
 * Page 0 is in the swap file for the parent, and read back for the child.
 * Return: its frame, which is also in the swap cache.
 */
static unsigned long make_shared(void)
{
	struct fl_pte there = { 0 };

	store_and_reclaim(PAGE(0), 7);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(load_of(child, PAGE(0)), 7);
	EXPECT_EQ(fl_pte_view(child, PAGE(0), &there), 0);
	EXPECT(there.present && folio_of(there.pfn).swap_cache);
	EXPECT(pte_at(PAGE(0)).swap);
	return there.pfn;
}

/* Expect the page in the swap cache to be used, and no second one. */
TEST(swapin, page_in_the_swap_cache_is_found)
{
	unsigned long pfn = make_shared();

	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT(!pte_at(PAGE(0)).writable);
	EXPECT_EQ(folio_of(pfn).mapcount, 2);
}

/* -- the page is locked -- */

static void hold(unsigned long pfn)
{
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
}

static void release(unsigned long pfn)
{
	EXPECT_EQ(fl_folio_unlock(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, pfn), 0);
}

/* Expect a fault that may be retried not to wait, and to change nothing. */
TEST(swapin, nowait_fault_returns_retry)
{
	unsigned long pfn = make_shared();
	struct fl_fault out;
	int refcount;

	hold(pfn);
	refcount = folio_of(pfn).refcount;
	EXPECT_EQ(fl_fault(t.process, PAGE(0),
			   FL_FAULT_ALLOW_RETRY | FL_FAULT_RETRY_NOWAIT, &out),
		  0);
	EXPECT(out.result & FL_VM_FAULT_RETRY);
	EXPECT(out.mmap_locked);
	EXPECT(pte_at(PAGE(0)).swap);
	EXPECT_EQ(folio_of(pfn).refcount, refcount);
	release(pfn);
	EXPECT_EQ(load(PAGE(0)), 7);
}

#define FAILED                                                        \
	(FL_VM_FAULT_OOM | FL_VM_FAULT_SIGBUS | FL_VM_FAULT_SIGSEGV | \
	 FL_VM_FAULT_RETRY)

static struct {
	unsigned long pfn;
	int waiter[2];
	unsigned int nr, flags;
	void (*meanwhile)(void);
	unsigned long addr;
	struct fl_fault out[2];
} race;

static void holder(void *arg)
{
	unsigned int i;

	(void)arg;
	hold(race.pfn);
	for (i = 0; i < race.nr; i++)
		fl_thread_yield();
	for (i = 0; i < race.nr; i++)
		EXPECT(fl_thread_waits(t.world, race.waiter[i]) != NULL);
	if (race.meanwhile)
		race.meanwhile();
	release(race.pfn);
}

static void fault(void *arg)
{
	struct fl_fault *out = arg;

	EXPECT_EQ(fl_fault(t.process, race.addr, race.flags, out), 0);
}

/*
 * Let @nr faults at @addr wait for page @pfn, and then see the effects of
 * @meanwhile().
 */
static void run_race(unsigned long addr, unsigned long pfn, unsigned int nr,
		     unsigned int flags, void (*meanwhile)(void))
{
	unsigned int i;

	memset(&race, 0, sizeof(race));
	race.addr = addr;
	race.pfn = pfn;
	race.nr = nr;
	race.flags = flags;
	race.meanwhile = meanwhile;
	EXPECT(fl_thread_spawn(t.world, 0, "holder", holder, NULL) > 0);
	for (i = 0; i < nr; i++)
		race.waiter[i] = fl_thread_spawn(t.world, 1, "fault", fault,
						 &race.out[i]);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	for (i = 0; i < nr; i++) {
		EXPECT(!(race.out[i].result & FAILED));
		EXPECT(race.out[i].mmap_locked);
	}
}

/* Two faults on one entry.  Expect it to be mapped once. */
TEST(swapin, one_of_two_waiting_faults_maps_the_page)
{
	unsigned long pfn = make_shared();

	run_race(PAGE(0), pfn, 2, 0, NULL);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(folio_of(pfn).mapcount, 2);
	EXPECT_EQ(rss_anon(), 1);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	EXPECT_EQ(load_of(child, PAGE(0)), 7);
}

static void zap(void)
{
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
}

/* Expect the old contents not to be mapped again. */
TEST(swapin, entry_zapped_meanwhile_is_not_mapped)
{
	unsigned long pfn = make_shared();

	run_race(PAGE(0), pfn, 1, 0, zap);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(folio_of(pfn).mapcount, 1);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(load(PAGE(0)), 0);
	EXPECT_EQ(load_of(child, PAGE(0)), 7);
}

/*
 * More than half of the swap file is in use, so the first fault that maps a
 * page frees its slot. Expect the second to notice that the page has left the
 * swap cache.
 */
TEST(swapin, page_that_left_the_swap_cache_is_not_mapped_twice)
{
	unsigned long i, pfn;

	EXPECT_EQ(fl_mmap(t.process, PAGE(1024), 40 * FL_PAGE, RW, FL_MAP_ANON),
		  0);
	for (i = 0; i < 40; i++)
		store_and_reclaim(PAGE(1024 + i), i);
	pfn = make_shared();
	EXPECT_EQ(fl_zap(child, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(folio_of(pfn).mapcount, 0);
	run_race(PAGE(0), pfn, 2, FL_FAULT_WRITE, NULL);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(folio_at(PAGE(0)).mapcount, 1);
	EXPECT_EQ(load(PAGE(1024 + 39)), 39);
	/* The model keeps slots until they are needed. */
	if (!t.kernel->nr_files)
		return;
	EXPECT(!folio_at(PAGE(0)).swap_cache);
	expect_mapped(PAGE(0), pte_at(PAGE(0)).pfn, 1);
}

/* -- without memory -- */

/* Expect -ENOMEM and the page still in the swap file, or the page. */
static void fail_each_allocation(unsigned long addr, unsigned long value)
{
	struct fl_audit before, after;
	unsigned long n, out, failed = 0;
	int ret = -ENOMEM;

	EXPECT_EQ(fl_world_audit(t.world, &before), 0);
	for (n = 1; n < 20 && ret; n++) {
		fl_world_fail_alloc(t.world, n);
		ret = fl_load(t.process, addr, &out);
		fl_world_fail_alloc(t.world, 0);
		if (!ret)
			break;
		failed++;
		EXPECT_EQ(ret, -ENOMEM);
		EXPECT(pte_at(addr).swap);
		EXPECT_EQ(fl_world_audit(t.world, &after), 0);
		EXPECT_EQ(after.swap, before.swap);
		EXPECT_EQ(after.locks, 0);
	}
	EXPECT(!ret && failed);
	EXPECT_EQ(load(addr), value);
}

TEST(swapin, swapin_survives_each_failed_allocation)
{
	store_and_reclaim(PAGE(0), 7);
	fail_each_allocation(PAGE(0), 7);
}

/* -- one slot, many users -- */

/*
 * Expect each of 60 processes, as many as a byte of the swap map counts, to
 * find the contents, and the slot to be free once the last has exited.
 */
TEST(swapin, slot_is_shared_by_60_processes)
{
	struct fl_process *children[60];
	struct fl_audit used;
	unsigned long i;

	store_and_reclaim(PAGE(0), 7);
	for (i = 0; i < 60; i++)
		EXPECT_EQ(fl_fork(t.process, &children[i]), 0);
	EXPECT_EQ(load_of(children[59], PAGE(0)), 7);
	EXPECT_EQ(fl_store(children[35], PAGE(0), 8), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
	for (i = 0; i < 60; i++) {
		EXPECT_EQ(load_of(children[i], PAGE(0)), i == 35 ? 8 : 7);
		EXPECT_EQ(fl_process_exit(children[i]), 0);
	}
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 0);
}

/* -- two addresses, one slot -- */

/* Merge pages 0 and 1, and reclaim the result. */
static void merge_and_reclaim(void)
{
	unsigned long pfn;
	int ret;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(1), 7), 0);
	ret = fl_ksm_merge(t.process, PAGE(0), 2 * FL_PAGE);
	if (ret == -EOPNOTSUPP)
		suite_skip("this kernel merges no pages");
	EXPECT_EQ(ret, 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(pte_at(PAGE(1)).pfn, pfn);
	EXPECT_EQ(fl_folio_reclaim(t.world, pfn), 0);
	EXPECT(pte_at(PAGE(0)).swap && pte_at(PAGE(1)).swap);
}

/*
 * An anonymous page has one address in a VMA.  Expect another page with the
 * same contents at the second address, and separate stores to both.
 */
TEST(swapin, merged_page_is_swapped_in_as_two)
{
	merge_and_reclaim();
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(load(PAGE(1)), 7);
	EXPECT(pte_at(PAGE(0)).pfn != pte_at(PAGE(1)).pfn);
	EXPECT_EQ(rss_anon(), 2);
	EXPECT_EQ(fl_store(t.process, PAGE(1), 8), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 9), 0);
	EXPECT_EQ(load(PAGE(1)), 8);
}

/*
 * Two faults on the second address, each with a copy.  Expect one copy to be
 * mapped, and the other to be freed: shutdown checks.
 */
TEST(swapin, one_of_two_copies_of_a_merged_page_is_mapped)
{
	unsigned long pfn;

	merge_and_reclaim();
	EXPECT_EQ(load(PAGE(0)), 7);
	pfn = pte_at(PAGE(0)).pfn;
	run_race(PAGE(1), pfn, 2, 0, NULL);
	EXPECT(pte_at(PAGE(1)).present && pte_at(PAGE(1)).pfn != pfn);
	EXPECT_EQ(folio_at(PAGE(1)).mapcount, 1);
	EXPECT_EQ(folio_of(pfn).mapcount, 1);
	EXPECT_EQ(load(PAGE(1)), 7);
	EXPECT_EQ(rss_anon(), 2);
}

TEST(swapin, second_address_survives_each_failed_allocation)
{
	merge_and_reclaim();
	EXPECT_EQ(load(PAGE(0)), 7);
	fail_each_allocation(PAGE(1), 7);
	EXPECT_EQ(load(PAGE(0)), 7);
}

/* The driver asks for both.  Expect a page for each. */
TEST(swapin, device_marks_both_addresses_of_a_merged_page)
{
	merge_and_reclaim();
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), 2 * FL_PAGE), 2);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(1), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(load(PAGE(1)), 8);
}
