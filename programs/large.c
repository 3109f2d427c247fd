/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * large.c - a PTE-mapped large folio, partly marked for a device
 *
 *   | e | e | ... | e | ... |     until 6.14: marking the head marks all
 *   | e | P | ... | P | ... |     since then: only the head
 *
 * A fault at subpage k restores page head + k, never the head (C3).
 */
#include "program.h"

#define SUB(k) (0x40200000UL + FL_PAGE * (k))
#define MARKED 8

#define OF_HUGE_PAGES .applies = has_huge_pages, .needs = "huge pages"

static void load_subpage(unsigned long number)
{
	p->ret[number] = fl_load(p->process, SUB(number + 3),
				 &p->value[number]);
}

static void each_its_own(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[0] == 103 && p->value[1] == 104);
	HOLD(pte_at(SUB(3)).pfn == p->value[2] + 3);
	HOLD(pte_at(SUB(4)).pfn == p->value[2] + 4);
}

static void mark_large(void)
{
	unsigned long k;

	HOLD(!fl_device_attach(p->device[0], p->process, SUB(0), FL_HUGE_PAGE));
	HOLD(!fl_mmap(p->process, SUB(0), FL_HUGE_PAGE, RW, FL_MAP_HUGE));
	for (k = 0; k < MARKED; k++)
		HOLD(!fl_store(p->process, SUB(k), 100 + k));
	p->value[2] = pte_at(SUB(0)).pfn;
	p->watched = SUB(3);
	HOLD(!fl_split_huge(p->process, SUB(0)));
	for (k = 0; k < MARKED; k++)
		if (p->kernel->traits.marks_tail_pages || !k)
			HOLD(fl_device_make_exclusive(p->device[0], SUB(k),
						      FL_PAGE) == 1);
}

static _Bool has_huge_pages(const struct fl_kernel_info *kernel)
{
	return kernel->has_huge_pages;
}

PROGRAM(subpage_fault,
	"A CPU faults one page of a large folio that is exclusive to a "
	"device: is that page restored?",
	OF_HUGE_PAGES, .v8 = "page_is_tail")
{
	mark_large();
	cpu(0, load_subpage);
	p->value[1] = 104;
	p->check = each_its_own;
}

PROGRAM(two_subpages_fault,
	"Two CPUs fault two pages of a large folio that is exclusive to a "
	"device: does each get its own page?",
	OF_HUGE_PAGES, .v8 = "page_is_tail", .bound = 10000)
{
	mark_large();
	cpu(0, load_subpage);
	cpu(1, load_subpage);
	p->check = each_its_own;
}

static void mark_head(unsigned long number)
{
	p->ret[number] = fl_device_make_exclusive(p->device[0], SUB(0),
						  FL_PAGE);
	if (p->ret[number] == 1)
		p->value[number] = !fl_device_atomic_add(p->device[0], SUB(0),
							 1, NULL);
}

static void split_and_each_itself(void)
{
	HOLD(p->ret[0] == 1 && p->value[0]);
	HOLD(value_at(SUB(0)) == 101 && value_at(SUB(1)) == 101);
	HOLD(!pte_at(SUB(0)).huge && !pte_at(SUB(1)).huge);
	HOLD(pte_at(SUB(0)).pfn == p->value[2]);
	HOLD(pte_at(SUB(1)).pfn == p->value[2] + 1);
}

/*
 *   | huge |   --marked-->   | e | P | P | ... |   one of 512 PTEs is an entry
 *
 * The lookup of the page must split the huge mapping.  Else marking finds no
 * PTE, and may retry forever.
 */
PROGRAM(huge_page_marked,
	"A device marks a page of a huge mapping: is the mapping split, with "
	"each page at its own address?",
	OF_HUGE_PAGES, .v8 = "page_is_tail")
{
	HOLD(!fl_device_attach(p->device[0], p->process, SUB(0), FL_HUGE_PAGE));
	HOLD(!fl_mmap(p->process, SUB(0), FL_HUGE_PAGE, RW, FL_MAP_HUGE));
	HOLD(!fl_store(p->process, SUB(0), 100));
	HOLD(!fl_store(p->process, SUB(1), 101));
	HOLD(pte_at(SUB(0)).huge);
	p->value[2] = pte_at(SUB(0)).pfn;
	p->watched = SUB(0);
	cpu(0, mark_head);
	p->check = split_and_each_itself;
}

static _Bool marks_one_page(const struct fl_kernel_info *kernel)
{
	return kernel->traits.marks_one_page;
}

static _Bool marks_ranges(const struct fl_kernel_info *kernel)
{
	return !kernel->traits.marks_one_page;
}

static void mark_two(unsigned long number)
{
	p->ret[number] = fl_device_make_exclusive(p->device[0], SUB(0),
						  2 * FL_PAGE);
}

static void at_least_the_head(void)
{
	HOLD(p->ret[0] >= 1);
}

/*
 *   make_device_exclusive(SUB(0))     the folio is locked
 *   make_device_exclusive(SUB(1))     waits for the lock of the same folio
 *
 * A driver ported from the range interface marks page by page.  It must not
 * keep the first page locked until it has the last.
 */
PROGRAM(range_kept_locked,
	"A driver keeps its pages locked until it has marked two pages of one "
	"folio: does it get them?",
	OF_HUGE_PAGES, .breaks = "C14 deadlock", .breaks_on = marks_one_page)
{
	HOLD(!fl_device_set_driver(p->device[0], FL_DRIVER_MIRROR,
				   FL_FLAW_KEEP_ALL));
	HOLD(!fl_device_attach(p->device[0], p->process, SUB(0), FL_HUGE_PAGE));
	HOLD(!fl_mmap(p->process, SUB(0), FL_HUGE_PAGE, RW, FL_MAP_HUGE));
	HOLD(!fl_store(p->process, SUB(0), 100));
	HOLD(!fl_split_huge(p->process, SUB(0)));
	cpu(0, mark_two);
	p->check = at_least_the_head;
}

static void mark_over_the_end(unsigned long number)
{
	p->ret[number] = fl_device_make_exclusive(p->device[0], PAGE(0),
						  2 * FL_PAGE);
	fl_device_atomic_add(p->device[0], PAGE(1), 1, NULL);
}

/* An array element that was not filled in is not a frame: ed913b055a74. */
PROGRAM(range_with_a_hole,
	"A driver programs as many pages as it requested, not as many as it "
	"got: which memory does the device add to?",
	.applies = marks_ranges,
	.needs = "make_device_exclusive_range() (releases until 6.14)",
	.breaks = "C8 lifetime: device")
{
	attach(0, FL_DRIVER_MIRROR, FL_FLAW_MAP_ALL);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	HOLD(!fl_munmap(p->process, PAGE(1), FL_PAGE));
	cpu(0, mark_over_the_end);
}
