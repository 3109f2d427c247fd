/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_large.c - a folio of 512 pages, mapped by PTEs
 *
 *   PTE    0   1   2  ...  k  ...  511
 *   page  head +1  +2      +k      +511
 *
 * Questions of the review: must not the subpage be restored, rather than the
 * head?  And why walk, if the fault is about one small PTE?
 */
#include "suite.h"

#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))
#define NR_SUB 512UL

/* v8 asks a tail page for its size. */
static void know_v8(void)
{
	if (t.kernel->traits.restores_by_walk)
		suite_known_bug("v8 passes a tail page to its walk",
				FL_END_KERNEL_BUG, "page_is_tail(page)");
}

static struct fl_device *device;
static unsigned long head;

/* One folio at HUGE, subpage k holding 1000 + k, mapped by 512 PTEs. */
static void make_folio(void)
{
	unsigned long k;

	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	for (k = 0; k < NR_SUB; k++)
		EXPECT_EQ(fl_store(t.process, SUB(k), 1000 + k), 0);
	EXPECT(pte_at(HUGE).huge);
	head = folio_at(HUGE).head;
	EXPECT_EQ(folio_of(head).order, 9);
	EXPECT_EQ(fl_split_huge(t.process, HUGE), 0);
	EXPECT(!pte_at(HUGE).huge);
	EXPECT_EQ(folio_of(head).refcount, NR_SUB);
}

/* The same, with each PTE an entry. */
static void make_marked_folio(void)
{
	_Bool one = t.kernel->traits.marks_one_page;

	make_folio();
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE,
					   one ? FL_HUGE_PAGE : FL_PAGE),
		  one ? NR_SUB : 1);
}

/* The first commit that can mark a tail page, and nothing but the tail page. */
#define FIX_TAILS "438354724f69"
#define NO_TAILS  (!t.kernel->traits.marks_tail_pages)

/*
 * Expect an entry for the head, and the other 511 mapped as before.  Releases
 * that mark whole folios take all of them from the CPU for nothing.
 */
TEST(large, marking_the_head_marks_nothing_else)
{
	unsigned long k;

	make_folio();
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE, FL_PAGE), 1);
	for (k = 0; k < NR_SUB; k++) {
		EXPECT_EQ(pte_at(SUB(k)).pfn, head + k);
		if (k)
			KNOWN_WRONG(NO_TAILS, FIX_TAILS,
				    pte_at(SUB(k)).present);
		else
			EXPECT(pte_at(SUB(k)).exclusive);
	}
	EXPECT_EQ(folio_of(head).refcount, NR_SUB);
	EXPECT_EQ(rss_anon(), NR_SUB);
}

/*
 *   | e | e | ... | e | ... |  --fault on k-->  | e | e | ... | P k | ... |
 * Expect (C3) page head + k, never the head, and its own value.
 */
TEST(large, fault_on_subpage_k_restores_subpage_k)
{
	static const unsigned long subs[] = { 1, 37, 511 };
	unsigned long i, k;

	know_v8();
	make_marked_folio();
	for (i = 0; i < 3; i++) {
		k = subs[i];
		EXPECT_EQ(load(SUB(k)), 1000 + k);
		EXPECT(pte_at(SUB(k)).present);
		EXPECT_EQ(pte_at(SUB(k)).pfn, head + k);
		EXPECT_EQ(folio_of(head + k).mapcount, 1);
	}
	EXPECT_EQ(folio_of(head).refcount, NR_SUB);
}

/* Expect the other 511 entries bit for bit as before: there is no walk. */
TEST(large, no_other_pte_is_restored)
{
	unsigned long k, before[NR_SUB];

	know_v8();
	make_marked_folio();
	for (k = 0; k < NR_SUB; k++)
		before[k] = pte_at(SUB(k)).raw;
	load(SUB(37));
	for (k = 0; k < NR_SUB; k++)
		EXPECT_EQ(pte_at(SUB(k)).raw == before[k], k != 37);
}

