/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_walk.c - the reverse map searches for a page in VMAs that do not map it
 *
 * A child has a VMA in which its parent had pages.  The child may map any page
 * that the parent adds there, so the walk checks the child for each: if the
 * child has no such page, or no page tables at all, the walk must find nothing.
 */
#include "suite.h"

static struct fl_process *child;

/*
 *            at - 1 page   |   at         a page table of some level ends at |
 *   parent   before fork   |   after
 *   child    shared        |   nothing
 */
static void make_pair(unsigned long at)
{
	struct fl_pte there = { .raw = 1 };

	EXPECT_EQ(fl_mmap(t.process, at - FL_PAGE, 2 * FL_PAGE, RW,
			  FL_MAP_ANON),
		  0);
	EXPECT_EQ(fl_store(t.process, at - FL_PAGE, 6), 0);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_store(t.process, at, 7), 0);
	EXPECT_EQ(fl_pte_view(child, at, &there), 0);
	EXPECT_EQ(there.raw, 0);
}

/* Expect it to be found in the parent, and nothing to be made in the child. */
static void find_it_there(unsigned long at)
{
	struct fl_device *device = NULL;
	unsigned long pfn, value = ~0UL;

	make_pair(at);
	pfn = pte_at(at).pfn;
	EXPECT_EQ(folio_of(pfn).mapcount, 1);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT(pte_at(at).present && pte_at(at).pfn != pfn);
	EXPECT_EQ(load(at), 7);
	EXPECT_EQ(fl_device_create(t.world, "pair", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, at - FL_PAGE,
				   2 * FL_PAGE),
		  0);
	EXPECT_EQ(fl_device_make_exclusive(device, at, FL_PAGE), 1);
	EXPECT(pte_at(at).exclusive);
	EXPECT_EQ(load(at), 7);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(at).pfn), 0);
	EXPECT(pte_at(at).swap);
	EXPECT_EQ(load(at), 7);
	EXPECT_EQ(fl_load(child, at, &value), 0);
	EXPECT_EQ(value, 0);
	EXPECT_EQ(fl_load(child, at - FL_PAGE, &value), 0);
	EXPECT_EQ(value, 6);
}

TEST(walk, skips_a_missing_pte_table)
{
	find_it_there(0x50000000UL + FL_HUGE_PAGE);
}

TEST(walk, skips_a_missing_pmd_table)
{
	find_it_there(3UL << 30);
}

TEST(walk, skips_a_missing_pud_table)
{
	find_it_there(1UL << 39);
}

/* A folio of 512 pages at HUGE, mapped by a PMD, page k holding k + 1. */
#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))

static unsigned long make_huge(void)
{
	unsigned long k;

	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	for (k = 0; k < 512; k++)
		EXPECT_EQ(fl_store(t.process, SUB(k), k + 1), 0);
	EXPECT(pte_at(HUGE).huge);
	return pte_at(HUGE).pfn;
}

static void expect_contents(void)
{
	unsigned long k;

	for (k = 0; k < 512; k++)
		EXPECT_EQ(load(SUB(k)), k + 1);
}

/*
 * The child has dropped its mapping of the huge page: no PMD.  Expect the folio
 * to be moved and split anyway.
 */
TEST(walk, skips_a_dropped_huge_mapping)
{
	unsigned long pfn = make_huge();

	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(folio_of(pfn).mapcount, 2);
	EXPECT_EQ(fl_zap(child, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(folio_of(pfn).mapcount, 1);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	pfn = pte_at(HUGE).pfn;
	EXPECT_EQ(folio_of(pfn).order, 9);
	EXPECT_EQ(fl_folio_split(t.world, pfn), 0);
	EXPECT_EQ(folio_of(pfn).order, 0);
	expect_contents();
}

/* The child maps another huge page there: expect it to be left alone. */
TEST(walk, skips_another_huge_page)
{
	unsigned long pfn = make_huge(), value = 0;
	struct fl_pte there = { 0 };

	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_zap(child, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_store(child, SUB(1), 9), 0);
	EXPECT_EQ(fl_pte_view(child, HUGE, &there), 0);
	EXPECT(there.pfn != pfn);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_split(t.world, pte_at(HUGE).pfn), 0);
	EXPECT_EQ(fl_load(child, SUB(1), &value), 0);
	EXPECT_EQ(value, 9);
	expect_contents();
}

/*
 * Mapped by a PMD in the parent, and by PTEs in the child, some of which
 * are gone.  Expect both to be found.
 */
TEST(walk, finds_a_folio_mapped_by_pmd_and_by_ptes)
{
	unsigned long pfn = make_huge(), value = 0;
	struct fl_pte there = { 0 };

	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_pte_view(child, HUGE, &there), 0);
	if (there.huge) /* not in the model */
		EXPECT_EQ(fl_split_huge(child, HUGE), 0);
	EXPECT_EQ(fl_zap(child, SUB(0), 2 * FL_PAGE), 0);
	EXPECT_EQ(fl_zap(child, SUB(3), 2 * FL_PAGE), 0);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT_EQ(folio_of(pfn).refcount, 0);
	EXPECT_EQ(fl_pte_view(child, SUB(5), &there), 0);
	EXPECT_EQ(there.pfn, pte_at(SUB(5)).pfn);
	EXPECT_EQ(fl_load(child, SUB(511), &value), 0);
	EXPECT_EQ(value, 512);
	EXPECT_EQ(fl_load(child, SUB(3), &value), 0);
	EXPECT_EQ(value, 0);
	expect_contents();
}

