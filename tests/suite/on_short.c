/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_short.c - memory is short while something is unmapped or copied
 *
 * Each allocation fails once, in turn.  Expect an operation that needs no
 * memory to succeed anyway, and any other to return an error and to leave the
 * state unchanged.
 */
#include "suite.h"

#define AT PAGE(1024)
#define NR 1100UL

/* Store their numbers to NR pages at AT. */
static void fill(void)
{
	unsigned long i;

	for (i = 0; i < NR; i++)
		EXPECT_EQ(fl_store(t.process, AT + i * FL_PAGE, i + 1), 0);
	EXPECT_EQ(rss_anon(), NR);
}

/*
 * Freed pages are gathered for one flush, in memory allocated for it.  Expect
 * all pages to be freed; without that memory, in several parts.
 */
TEST(short, zap_needs_no_memory)
{
	struct fl_audit before, after;
	unsigned long n;

	EXPECT_EQ(fl_mmap(t.process, AT, NR * FL_PAGE, RW, FL_MAP_ANON), 0);
	EXPECT_EQ(fl_store(t.process, AT, 1), 0);
	EXPECT_EQ(fl_world_audit(t.world, &before), 0);
	for (n = 1; n < 4; n++) {
		fill();
		fl_world_fail_alloc(t.world, n);
		EXPECT_EQ(fl_zap(t.process, AT, NR * FL_PAGE), 0);
		fl_world_fail_alloc(t.world, 0);
		EXPECT_EQ(rss_anon(), 0);
		EXPECT_EQ(pte_at(AT + (NR - 1) * FL_PAGE).raw, 0);
		EXPECT_EQ(fl_world_audit(t.world, &after), 0);
		/* The page tables stay; before, there was only one. */
		EXPECT(after.frames < before.frames + 8);
		EXPECT_EQ(load(AT + 700 * FL_PAGE), 0);
	}
}

TEST(short, munmap_needs_no_memory_for_pages)
{
	unsigned long value;

	EXPECT_EQ(fl_mmap(t.process, AT, NR * FL_PAGE, RW, FL_MAP_FILE), 0);
	for (value = 0; value < NR; value++)
		EXPECT_EQ(fl_store(t.process, AT + value * FL_PAGE, value), 0);
	EXPECT_EQ(fl_zap(t.process, AT, NR * FL_PAGE), 0);
	EXPECT_EQ(load(AT + 700 * FL_PAGE), 700);
	EXPECT_EQ(fl_munmap(t.process, AT, NR * FL_PAGE), 0);
	EXPECT_EQ(fl_load(t.process, AT, &value), -EFAULT);
}

/*
 * A store to a shared page needs a copy.  Expect -ENOMEM and the page shared as
 * before, or the copy.
 */
TEST(short, store_to_a_shared_page_needs_memory)
{
	struct fl_process *child = NULL;
	unsigned long n, value, pfn, failed = 0;
	int ret = -ENOMEM;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	for (n = 1; n < 10 && ret; n++) {
		fl_world_fail_alloc(t.world, n);
		ret = fl_store(t.process, PAGE(0), 8);
		fl_world_fail_alloc(t.world, 0);
		if (!ret)
			break;
		failed++;
		EXPECT_EQ(ret, -ENOMEM);
		EXPECT(pte_at(PAGE(0)).present && !pte_at(PAGE(0)).writable);
		EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
		EXPECT_EQ(folio_of(pfn).mapcount, 2);
		EXPECT_EQ(folio_of(pfn).refcount, 2);
	}
	EXPECT(!ret && failed);
	EXPECT_EQ(load(PAGE(0)), 8);
	EXPECT_EQ(fl_load(child, PAGE(0), &value), 0);
	EXPECT_EQ(value, 7);
}