/*
 * The function maps the page that it is given; its caller must name the
 * subpage, as the review pointed out.  Given the head for the entry of subpage
 * 5, expect the wrong page with the wrong value; or an assertion, in releases
 * that compare the page's index with the address.
 */
TEST(large, restore_with_the_head_maps_the_wrong_page)
{
	int ret;

	make_marked_folio();
	ret = fl_unit_restore_exclusive_pte(t.process, SUB(5), head, 0);
	if (ret == -ENOTRECOVERABLE) {
		suite_expect_end(FL_END_KERNEL_BUG, "BUG");
		return;
	}
	EXPECT_EQ(ret, 0);
	EXPECT_EQ(pte_at(SUB(5)).pfn, head);
	EXPECT_EQ(load(SUB(5)), 1000);
	/* If an entry owns a mapcount, that of the right page is leaked. */
	if (!t.kernel->traits.entry_mapcount)
		return;
	EXPECT_EQ(folio_of(head + 5).mapcount, 1);
	EXPECT_EQ(fl_process_exit(t.process), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_KERNEL_BUG, "mapcount");
}

/*
 * Expect the device to get the page; or, in releases that refuse a tail page,
 * no page and an unchanged folio.
 */
TEST(large, tail_page_can_be_marked)
{
	long got;

	make_folio();
	got = fl_device_make_exclusive(device, SUB(3), FL_PAGE);
	KNOWN_WRONG(NO_TAILS, FIX_TAILS, got == 1);
	EXPECT_EQ(pte_at(SUB(3)).exclusive, got);
	EXPECT(pte_at(SUB(2)).present && pte_at(SUB(4)).present);
	EXPECT_EQ(folio_of(head).refcount, NR_SUB);
	EXPECT(!folio_of(head).locked);
	EXPECT_EQ(load(SUB(3)), 1003);
}

/* A driver's first request: expect all the pages that it asked for. */
TEST(large, all_pages_of_a_range_are_marked)
{
	unsigned long k;
	long got;

	make_folio();
	got = fl_device_make_exclusive(device, HUGE, 64 * FL_PAGE);
	KNOWN_WRONG(NO_TAILS, FIX_TAILS, got == 64);
	for (k = 1; k < 64 && got == 64; k++)
		EXPECT_EQ(fl_device_atomic_add(device, SUB(k), 1, NULL), 0);
	EXPECT_EQ(fl_device_atomic_add(device, HUGE, 1, NULL), 0);
}

/*
 *   | P 0 | e | P 2 | e | ...  --marking the head: fails-->
 *   | e   | e | P 2 | e | ...
 * Expect a page that was refused to stay mapped.
 */
TEST(large, refused_page_stays_mapped)
{
	long got;

	know_v8();
	make_marked_folio();
	EXPECT_EQ(load(HUGE), 1000);
	EXPECT_EQ(load(SUB(2)), 1002);
	got = fl_device_make_exclusive(device, HUGE, FL_PAGE);
	KNOWN_WRONG(NO_TAILS, FIX_TAILS, got || pte_at(HUGE).present);
	EXPECT_EQ(got, !NO_TAILS);
	EXPECT_EQ(folio_of(head).refcount, NR_SUB);
}

/*
 *   PMD -> 2 MiB  --marking-->  PMD -> PTE table of 512 entries
 * Expect the huge mapping split before it is marked.
 */
TEST(large, huge_mapping_is_split_before_it_is_marked)
{
	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	know_v8();
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, SUB(9), 9), 0);
	EXPECT(pte_at(SUB(9)).huge);
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE, FL_PAGE), 1);
	EXPECT(!pte_at(HUGE).huge && pte_at(HUGE).exclusive);
	EXPECT(!pte_at(SUB(9)).huge);
	EXPECT_EQ(load(SUB(9)), 9);
}

/*
 * The built-in model splits a huge mapping before changing it, and has no huge
 * zero page.
 */