/*
 * Memory that may be dropped, mapped as one.  Expect all of it to be dropped
 * without the swap file, or the folio to be split first; but not a part of it
 * to be dropped.
 */
TEST(walk, drops_a_lazyfree_huge_page)
{
	unsigned long pfn = make_huge(), k;
	struct fl_audit used;
	int ret = fl_lazyfree(t.process, HUGE, FL_HUGE_PAGE);

	if (ret == -EOPNOTSUPP)
		suite_skip("this kernel does not drop lazily freed pages");
	EXPECT_EQ(ret, 0);
	ret = fl_folio_reclaim(t.world, pfn);
	EXPECT_EQ(fl_world_audit(t.world, &used), 0);
	EXPECT_EQ(used.swap, 0);
	for (k = 0; k < 512; k += 73)
		EXPECT_EQ(load(SUB(k)), ret ? k + 1 : 0);
}

/*
 * The VMA ends in the middle of the folio.  Expect its first page to be marked,
 * and moved with the rest of the folio.
 */
TEST(walk, stops_at_the_end_of_the_vma)
{
	struct fl_device *device = NULL;
	unsigned long pfn = make_huge(), value = 0, k;

	EXPECT_EQ(fl_split_huge(t.process, HUGE), 0);
	EXPECT_EQ(fl_munmap(t.process, SUB(256), 256 * FL_PAGE), 0);
	EXPECT_EQ(folio_of(pfn).order, 9);
	EXPECT_EQ(folio_of(pfn).refcount, 256);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE, FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(device, HUGE, 1, NULL), 0);
	EXPECT_EQ(fl_device_detach(device), 0);
	EXPECT_EQ(load(HUGE), 2);
	if (t.kernel->traits.restores_by_walk)
		return; /* v8 handles tail pages wrongly */
	for (k = 1; k < 256; k++)
		EXPECT_EQ(load(SUB(k)), k + 1);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT(pte_at(HUGE).pfn != pfn);
	EXPECT_EQ(folio_of(pfn).refcount, 0);
	EXPECT_EQ(load(HUGE), 2);
	EXPECT_EQ(load(SUB(255)), 256);
	EXPECT_EQ(fl_load(t.process, SUB(256), &value), -EFAULT);
}

/*
 * The soft-dirty bits were cleared, and one page was written since.  Expect
 * fork to keep the bits of each page.
 */
TEST(walk, fork_keeps_soft_dirty_of_each_page)
{
	unsigned long pfn = make_huge(), value = 0;
	struct fl_pte there = { 0 };

	EXPECT_EQ(fl_split_huge(t.process, HUGE), 0);
	EXPECT_EQ(fl_clear_soft_dirty(t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, SUB(3), 4), 0);
	EXPECT(pte_at(SUB(3)).soft_dirty && !pte_at(SUB(4)).soft_dirty);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(folio_of(pfn).refcount, 1024);
	EXPECT(pte_at(SUB(3)).soft_dirty && !pte_at(SUB(4)).soft_dirty);
	EXPECT_EQ(fl_pte_view(child, SUB(3), &there), 0);
	EXPECT(there.soft_dirty && there.pfn == pfn + 3);
	EXPECT_EQ(fl_pte_view(child, SUB(4), &there), 0);
	EXPECT(!there.soft_dirty && there.pfn == pfn + 4);
	EXPECT_EQ(fl_load(child, SUB(511), &value), 0);
	EXPECT_EQ(value, 512);
}
