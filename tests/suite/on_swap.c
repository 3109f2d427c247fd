/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_swap.c - a page is written to the swap file, and read back
 *
 *   PTE -> frame        PTE: slot of the file      PTE -> another frame
 *   rss.anon 1          rss.swap 1                 rss.anon 1
 */
#include "suite.h"

static struct fl_rss rss(void)
{
	struct fl_rss out = { 0 };

	EXPECT_EQ(fl_rss_view(t.process, &out), 0);
	return out;
}

static void store_and_reclaim(unsigned long addr, unsigned long value)
{
	EXPECT_EQ(fl_store(t.process, addr, value), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(addr).pfn), 0);
	EXPECT(pte_at(addr).swap);
}

TEST(swap, page_is_swapped_out_and_in)
{
	struct fl_audit used;

	store_and_reclaim(PAGE(0), 7);
	EXPECT_EQ(rss().anon, 0);
	EXPECT_EQ(rss().swap, 1);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 1);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(rss().anon, 1);
	EXPECT_EQ(rss().swap, 0);
	EXPECT_EQ(folio_at(PAGE(0)).anon_exclusive, 1);
}

TEST(swap, store_swaps_the_page_in_writable)
{
	store_and_reclaim(PAGE(0), 7);
	EXPECT_EQ(fl_store(t.process, PAGE(0) + 8, 8), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(load(PAGE(0) + 8), 8);
	EXPECT_EQ(pte_at(PAGE(0)).writable, 1);
}

/*
 *   present, clean  --mark-->  e  --load-->  present
 *
 * No store was made since the page was read back, so the swap file still has
 * it.  Marking faults the page in for writing, which makes the folio dirty; the
 * load must not make it any dirtier. Until 6.14, a restored entry is dirty
 * whatever the state of the folio.
 */
TEST(swap, load_of_an_exclusive_page_does_not_dirty_it)
{
	if (t.kernel->traits.has_readable_entries)
		suite_skip("an entry that may be written is restored dirty");
	store_and_reclaim(PAGE(0), 7);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(pte_at(PAGE(0)).dirty, 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT(folio_at(PAGE(0)).dirty || !pte_at(PAGE(0)).dirty);
}

TEST(swap, second_swap_out_writes_the_new_contents)
{
	store_and_reclaim(PAGE(0), 7);
	store_and_reclaim(PAGE(0), 8);
	store_and_reclaim(PAGE(0), 9);
	EXPECT_EQ(load(PAGE(0)), 9);
}

TEST(swap, soft_dirty_and_uffd_wp_are_kept)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_clear_soft_dirty(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 1), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT_EQ(pte_at(PAGE(0)).uffd_wp, 1);
	EXPECT_EQ(pte_at(PAGE(0)).soft_dirty, 0);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(pte_at(PAGE(0)).uffd_wp, 1);
	EXPECT_EQ(pte_at(PAGE(0)).writable, 0);
	EXPECT_EQ(pte_at(PAGE(0)).soft_dirty, 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), -EFAULT);
}

TEST(swap, zap_munmap_and_exit_free_the_slots)
{
	struct fl_audit used;
	unsigned long i;

	for (i = 0; i < 3; i++)
		store_and_reclaim(PAGE(i), i);
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_munmap(t.process, PAGE(1), FL_PAGE), 0);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 1);
	EXPECT_EQ(load(PAGE(0)), 0);
	EXPECT_EQ(rss().swap, 1);
	/* The third slot is that of the exit. */
}

TEST(swap, fork_shares_swapped_pages)
{
	struct fl_process *child;
	unsigned long value;

	store_and_reclaim(PAGE(0), 7);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	EXPECT_EQ(fl_load(child, PAGE(0), &value), 0);
	EXPECT_EQ(value, 7);
	EXPECT_EQ(load(PAGE(0)), 8);
	EXPECT_EQ(fl_store(child, PAGE(0), 9), 0);
	EXPECT_EQ(load(PAGE(0)), 8);
}

TEST(swap, page_shared_by_fork_is_swapped_out)
{
	struct fl_process *child;
	unsigned long value;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT_EQ(rss().swap, 1);
	EXPECT_EQ(fl_load(child, PAGE(0), &value), 0);
	EXPECT_EQ(value, 7);
	EXPECT_EQ(load(PAGE(0)), 7);
	/* Both map the same folio again. */
	EXPECT_EQ(folio_at(PAGE(0)).mapcount, 2);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	EXPECT_EQ(fl_load(child, PAGE(0), &value), 0);
	EXPECT_EQ(value, 7);
}

TEST(swap, busy_page_is_not_swapped_out)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pfn), -EBUSY);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(fl_folio_unlock(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pfn), -EBUSY);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(fl_folio_put(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pfn), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
}

/* Expect the PTE to be left alone: hardware may write there. */
TEST(swap, pinned_page_is_not_swapped_out)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pfn), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pfn), -EBUSY);
	EXPECT(pte_at(PAGE(0)).present && pte_at(PAGE(0)).writable);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pfn), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
}

