/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_restore.c - restore_exclusive_pte() and its callers: what they restore
 *
 *   | type: exclusive, r/w | soft-dirty | uffd-wp | pfn |
 *             |                 |            |       |
 *   | P | W if entry is w, VMA is w, not uffd-wp | ... | pfn |
 */
#include "suite.h"

/* Expect (C3) both the fault and the function itself to map the entry's pfn. */
TEST(restore, maps_the_pfn_of_the_entry)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0), pfn, 0), 0);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	store_and_mark(PAGE(1), 1);
	pfn = pte_at(PAGE(1)).pfn;
	load(PAGE(1));
	EXPECT_EQ(pte_at(PAGE(1)).pfn, pfn);
}

/* | exclusive, w | -> | P | W | D |.  Expect the right, no fault on store. */
TEST(restore, writable_entry_is_restored_writable)
{
	unsigned long events;

	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0),
						pte_at(PAGE(0)).pfn, 0),
		  0);
	EXPECT(pte_at(PAGE(0)).writable && pte_at(PAGE(0)).dirty);
	events = fl_event_count(t.world);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	EXPECT_EQ(fl_event_count(t.world), events);
}

/* mprotect(READ) makes a writable entry readable, if the kernel has readable
 * entries. */
static void make_readable_entry(unsigned long addr)
{
	if (!t.kernel->traits.has_readable_entries)
		return;
	EXPECT_EQ(fl_mprotect(t.process, addr, FL_PAGE, FL_PROT_READ), 0);
	EXPECT(pte_at(addr).exclusive && !pte_at(addr).exclusive_writable);
	EXPECT_EQ(fl_mprotect(t.process, addr, FL_PAGE, RW), 0);
	EXPECT(pte_at(addr).exclusive && !pte_at(addr).exclusive_writable);
}

/*
 *   | exclusive, r | -> | P | - |
 * Expect a read-only, clean PTE, although the VMA allows more.  A store then
 * gets its right by a fault, without a copy.
 */
TEST(restore, readable_entry_is_restored_read_only)
{
	unsigned long pfn;

	if (!t.kernel->traits.has_readable_entries)
		suite_skip("this release has no readable entries");
	store_and_mark(PAGE(0), 1);
	make_readable_entry(PAGE(0));
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0), pfn, 0), 0);
	expect_mapped(PAGE(0), pfn, 0);
	EXPECT(!pte_at(PAGE(0)).dirty);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	expect_mapped(PAGE(0), pfn, 1);
	EXPECT_EQ(load(PAGE(0)), 2);
}

/*
 *   VMA rw -> r -> rw, | exclusive | -> | P | W |
 * Expect the VMA's permission at the time of the restore, whatever it was in
 * between.  With readable entries the permission is lost on the way, and a
 * store must fault to get it.
 */
TEST(restore, write_permission_is_the_vmas_at_the_restore)
{
	unsigned long events, pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE, FL_PROT_READ), 0);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE, RW), 0);
	EXPECT_EQ(load(PAGE(0)), 1);
	KNOWN_WRONG(t.kernel->traits.has_readable_entries, "c25465eb7630",
		    pte_at(PAGE(0)).writable);
	events = fl_event_count(t.world);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	EXPECT_EQ(fl_event_count(t.world), events);
	expect_mapped(PAGE(0), pfn, 1);
}

/*
 *   | exclusive | - |  --load-->  | P | - |
 * No store was made since the bit was cleared: expect it clear.  With readable
 * entries the kernel makes the PTE dirty with the write permission, and so
 * soft-dirty.
 */
