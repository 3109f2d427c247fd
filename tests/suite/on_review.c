/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_review.c - the questions of the review of May 2021, as tests
 *
 * See docs/review.md.
 */
#include "suite.h"

#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))

/* -- why notify at all, when a PTE goes from invalid to valid? -- */

/*
 *   CPU                          device
 *                                reads 1
 *   mapping back, no notification
 *   stores 100
 *                                writes 1 + 1
 * The function that restores a PTE does not notify; its callers do.  Called
 * alone, expect (C1) both to be able to write, and the CPU's store to be lost.
 */
TEST(review, restoring_without_notification_loses_a_store)
{
	unsigned long old;

	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_device_read(t.device, PAGE(0), &old), 0);
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0),
						pte_at(PAGE(0)).pfn, 0),
		  0);
	EXPECT(pte_at(PAGE(0)).writable && device_at(PAGE(0)).writable);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 100), 0);
	EXPECT_EQ(fl_device_write(t.device, PAGE(0), old + 1), 0);
	EXPECT_EQ(load(PAGE(0)), 2);
}

/* As its callers do: expect the device to find that its right was revoked. */
TEST(review, notifying_first_loses_no_store)
{
	unsigned long old;

	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_device_read(t.device, PAGE(0), &old), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 100), 0);
	EXPECT_EQ(fl_device_write(t.device, PAGE(0), old + 1), -EFAULT);
	EXPECT_EQ(load(PAGE(0)), 100);
}

/* -- which event is right: CLEAR, or one of its own? -- */

/*
 * Whichever it is, a driver must not filter by name alone.  Expect no owner for
 * the restore and an owner for the marking, so that name and owner together
 * distinguish them in every release.
 */
TEST(review, name_and_owner_distinguish_marking_from_restoring)
{
	const struct fl_event *event;
	unsigned long at, restores = 0, markings = 0;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	at = fl_event_count(t.world);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	load(PAGE(0));
	for (; (event = fl_event(t.world, at)); at++) {
		if (event->phase != FL_EVENT_DEVICE)
			continue;
		markings += !strcmp(event->name, "EXCLUSIVE") &&
			    event->owner == fl_device_owner(t.device);
		restores += !strcmp(event->name,
				    t.kernel->traits.restore_event) &&
			    !event->owner;
	}
	EXPECT_EQ(markings, 1);
	EXPECT_EQ(restores, 1);
}

/* -- why walk, in a fault of one small PTE? -- */

/* A folio of 512 pages at HUGE, subpage k holding k, with all pages marked. */
static void make_marked_folio(void)
{
	_Bool one = t.kernel->traits.marks_one_page;
	struct fl_device *device = NULL;
	unsigned long k;

	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	for (k = 0; k < 512; k++)
		EXPECT_EQ(fl_store(t.process, SUB(k), k), 0);
	EXPECT(fl_device_make_exclusive(device, HUGE,
					one ? FL_HUGE_PAGE : FL_PAGE) > 0);
}

/*
 *   PTE   0   1   2 ...      fault on 0
 *   v8    restored, checked: not the entry of the fault, end of the walk
 * Expect every kernel, with or without a walk, to restore exactly the PTE of
 * the fault: a walk has nothing to add.
 */
TEST(review, walk_finds_nothing_more_to_restore)
{
	unsigned long k, present = 0;

	make_marked_folio();
	EXPECT_EQ(load(SUB(0)), 0);
	for (k = 0; k < 512; k++)
		present += pte_at(SUB(k)).present;
	EXPECT_EQ(present, 1);
}

/* -- must the subpage be restored, rather than the head? -- */

/*
 * v8 passes its walk the page of the fault, but the walk requires the head:
 * expect its assertion for subpage 5, and from all other kernels page 5 with
 * its own value.
 */
TEST(review, subpage_is_restored_not_the_head)
{
	unsigned long pfn;

	if (t.kernel->traits.restores_by_walk)
		suite_known_bug("v8 passes a tail page to its walk",
				FL_END_KERNEL_BUG, "page_is_tail(page)");
	make_marked_folio();
	pfn = pte_at(SUB(5)).pfn;
	EXPECT_EQ(pfn, folio_of(pfn).head + 5);
	EXPECT_EQ(load(SUB(5)), 5);
	EXPECT_EQ(pte_at(SUB(5)).pfn, pfn);
}
