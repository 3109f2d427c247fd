/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stale_tlb.c
 *
 * CPU 1 has cached the translation when the device marks the page.  Marking
 * must flush it before the device may write, a zap before the page is freed,
 * and the copy of a shared page before the next store can be seen.
 */
#include "program.h"

static void store_twice(unsigned long number)
{
	p->ret[number] = fl_store(p->process, PAGE(0), 10);
	if (!p->ret[number])
		p->ret[number] = fl_load(p->process, PAGE(0),
					 &p->value[number]);
}

/* Any order of store, add and load that keeps the store before the load. */
static void value_is_explained(void)
{
	unsigned long value = value_at(PAGE(0)), added = p->value[0];

	HOLD(!p->ret[1]);
	HOLD(value == 10 || (value == 11 && added));
	HOLD(p->value[1] == 10 || p->value[1] == value);
}

/* The first load fills the TLB of the CPU on which the stores follow. */
static void warm_up(unsigned long number)
{
	p->ret[number] = fl_load(p->process, PAGE(0), &p->value[number]);
	store_twice(number);
}

static void mark_under_a_translation(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, warm_up);
	p->check = value_is_explained;
}

PROGRAM_MIRROR(stale_tlb_marked, mark_under_a_translation,
	       "A CPU has a page in its TLB while `mirror` marks it: does the "
	       "CPU use the stale translation?")
PROGRAM_SEQ(stale_tlb_marked, mark_under_a_translation,
	    "A CPU has a page in its TLB while `seq` marks it: does the CPU "
	    "use the stale translation?")

static void zapped_or_stored(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[1] == 10 || p->value[1] == 0);
	HOLD(value_at(PAGE(0)) == 10 || value_at(PAGE(0)) == 0);
}

static void zap_under_a_translation(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, zap_page_0);
	cpu(1, store_twice);
	p->check = zapped_or_stored;
}

PROGRAM(stale_tlb_zapped,
	"A CPU has a page in its TLB while it is zapped: does the CPU use the "
	"stale translation?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	zap_under_a_translation();
}
PROGRAM_SEQ(stale_tlb_zapped, zap_under_a_translation,
	    "A CPU has a page in its TLB while it is zapped: does the CPU use "
	    "the stale translation, with `seq`?")

static void store_both(unsigned long number)
{
	p->ret[number] = fl_store(p->process, PAGE(0), 7);
	if (!p->ret[number])
		p->ret[number] = fl_store(p->process, PAGE(1), 1);
}

static void load_until_stored(unsigned long number)
{
	unsigned long *seen = &p->value[number], done = 0;

	p->ret[number] = fl_load(p->process, PAGE(0), seen);
	if (!p->ret[number])
		p->ret[number] = fl_load(p->process, PAGE(1), &done);
	if (!p->ret[number])
		p->ret[number] = fl_load(p->process, PAGE(0), seen);
	HOLD(!done || *seen == 7);
}

static void child_has_the_old_page(void)
{
	unsigned long value = 0;

	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(value_at(PAGE(0)) == 7);
	HOLD(!fl_load(p->child, PAGE(0), &value) && value == 5);
}

/*
 *   stores 7: the page is copied    loads the page: 5
 *   stores 1 to the next page       loads the next page: 1
 *                                   loads the page: 7, from no other frame
 */
PROGRAM(stale_tlb_copied,
	"A CPU has a page in its TLB that another CPU copies in order to "
	"write: does the first CPU see a later store, but not this one?")
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	HOLD(!fl_store(p->process, PAGE(1), 0));
	HOLD(!fl_fork(p->process, &p->child));
	cpu(0, store_both);
	cpu(1, load_until_stored);
	p->check = child_has_the_old_page;
}
