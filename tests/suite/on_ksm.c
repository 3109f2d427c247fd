/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_ksm.c - pages with equal contents are merged
 *
 *   PTE 0 -> page a     PTE 0 -> page a, read-only
 *   PTE 1 -> page b     PTE 1 -> page a, read-only      page b free
 *
 * A device that mirrors page b must lose it first, and a page that a device has
 * exclusively must not be merged.
 */
#include "suite.h"

static void need_ksm(void)
{
	if (fl_ksm_merge(t.process, PAGE(0), 0) == -EOPNOTSUPP)
		suite_skip("this kernel has no KSM");
}

static void merge_all(void)
{
	EXPECT_EQ(fl_ksm_merge(t.process, PAGE(0), NR_PAGES * FL_PAGE), 0);
}

/* Store the same contents to the first @n pages. */
static void store_equal(unsigned long n)
{
	unsigned long i;

	need_ksm();
	for (i = 0; i < n; i++)
		EXPECT_EQ(fl_store(t.process, PAGE(i), 7), 0);
}

/* Expect one page, read-only for both, and not anon-exclusive. */
static void expect_merged(unsigned long a, unsigned long b)
{
	EXPECT(pte_at(a).present && pte_at(b).present);
	EXPECT_EQ(pte_at(a).pfn, pte_at(b).pfn);
	EXPECT(!pte_at(a).writable && !pte_at(b).writable);
	EXPECT(!folio_at(a).anon_exclusive);
}

TEST(ksm, equal_pages_are_merged)
{
	unsigned long a, b;

	store_equal(2);
	EXPECT_EQ(fl_store(t.process, PAGE(2), 8), 0);
	a = pte_at(PAGE(0)).pfn;
	b = pte_at(PAGE(1)).pfn;
	merge_all();
	expect_merged(PAGE(0), PAGE(1));
	EXPECT_EQ(folio_of(a).refcount + folio_of(b).refcount, 2);
	EXPECT_EQ(folio_at(PAGE(0)).mapcount, 2);
	EXPECT(!tlb_at(0, PAGE(0)).writable && !tlb_at(0, PAGE(1)).writable);
	EXPECT(pte_at(PAGE(2)).pfn != pte_at(PAGE(0)).pfn);
	EXPECT_EQ(rss_anon(), 3);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(load(PAGE(1)), 7);
	EXPECT_EQ(load(PAGE(2)), 8);
}

TEST(ksm, store_unshares_a_merged_page)
{
	unsigned long shared;

	store_equal(2);
	merge_all();
	shared = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	expect_mapped(PAGE(0), pte_at(PAGE(0)).pfn, 1);
	EXPECT(pte_at(PAGE(0)).pfn != shared);
	EXPECT_EQ(pte_at(PAGE(1)).pfn, shared);
	EXPECT_EQ(load(PAGE(1)), 7);
}

/* Two unrelated processes. */
TEST(ksm, pages_of_two_processes_are_merged)
{
	struct fl_process *other = NULL;
	struct fl_pte theirs = { 0 };
	unsigned long value;

	store_equal(1);
	EXPECT_EQ(fl_process_create(t.world, &other), 0);
	EXPECT_EQ(fl_mmap(other, PAGE(5), FL_PAGE, RW, FL_MAP_ANON), 0);
	EXPECT_EQ(fl_store(other, PAGE(5), 7), 0);
	merge_all();
	EXPECT_EQ(fl_ksm_merge(other, PAGE(5), FL_PAGE), 0);
	EXPECT_EQ(fl_pte_view(other, PAGE(5), &theirs), 0);
	EXPECT_EQ(theirs.pfn, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	EXPECT_EQ(fl_load(other, PAGE(5), &value), 0);
	EXPECT_EQ(value, 7);
	EXPECT_EQ(fl_process_exit(t.process), 0);
	EXPECT_EQ(fl_store(other, PAGE(5), 9), 0);
	EXPECT_EQ(fl_load(other, PAGE(5), &value), 0);
	EXPECT_EQ(value, 9);
}

/* -- devices -- */

/*
 *   | e | P | P |   three equal pages, one of them a device's
 * Expect the other two to be merged, and the device's to be left alone.
 */
TEST(ksm, exclusive_page_is_skipped)
{
	unsigned long pfn;

	store_equal(3);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	pfn = pte_at(PAGE(0)).pfn;
	merge_all();
	expect_exclusive(PAGE(0), pfn, 1);
	EXPECT(device_at(PAGE(0)).mapped);
	expect_merged(PAGE(1), PAGE(2));
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 8);
	EXPECT_EQ(load(PAGE(1)), 7);
}

/*
 * The device needs to write: expect a copy for it, and the old page for the
 * other mapping.
 */
TEST(ksm, marking_a_merged_page_copies_it_first)
{
	unsigned long shared;

	store_equal(2);
	merge_all();
	shared = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(pte_at(PAGE(0)).pfn != shared);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(1)), 7);
	EXPECT_EQ(load(PAGE(0)), 8);
	EXPECT_EQ(pte_at(PAGE(1)).pfn, shared);
}

/*
 * Two devices have one of the two pages each; once restored, the pages may be
 * merged.
 */