TEST(restore, load_does_not_set_soft_dirty)
{
	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_clear_soft_dirty(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT(!pte_at(PAGE(0)).soft_dirty);
	EXPECT_EQ(load(PAGE(0)), 1);
	KNOWN_WRONG(t.kernel->traits.has_readable_entries, "9a914592140e",
		    !pte_at(PAGE(0)).soft_dirty);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	EXPECT(pte_at(PAGE(0)).soft_dirty);
}

/*
 *   this process  | exclusive, w | page P |      an exited child: page Q
 * Restore Q for the entry; Q is not anon-exclusive.  Expect no write
 * permission, as a page that is not anon-exclusive may have other users; or an
 * assertion.
 */
TEST(restore, possibly_shared_page_gets_no_writable_pte)
{
	struct fl_process *child = NULL;
	unsigned long pfn;
	int ret;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	store_and_mark(PAGE(0), 2);
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0); /* the PTE's */
	EXPECT_EQ(fl_process_exit(child), 0);
	EXPECT(!folio_of(pfn).anon_exclusive);
	ret = fl_unit_restore_exclusive_pte(t.process, PAGE(0), pfn, 0);
	KNOWN_WRONG(t.kernel->traits.restores_shared_writable, "b832a354d787",
		    ret == -ENOTRECOVERABLE || !pte_at(PAGE(0)).writable);
	if (ret == -ENOTRECOVERABLE) {
		suite_expect_end(FL_END_KERNEL_BUG, "BUG");
		return;
	}
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	if (!t.kernel->traits.entry_mapcount) {
		suite_expect_leak(1); /* the page of the entry */
		return;
	}
	/* Q does not have the mapcount that an entry owns. */
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_KERNEL_BUG, "mapcount_left_at_free");
}

/* Expect the accessed bit to be clear until an access. */
TEST(restore, accessed_bit_is_clear_until_the_access)
{
	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0),
						pte_at(PAGE(0)).pfn, 0),
		  0);
	EXPECT(!pte_at(PAGE(0)).accessed);
	load(PAGE(0));
	EXPECT(pte_at(PAGE(0)).accessed);
}

/* | P | S | -> | exclusive | S | -> | P | S |.  Expect (C5) S throughout. */
TEST(restore, soft_dirty_is_carried)
{
	store_and_mark(PAGE(0), 1);
	EXPECT(pte_at(PAGE(0)).soft_dirty);
	make_readable_entry(PAGE(0));
	EXPECT(pte_at(PAGE(0)).soft_dirty);
	load(PAGE(0));
	EXPECT(pte_at(PAGE(0)).soft_dirty);
}

/* | exclusive, r | - | -> | P | - |.  Expect S to stay clear. */
TEST(restore, soft_dirty_is_not_set_by_the_restore)
{
	store_and_mark(PAGE(0), 1);
	make_readable_entry(PAGE(0));
	EXPECT_EQ(fl_clear_soft_dirty(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT(!pte_at(PAGE(0)).soft_dirty);
	load(PAGE(0));
	EXPECT(pte_at(PAGE(0)).present && !pte_at(PAGE(0)).soft_dirty);
}

/* The PTE loses its dirty bit: expect the folio to be dirty (C5). */
TEST(restore, dirty_bit_moves_to_the_folio)
{
	store_and_mark(PAGE(0), 1);
	EXPECT(folio_at(PAGE(0)).dirty);
	load(PAGE(0));
	EXPECT(folio_at(PAGE(0)).dirty);
}

/*
 *   | exclusive, w |  --uffd-wp-->  | exclusive, r | U |  --load-->  | P | U |
 * Expect U to be kept, no write permission, and a store to fail.
 */
TEST(restore, uffd_wp_is_carried_and_keeps_the_page_read_only)
{
	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 1), 0);
	EXPECT(pte_at(PAGE(0)).exclusive && pte_at(PAGE(0)).uffd_wp);
	EXPECT_EQ(load(PAGE(0)), 1);
	EXPECT(pte_at(PAGE(0)).present && pte_at(PAGE(0)).uffd_wp);
	EXPECT(!pte_at(PAGE(0)).writable);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), -EFAULT);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 0), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	EXPECT_EQ(load(PAGE(0)), 2);
}

/*
 * As above, but the protection ends while the device has the page: expect the
 * bit to be clear in the entry, and in the restored PTE.
 */
TEST(restore, ended_uffd_wp_is_not_restored)
{
	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 1), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 0), 0);
	EXPECT(pte_at(PAGE(0)).exclusive && !pte_at(PAGE(0)).uffd_wp);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	EXPECT(!pte_at(PAGE(0)).uffd_wp);
}

/*
 *   VMA rw, | exclusive, w |  --mprotect(READ)-->  VMA r, | exclusive |
 * Expect (C4) a read-only PTE, the device's last value, and -EFAULT for a
 * store.
 */
TEST(restore, read_only_vma_gets_no_writable_pte)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE, FL_PROT_READ), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 9), -EFAULT);
	EXPECT_EQ(load(PAGE(0)), 2);
	expect_mapped(PAGE(0), pfn, 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 9), -EFAULT);
	EXPECT_EQ(load(PAGE(0)), 2);
}

