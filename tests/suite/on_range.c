/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_range.c - operations on ranges in which a device has some pages
 *
 *   page   0   1   2   3 | 4   5 | 6   7   8 ...
 *          e   P   e   - | r/o   |  e  ...
 *
 * Ranges across VMAs with different permissions, across holes, and within a
 * VMA.
 */
#include "suite.h"

#define FILE_AT PAGE(4)

/* Pages 0 to 7 hold 100 + their number, and the device has the even ones. */
static void mark_even_pages(void)
{
	unsigned long i;

	for (i = 0; i < 8; i++) {
		EXPECT_EQ(fl_store(t.process, PAGE(i), 100 + i), 0);
		if (i % 2 == 0)
			EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(i),
							   FL_PAGE),
				  1);
	}
}

static void expect_values(unsigned long from, unsigned long to)
{
	unsigned long i;

	for (i = from; i < to; i++)
		EXPECT_EQ(load(PAGE(i)), 100 + i);
}

/*
 * Pages 3 and 4 become a read-only VMA.  Expect the device to get the pages
 * before it, no page of it, and nothing to be lost.
 */
TEST(range, marking_stops_at_a_read_only_vma)
{
	mark_even_pages();
	EXPECT_EQ(fl_mprotect(t.process, PAGE(3), 2 * FL_PAGE, FL_PROT_READ),
		  0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), 8 * FL_PAGE), 3);
	EXPECT(pte_at(PAGE(2)).exclusive && device_at(PAGE(2)).mapped);
	EXPECT(pte_at(PAGE(3)).present && !device_at(PAGE(3)).mapped);
	EXPECT(!device_at(PAGE(5)).mapped);
	expect_values(0, 8);
}

/*
 * Pages of a file in the middle.  Marking a range skips them; marking page by
 * page fails at the first of them, and ends there.
 */
TEST(range, marking_skips_file_pages)
{
	_Bool one = t.kernel->traits.marks_one_page;

	mark_even_pages();
	EXPECT_EQ(fl_munmap(t.process, FILE_AT, 2 * FL_PAGE), 0);
	EXPECT_EQ(fl_mmap(t.process, FILE_AT, 2 * FL_PAGE, RW, FL_MAP_FILE), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), 8 * FL_PAGE),
		  one ? 4 : 6);
	EXPECT(!device_at(FILE_AT).mapped && !device_at(PAGE(5)).mapped);
	EXPECT_EQ(device_at(PAGE(7)).mapped, !one);
	EXPECT_EQ(load(FILE_AT), 0);
	expect_values(0, 4);
	expect_values(6, 8);
}

/*
 * A part of a VMA loses its write permission: expect it to be split, C4 for
 * each entry in that part, and the other entries unchanged.
 */
TEST(range, mprotect_changes_only_its_part_of_a_vma)
{
	unsigned long i;

	mark_even_pages();
	EXPECT_EQ(fl_mprotect(t.process, PAGE(2), 4 * FL_PAGE, FL_PROT_READ),
		  0);
	for (i = 0; i < 8; i += 2)
		EXPECT(pte_at(PAGE(i)).exclusive);
	for (i = 0; i < 8; i++) {
		_Bool inside = i >= 2 && i < 6;

		EXPECT_EQ(load(PAGE(i)), 100 + i);
		if (inside)
			EXPECT(!pte_at(PAGE(i)).writable);
		EXPECT_EQ(fl_store(t.process, PAGE(i), 100 + i),
			  inside ? -EFAULT : 0);
	}
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), 8 * FL_PAGE, RW), 0);
	for (i = 0; i < 8; i++)
		EXPECT_EQ(fl_store(t.process, PAGE(i), 100 + i), 0);
	expect_values(0, 8);
}

/*
 * Remove all permissions, and restore them.  Expect no value and no page to be
 * lost, and only the device to have access in between.
 */
TEST(range, mprotect_to_prot_none_and_back_loses_nothing)
{
	unsigned long value, pfn;

	mark_even_pages();
	pfn = pte_at(PAGE(2)).pfn;
	EXPECT_EQ(fl_mprotect(t.process, PAGE(1), 2 * FL_PAGE, FL_PROT_NONE),
		  0);
	EXPECT_EQ(fl_load(t.process, PAGE(1), &value), -EFAULT);
	EXPECT_EQ(fl_load(t.process, PAGE(2), &value), -EFAULT);
	EXPECT(pte_at(PAGE(2)).exclusive);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(1), 2 * FL_PAGE, RW), 0);
	expect_values(0, 8);
	EXPECT_EQ(fl_store(t.process, PAGE(2), 1), 0);
	expect_mapped(PAGE(2), pfn, 1);
}

