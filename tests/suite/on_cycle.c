/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_cycle.c - a page through its whole cycle
 *
 *     CPU store        marking            CPU fault
 *   none ----> present, rw ----> exclusive, w ----> present, rw
 *   device:      no right            mapped            no right
 */
#include "suite.h"

/*
 *   PTE   none  ->  | P | W | D | A | pfn |    folio: 1 reference, 1 mapping
 * Expect a page of the process's own, counted once.
 */
TEST(cycle, store_maps_a_private_page)
{
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	expect_mapped(PAGE(0), pte_at(PAGE(0)).pfn, 1);
	EXPECT(pte_at(PAGE(0)).dirty && pte_at(PAGE(0)).accessed);
	EXPECT_EQ(rss_anon(), 1);
	EXPECT(tlb_at(0, PAGE(0)).valid);
}

/*
 *   PTE   | P | W | pfn |  ->  | swap type: exclusive, writable | pfn |
 *   TLB   pfn              ->  nothing, on every CPU
 * Expect the entry, the device's right, and rss as it was.
 */
TEST(cycle, marking_replaces_the_mapping_with_an_entry)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	expect_exclusive(PAGE(0), pfn, 1);
	EXPECT(device_at(PAGE(0)).mapped && device_at(PAGE(0)).writable);
	EXPECT_EQ(device_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(rss_anon(), 1);
}

/*
 * Expect (C6) only one reference to the folio, the entry's, and the mapcount
 * that an entry owns in this release.
 */
TEST(cycle, entry_owns_one_reference_and_its_mapcount)
{
	store_and_mark(PAGE(3), 1);
	EXPECT_EQ(folio_at(PAGE(3)).refcount, 1);
	EXPECT_EQ(folio_at(PAGE(3)).mapcount, t.kernel->traits.entry_mapcount);
}

/*
 *   | exclusive, w | pfn |  --load-->  | P | W | D | A | pfn |
 * Expect the same page, mapped and counted as before.
 */
TEST(cycle, cpu_load_restores_the_mapping)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 42);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(load(PAGE(0)), 42);
	expect_mapped(PAGE(0), pfn, 1);
	EXPECT(pte_at(PAGE(0)).accessed);
	EXPECT_EQ(rss_anon(), 1);
}

/* As above, by a store.  Expect the value stored, and the PTE dirty. */
TEST(cycle, cpu_store_restores_the_mapping)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 42);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_store(t.process, PAGE(0), 43), 0);
	expect_mapped(PAGE(0), pfn, 1);
	EXPECT(pte_at(PAGE(0)).dirty);
	EXPECT_EQ(load(PAGE(0)), 43);
}

/*
 *   CPU   1000 .................. 1234 . 1235 ............ 1236
 *   dev          1000 -> 1234                 1235 -> 1236
 * Expect no update to be lost.
 */
TEST(cycle, cpu_and_device_see_each_others_stores)
{
	unsigned long old = 0, value = 0;

	store_and_mark(PAGE(0), 1000);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 234, &old), 0);
	EXPECT_EQ(old, 1000);
	EXPECT_EQ(load(PAGE(0)), 1234);
	store_and_mark(PAGE(0), 1235);
	EXPECT_EQ(fl_device_read(t.device, PAGE(0), &value), 0);
	EXPECT_EQ(value, 1235);
	EXPECT_EQ(fl_device_write(t.device, PAGE(0), 1236), 0);
	EXPECT_EQ(load(PAGE(0)), 1236);
}

/* Expect that a hundred cycles change no counter. */
TEST(cycle, counters_are_unchanged_after_a_hundred_cycles)
{
	unsigned long pfn, i;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 0), 0);
	pfn = pte_at(PAGE(0)).pfn;
	for (i = 0; i < 100; i++) {
		EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE),
			  1);
		EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
		EXPECT_EQ(load(PAGE(0)), i + 1);
	}
	expect_mapped(PAGE(0), pfn, 1);
	EXPECT_EQ(rss_anon(), 1);
}

static void load_page_0(void *arg)
{
	*(unsigned long *)arg = load(PAGE(0));
}

/*
 *   CPU 0 and CPU 1 have both loaded the page: two TLB entries.
 * Expect marking to remove both.
 */
TEST(cycle, marking_flushes_the_tlb_of_every_cpu)
{
	unsigned long value = 0;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT(fl_thread_spawn(t.world, 1, "CPU1", load_page_0, &value) > 0);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT_EQ(value, 7);
	EXPECT(tlb_at(0, PAGE(0)).valid && tlb_at(1, PAGE(0)).valid);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(!tlb_at(0, PAGE(0)).valid && !tlb_at(1, PAGE(0)).valid);
}

/*
 *   page 0 | page 1 | page 2         the device gets page 1 only
 * Expect the neighbours' entries bit for bit as they were.
 */
TEST(cycle, neighbours_are_left_alone)
{
	unsigned long left, right;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 10), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(2), 12), 0);
	left = pte_at(PAGE(0)).raw;
	right = pte_at(PAGE(2)).raw;
	store_and_mark(PAGE(1), 11);
	EXPECT_EQ(load(PAGE(1)), 11);
	EXPECT_EQ(pte_at(PAGE(0)).raw, left);
	EXPECT_EQ(pte_at(PAGE(2)).raw, right);
	EXPECT_EQ(rss_anon(), 3);
}

/* -- the end of a page that the device has -- */

/*
 *   | exclusive | pfn |  --MADV_DONTNEED-->  none
 * Expect the folio to be free, rss lower, and the device without its right.
 */
TEST(cycle, zapping_an_entry_frees_the_page)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(folio_of(pfn).refcount, 0);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT(!device_at(PAGE(0)).mapped);
	EXPECT_EQ(load(PAGE(0)), 0);
}

/* As above, by munmap.  Expect an access to fail afterwards. */
TEST(cycle, unmapping_an_entry_frees_the_page)
{
	unsigned long pfn, value;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_munmap(t.process, PAGE(0), 2 * FL_PAGE), 0);
	EXPECT_EQ(folio_of(pfn).refcount, 0);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT(!device_at(PAGE(0)).mapped);
	EXPECT_EQ(fl_load(t.process, PAGE(0), &value), -EFAULT);
}

/*
 * Expect an exit with entries to leak nothing (shutdown checks), and the only
 * reference to the page to be the test's own.
 */
TEST(cycle, exit_with_entries_frees_all)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	store_and_mark(PAGE(5), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_process_exit(t.process), 0);
	EXPECT_EQ(folio_of(pfn).refcount, 1);
	EXPECT_EQ(folio_of(pfn).mapcount, 0);
	EXPECT_EQ(fl_folio_put(t.world, pfn), 0);
}