/* Expect the page still to be anon-exclusive: a store makes no copy. */
TEST(restore, anon_exclusive_survives)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	EXPECT(folio_at(PAGE(0)).anon_exclusive);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
}

/* -- the other callers -- */

/* As fork does, without waiting.  Expect the mapping back. */
TEST(restore, try_restores_an_unlocked_folio)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_unit_try_restore_exclusive_pte(t.process, PAGE(0)), 0);
	EXPECT(pte_at(PAGE(0)).present && pte_at(PAGE(0)).pfn == pfn);
	EXPECT_EQ(folio_of(pfn).refcount, 1);
	EXPECT_EQ(folio_of(pfn).mapcount, 1);
	EXPECT(!folio_of(pfn).locked);
	EXPECT_EQ(fl_unit_try_restore_exclusive_pte(t.process, PAGE(0)),
		  -ENOENT);
}

/*
 * The same, but another thread holds the folio lock.  Expect -EBUSY, and no
 * change.
 */
TEST(restore, try_fails_on_a_locked_folio)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
	EXPECT_EQ(fl_unit_try_restore_exclusive_pte(t.process, PAGE(0)),
		  -EBUSY);
	EXPECT(pte_at(PAGE(0)).exclusive);
	EXPECT_EQ(folio_of(pfn).refcount, 2);
	EXPECT_EQ(fl_folio_unlock(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, pfn), 0);
	expect_exclusive(PAGE(0), pfn, 1);
}

/*
 * Call the fault handler alone, without contention.  Expect result 0, the mmap
 * lock still held by the caller, and the device revoked.
 */
TEST(restore, removing_an_entry_restores_and_keeps_the_mmap_lock)
{
	struct fl_fault out = { 0 };
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_unit_remove_device_exclusive_entry(
			  t.process, PAGE(0), pte_at(PAGE(0)).raw,
			  FL_FAULT_ALLOW_RETRY, &out),
		  0);
	EXPECT_EQ(out.result, 0);
	EXPECT(out.mmap_locked);
	expect_mapped(PAGE(0), pfn, 1);
}

/* -- the folio is already free: the fault has read the entry before -- */

/*
 *   fault                          zap
 *   reads entry of pfn
 *                                  entry gone, last reference dropped
 *   folio has no reference: back
 * Expect result 0 and the page untouched.
 */
TEST(restore, folio_without_references_is_not_touched)
{
	struct fl_fault out = { .result = ~0u };
	struct fl_folio folio;
	struct fl_pte entry;

	if (t.kernel->traits.restores_by_walk)
		suite_known_bug("v8 takes no reference", FL_END_VIOLATION,
				"C8 lifetime: folio lock");
	store_and_mark(PAGE(0), 1);
	entry = pte_at(PAGE(0));
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(folio_of(entry.pfn).refcount, 0);
	EXPECT_EQ(fl_unit_remove_device_exclusive_entry(
			  t.process, PAGE(0), entry.raw, FL_FAULT_ALLOW_RETRY,
			  &out),
		  0);
	EXPECT_EQ(out.result, 0);
	EXPECT(out.mmap_locked);
	folio = folio_of(entry.pfn);
	EXPECT_EQ(folio.refcount, 0);
	EXPECT_EQ(folio.mapcount, 0);
	EXPECT(!folio.locked);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
}

/*
 * As above, but by now the frame is a page of another mapping.  Expect the
 * fault at most to lock and unlock it: its mapping does not change.
 */
TEST(restore, reused_folio_keeps_its_new_mapping)
{
	struct fl_fault out = { .result = ~0u };
	struct fl_pte entry, now;

	store_and_mark(PAGE(0), 1);
	entry = pte_at(PAGE(0));
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(7), 77), 0);
	now = pte_at(PAGE(7));
	EXPECT_EQ(now.pfn, entry.pfn);
	EXPECT_EQ(fl_unit_remove_device_exclusive_entry(
			  t.process, PAGE(0), entry.raw, FL_FAULT_ALLOW_RETRY,
			  &out),
		  0);
	EXPECT_EQ(out.result, 0);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(pte_at(PAGE(7)).raw, now.raw);
	expect_mapped(PAGE(7), now.pfn, 1);
	EXPECT_EQ(load(PAGE(7)), 77);
}