/* Expect -ENOMEM; pages before the hole change, those behind it do not. */
TEST(range, mprotect_ends_at_a_hole)
{
	mark_even_pages();
	EXPECT_EQ(fl_munmap(t.process, PAGE(3), FL_PAGE), 0);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), 8 * FL_PAGE, FL_PROT_READ),
		  -ENOMEM);
	EXPECT_EQ(fl_store(t.process, PAGE(2), 9), -EFAULT);
	EXPECT_EQ(load(PAGE(2)), 102);
	EXPECT_EQ(fl_store(t.process, PAGE(4), 104), 0);
	expect_values(4, 8);
}

/* Expect every entry of the range to be protected, in whatever VMA it lies. */
TEST(range, uffd_wp_protects_across_vmas)
{
	unsigned long i;

	mark_even_pages();
	EXPECT_EQ(fl_mprotect(t.process, PAGE(3), 2 * FL_PAGE, FL_PROT_READ),
		  0);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(1), 6 * FL_PAGE, 1), 0);
	for (i = 0; i < 8; i++)
		EXPECT_EQ(pte_at(PAGE(i)).uffd_wp, i >= 1 && i < 7);
	expect_values(0, 8);
	for (i = 1; i < 7; i++) {
		EXPECT(pte_at(PAGE(i)).uffd_wp && !pte_at(PAGE(i)).writable);
		EXPECT_EQ(fl_store(t.process, PAGE(i), 1), -EFAULT);
	}
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(1), 6 * FL_PAGE, 0), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(2), 102), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(4), 104), -EFAULT);
	expect_values(0, 8);
}

/* Expect all pages to be unmapped, and each frame to be free, across holes. */
TEST(range, munmap_skips_holes)
{
	unsigned long i, pfns[8];

	mark_even_pages();
	for (i = 0; i < 8; i++)
		pfns[i] = pte_at(PAGE(i)).pfn;
	EXPECT_EQ(fl_munmap(t.process, PAGE(3), 2 * FL_PAGE), 0);
	EXPECT_EQ(rss_anon(), 6);
	EXPECT_EQ(fl_munmap(t.process, PAGE(1), 6 * FL_PAGE), 0);
	EXPECT_EQ(rss_anon(), 2);
	for (i = 0; i < 8; i++) {
		_Bool left = !i || i == 7;

		EXPECT_EQ(folio_of(pfns[i]).refcount, left);
		if (!left)
			EXPECT(!device_at(PAGE(i)).mapped);
	}
	EXPECT(device_at(PAGE(0)).mapped);
	EXPECT_EQ(load(PAGE(0)), 100);
}

/* Expect -ENOMEM for the hole, and the rest of the range zapped anyway. */
TEST(range, zap_continues_after_a_hole)
{
	mark_even_pages();
	EXPECT_EQ(fl_munmap(t.process, PAGE(3), FL_PAGE), 0);
	EXPECT_EQ(fl_zap(t.process, PAGE(2), 5 * FL_PAGE), -ENOMEM);
	EXPECT_EQ(rss_anon(), 3);
	EXPECT(!device_at(PAGE(2)).mapped && !device_at(PAGE(4)).mapped);
	EXPECT(device_at(PAGE(0)).mapped && !device_at(PAGE(6)).mapped);
	EXPECT_EQ(load(PAGE(2)), 0);
	EXPECT_EQ(load(PAGE(6)), 0);
	EXPECT_EQ(load(PAGE(7)), 107);
}

/*
 * Two devices mirror overlapping ranges, and each marks pages that both mirror.
 * Expect one owner for each page, and no addition to be lost.
 */
TEST(range, overlapping_ranges_have_one_owner_per_page)
{
	struct fl_device *other = NULL;
	unsigned long i;

	mark_even_pages();
	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(2), 6 * FL_PAGE), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), 5 * FL_PAGE), 5);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(3), 5 * FL_PAGE), 5);
	for (i = 0; i < 8; i++) {
		EXPECT_EQ(device_at(PAGE(i)).mapped, i < 3);
		EXPECT_EQ(fl_device_atomic_add(i < 3 ? t.device : other,
					       PAGE(i), 1000, NULL),
			  0);
	}
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(2), 4 * FL_PAGE), 4);
	EXPECT_EQ(fl_device_atomic_add(other, PAGE(4), 1, NULL), -EFAULT);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(4), 1000, NULL), 0);
	for (i = 0; i < 8; i++)
		EXPECT_EQ(load(PAGE(i)), 1100 + i + (i == 4 ? 1000 : 0));
}