static void need_a_tree(void)
{
	if (!t.kernel->nr_files)
		suite_skip("huge pages of the model are simpler");
}

/*
 * Expect one PMD for all pages, before and after the store that sets the bit
 * again.
 */
TEST(large, soft_dirty_is_cleared_for_a_whole_huge_mapping)
{
	need_a_tree();
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	EXPECT_EQ(fl_store(t.process, SUB(9), 9), 0);
	EXPECT(pte_at(SUB(9)).huge && pte_at(SUB(9)).soft_dirty);
	EXPECT_EQ(fl_clear_soft_dirty(t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT(pte_at(SUB(9)).huge && !pte_at(SUB(9)).soft_dirty);
	EXPECT(!pte_at(SUB(9)).writable && !tlb_at(0, SUB(9)).writable);
	EXPECT_EQ(load(SUB(9)), 9);
	EXPECT(!pte_at(SUB(9)).soft_dirty);
	EXPECT_EQ(fl_store(t.process, SUB(3), 3), 0);
	EXPECT(pte_at(SUB(9)).huge && pte_at(SUB(9)).soft_dirty);
}

/*
 * Load from a huge page that was never written.  Expect zeroes that all
 * processes share, and nothing left once the last process has exited; a store
 * gets a page of its own.
 */
TEST(large, load_maps_the_huge_zero_page)
{
	struct fl_process *child = NULL;
	struct fl_pte pte = { 0 };
	unsigned long zero, value = 1;

	need_a_tree();
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	EXPECT_EQ(load(SUB(9)), 0);
	EXPECT(pte_at(SUB(9)).huge && !pte_at(SUB(9)).writable);
	zero = pte_at(HUGE).pfn;
	EXPECT(folio_of(zero).huge_zero && !folio_of(zero).anon);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_pte_view(child, HUGE, &pte), 0);
	EXPECT(pte.huge && pte.pfn == zero);
	EXPECT_EQ(fl_store(t.process, SUB(9), 5), 0);
	EXPECT(pte_at(SUB(9)).writable && !folio_at(SUB(9)).huge_zero);
	EXPECT_EQ(load(SUB(8)), 0);
	EXPECT_EQ(load(SUB(9)), 5);
	EXPECT_EQ(fl_load(child, SUB(9), &value), 0);
	EXPECT_EQ(value, 0);
}

/* Expect a process's exit to free a folio if some of its pages are marked. */
TEST(large, partly_restored_folio_is_freed_as_a_whole)
{
	know_v8();
	make_marked_folio();
	load(SUB(1));
	load(SUB(2));
	EXPECT_EQ(fl_zap(t.process, SUB(100), 100 * FL_PAGE), 0);
	EXPECT_EQ(folio_of(head).refcount, NR_SUB - 100);
	EXPECT_EQ(fl_munmap(t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(folio_of(head).refcount, 0);
}

/*
 *   | e | - | ... | P |  --collapse-->  one huge page
 * Expect the kernel itself to restore the entry first: the device's data is
 * copied, and the device has no right any more.
 */
TEST(large, collapse_restores_exclusive_pages_first)
{
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_ANON), 0);
	if (fl_collapse(t.process, HUGE, FL_HUGE_PAGE) == -EOPNOTSUPP)
		suite_skip("this kernel does not collapse pages");
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, SUB(0), 5), 0);
	EXPECT_EQ(fl_store(t.process, SUB(511), 6), 0);
	EXPECT_EQ(fl_device_make_exclusive(device, SUB(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(device, SUB(0), 1, NULL), 0);
	EXPECT_EQ(fl_collapse(t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT(pte_at(SUB(0)).huge && pte_at(SUB(511)).huge);
	EXPECT_EQ(fl_device_write(device, SUB(0), 9), -EFAULT);
	EXPECT_EQ(load(SUB(0)), 6);
	EXPECT_EQ(load(SUB(1)), 0);
	EXPECT_EQ(load(SUB(511)), 6);
}
