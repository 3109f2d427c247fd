/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * choices.c - what the program does not determine: memory is short, a TLB forgets
 *
 * Each goes both ways, wherever it can, in every order of the threads.
 */
#include "program.h"

static void add_to_page_1(unsigned long number)
{
	p->ret[number] = fl_store(p->process, PAGE(1), 7);
}

/* Either CPU may be the one that gets nothing; nobody else notices. */
static void one_may_fail(void)
{
	struct fl_pte pte;

	HOLD(!p->ret[0] || p->ret[0] == -ENOMEM);
	HOLD(!p->ret[1] || p->ret[1] == -ENOMEM);
	HOLD(!(p->ret[0] && p->ret[1]));
	HOLD(!fl_pte_view(p->process, PAGE(1), &pte));
	HOLD(pte.present == !p->ret[1]);
	if (!p->ret[0])
		HOLD(p->value[0] == 5);
}

PROGRAM(memory_is_short, "A CPU faults what a device has, another a new page, and an allocation fails: is anything lost?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, add_to_page_1);
	fl_world_choices(p->world, FL_CHOOSE_ALLOC);
	p->check = one_may_fail;
}

static void load_twice(unsigned long number)
{
	load_page_0(number);
	HOLD(!fl_load(p->process, PAGE(0), &p->value[2]));
}

/* Once the page is gone, it stays gone. */
static void never_back(void)
{
	HOLD(p->value[0] == 5 || p->value[0] == 0);
	HOLD(p->value[2] == 5 || p->value[2] == 0);
	HOLD(p->value[0] || !p->value[2]);
}

PROGRAM(tlb_forgets, "A TLB forgets a page, or does not, while it is zapped: does it come back?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, load_twice);
	cpu(1, zap_page_0);
	fl_world_choices(p->world, FL_CHOOSE_TLB);
	p->check = never_back;
}