TEST(ksm, restored_pages_are_merged)
{
	struct fl_device *other = NULL;

	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(1), FL_PAGE), 0);
	store_equal(2);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(1), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 2, NULL), 0);
	EXPECT_EQ(fl_device_atomic_add(other, PAGE(1), 2, NULL), 0);
	merge_all();
	EXPECT(pte_at(PAGE(0)).exclusive && pte_at(PAGE(1)).exclusive);
	EXPECT_EQ(load(PAGE(0)), 9);
	EXPECT_EQ(load(PAGE(1)), 9);
	merge_all();
	expect_merged(PAGE(0), PAGE(1));
	EXPECT_EQ(load(PAGE(1)), 9);
}

/*
 * A device that reads the page that is dropped: expect it to be notified, as
 * the frame is freed.
 */
TEST(ksm, reading_device_is_notified_first)
{
	unsigned long i, value;

	store_equal(2);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), 2 * FL_PAGE), 0);
	merge_all();
	expect_merged(PAGE(0), PAGE(1));
	for (i = 0; i < 2; i++) {
		EXPECT(!device_at(PAGE(i)).mapped);
		EXPECT_EQ(fl_device_map_read(t.device, PAGE(i), FL_PAGE), 0);
		EXPECT_EQ(fl_device_read(t.device, PAGE(i), &value), 0);
		EXPECT_EQ(value, 7);
	}
}

/*
 *   ksmd                            device
 *   finds page p at the address
 *                                   marks it
 *   locks p, write-protects its PTE
 * By then the PTE is an entry, which the walk of the reverse map finds like a
 * mapping.  Expect a refusal, and the entry bit for bit as before
 * (789cfc66992e, for releases where an entry owns a mapcount).
 */
TEST(ksm, entry_is_not_write_protected)
{
	struct fl_pte entry;

	need_ksm();
	store_and_mark(PAGE(0), 7);
	entry = pte_at(PAGE(0));
	EXPECT_EQ(fl_unit_ksm_write_protect_page(t.process, PAGE(0), entry.pfn),
		  -EFAULT);
	EXPECT_EQ(pte_at(PAGE(0)).raw, entry.raw);
	EXPECT_EQ(folio_of(entry.pfn).refcount, 1);
	EXPECT(folio_of(entry.pfn).anon_exclusive);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT(pte_at(PAGE(0)).writable);
}

/*
 * The same function on a mapping: expect it to write-protect the PTE, but not
 * while hardware may write the page.
 */
TEST(ksm, mapping_is_write_protected)
{
	unsigned long pfn, raw;

	need_ksm();
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pfn), 0);
	raw = pte_at(PAGE(0)).raw;
	EXPECT_EQ(fl_unit_ksm_write_protect_page(t.process, PAGE(0), pfn),
		  -EFAULT);
	EXPECT_EQ(pte_at(PAGE(0)).raw, raw);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
	EXPECT_EQ(fl_unit_ksm_write_protect_page(t.process, PAGE(0), pfn), 0);
	EXPECT(pte_at(PAGE(0)).present && !pte_at(PAGE(0)).writable);
	EXPECT(!pte_at(PAGE(0)).dirty && folio_of(pfn).dirty);
	EXPECT(!folio_of(pfn).anon_exclusive);
	EXPECT(!tlb_at(0, PAGE(0)).writable);
}

/*
 * Another user has a reference to the page, and may be about to write to it by
 * its frame: only the refcount shows that.  Expect a refusal, and the mapping
 * unchanged.
 */
TEST(ksm, referenced_page_is_not_write_protected)
{
	struct fl_pte pte;

	need_ksm();
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pte = pte_at(PAGE(0));
	EXPECT_EQ(fl_folio_get(t.world, pte.pfn), 0);
	EXPECT_EQ(fl_unit_ksm_write_protect_page(t.process, PAGE(0), pte.pfn),
		  -EFAULT);
	EXPECT_EQ(pte_at(PAGE(0)).raw, pte.raw);
	EXPECT(folio_of(pte.pfn).anon_exclusive);
	EXPECT_EQ(fl_folio_put(t.world, pte.pfn), 0);
}

/* -- the merged page elsewhere -- */

TEST(ksm, fork_shares_the_merged_page)
{
	struct fl_process *child = NULL;
	unsigned long value, shared;

	store_equal(2);
	merge_all();
	shared = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(folio_of(shared).mapcount, 4);
	EXPECT_EQ(fl_store(child, PAGE(0), 8), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(fl_load(child, PAGE(1), &value), 0);
	EXPECT_EQ(value, 7);
}

TEST(ksm, merged_page_is_migrated)
{
	unsigned long shared;

	store_equal(2);
	merge_all();
	shared = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_migrate(t.world, shared), 0);
	EXPECT(pte_at(PAGE(0)).pfn != shared);
	expect_merged(PAGE(0), PAGE(1));
	EXPECT_EQ(load(PAGE(1)), 7);
}

TEST(ksm, merged_page_is_swapped_out)
{
	store_equal(2);
	merge_all();
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT(pte_at(PAGE(0)).swap && pte_at(PAGE(1)).swap);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 8);
	EXPECT_EQ(load(PAGE(1)), 7);
}

TEST(ksm, munmap_and_zap_leave_the_other_mapping)
{
	unsigned long shared;

	store_equal(3);
	merge_all();
	shared = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(folio_of(shared).mapcount, 3);
	EXPECT_EQ(fl_munmap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_zap(t.process, PAGE(1), FL_PAGE), 0);
	EXPECT_EQ(folio_of(shared).mapcount, 1);
	EXPECT_EQ(load(PAGE(2)), 7);
	EXPECT_EQ(load(PAGE(1)), 0);
}