TEST(swap, full_swap_file_loses_nothing)
{
	unsigned long i, gone = 0;

	EXPECT_EQ(fl_mmap(t.process, PAGE(1024), 80 * FL_PAGE, RW, FL_MAP_ANON),
		  0);
	for (i = 0; i < 80; i++) {
		EXPECT_EQ(fl_store(t.process, PAGE(1024 + i), i), 0);
		gone += !fl_folio_reclaim(t.world, pte_at(PAGE(1024 + i)).pfn);
	}
	EXPECT_EQ(gone, 63);
	for (i = 0; i < 80; i++)
		EXPECT_EQ(load(PAGE(1024 + i)), i);
}

TEST(swap, marking_swaps_the_page_in_first)
{
	store_and_reclaim(PAGE(0), 7);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 8);
}

/*
 * Expect the entry to be unmapped like a PTE, and the device to be notified.
 * Until 6.14 an entry is not a mapping: reclaim finds nothing to unmap and one
 * reference too many, and the page stays as long as the device has it.
 */
TEST(swap, exclusive_page_is_swapped_out_or_stays)
{
	unsigned long pfn, value;
	int ret;

	store_and_mark(PAGE(0), 7);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	pfn = pte_at(PAGE(0)).pfn;
	ret = fl_folio_reclaim(t.world, pfn);
	KNOWN_WRONG(!t.kernel->traits.entry_mapcount, "f495bd7e0d9b", !ret);
	if (!ret) {
		EXPECT(!device_at(PAGE(0)).mapped);
		EXPECT(pte_at(PAGE(0)).swap);
	} else {
		EXPECT_EQ(ret, -EBUSY);
		EXPECT(pte_at(PAGE(0)).exclusive);
		EXPECT_EQ(fl_device_read(t.device, PAGE(0), &value), 0);
	}
	EXPECT_EQ(load(PAGE(0)), 8);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT_EQ(load(PAGE(0)), 8);
}

/*
 * A page that also has a slot in the swap file is marked, then zapped.  A zap
 * of a PTE removes the page from the swap cache; a zap of an entry only drops
 * the reference, and the page stays until reclaim finds it.  No leak, but
 * memory that cannot be used meanwhile.
 */
TEST(swap, zapping_an_entry_leaves_the_page_to_reclaim)
{
	struct fl_audit used;
	unsigned long pfn;

	store_and_reclaim(PAGE(0), 7);
	EXPECT_EQ(load(PAGE(0)), 7);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(folio_of(pfn).swap_cache);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT(folio_of(pfn).swap_cache);
	EXPECT_EQ(folio_of(pfn).refcount, 1);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 0);
	EXPECT_EQ(folio_of(pfn).refcount, 0);
}

/* -- memory that may be dropped -- */

static void drop(unsigned long start, unsigned long len)
{
	int ret = fl_lazyfree(t.process, start, len);

	if (ret == -EOPNOTSUPP)
		suite_skip("this kernel does not drop lazily freed pages");
	EXPECT_EQ(ret, 0);
}

TEST(swap, lazyfree_page_is_not_swapped)
{
	struct fl_audit used;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	drop(PAGE(0), FL_PAGE);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(rss().anon + rss().swap, 0);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 0);
	EXPECT_EQ(load(PAGE(0)), 0);
}

TEST(swap, store_to_a_lazyfree_page_is_kept)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	drop(PAGE(0), FL_PAGE);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(load(PAGE(0)), 8);
}

/* A device writes: expect its data to be kept, although no PTE is dirty. */
TEST(swap, device_store_to_a_lazyfree_page_is_kept)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	drop(PAGE(0), FL_PAGE);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(load(PAGE(0)), 8);
	fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(load(PAGE(0)), 8);
}

/* MADV_FREE skips an entry: expect the page to keep its contents. */
TEST(swap, lazyfree_skips_an_exclusive_entry)
{
	store_and_mark(PAGE(0), 7);
	drop(PAGE(0), FL_PAGE);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(folio_at(PAGE(0)).mapcount, 1);
}

#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))

/*
 * A folio of 512 pages that may be dropped; a device has some of them.  Reclaim
 * neither splits it first nor checks for other users: expect reclaim to
 * recognise entries, and no data to be lost, since marking makes a page dirty.
 */
TEST(swap, partly_exclusive_lazyfree_folio_loses_nothing)
{
	_Bool one = t.kernel->traits.marks_one_page;
	struct fl_device *device = NULL;
	unsigned long k;

	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	for (k = 0; k < 512; k++)
		EXPECT_EQ(fl_store(t.process, SUB(k), k + 1), 0);
	drop(HUGE, FL_HUGE_PAGE);
	if (t.kernel->traits.reclaims_entries_as_ptes)
		suite_known_bug("try_to_unmap() takes an exclusive entry for "
				"a PTE (65529295607f)",
				FL_END_OOPS, "bad access");
	EXPECT(pte_at(HUGE).huge);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE,
					   one ? 8 * FL_PAGE : FL_PAGE),
		  one ? 8 : 1);
	EXPECT_EQ(fl_device_atomic_add(device, HUGE, 1000, NULL), 0);
	EXPECT_EQ(load(SUB(3)), 4);
	EXPECT(pte_at(SUB(2)).exclusive && pte_at(SUB(3)).present);
	fl_folio_reclaim(t.world, pte_at(SUB(3)).pfn);
	EXPECT_EQ(load(HUGE), 1001);
	for (k = 1; k < 512; k++)
		EXPECT_EQ(load(SUB(k)), k + 1);
}
