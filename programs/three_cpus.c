/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * three_cpus.c
 *
 * Each of the three CPUs may be first, and may wait for either of the others.
 */
#include "program.h"

static void all_read_it(void)
{
	unsigned long i;

	for (i = 0; i < 3; i++)
		HOLD(!p->ret[i] && p->value[i] == 5);
	HOLD(pte_at(PAGE(0)).pfn == p->pfn);
}

PROGRAM(three_cpus_fault,
	"Three CPUs fault one page that is exclusive to a device: does each "
	"read its value?",
	.bound = 10000)
{
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, load_page_0);
	cpu(2, load_page_0);
	p->check = all_read_it;
}

static void load_page(unsigned long number)
{
	p->ret[number] = fl_load(p->process, PAGE(number), &p->value[number]);
}

static void each_its_own(void)
{
	unsigned long i;

	for (i = 0; i < 2; i++)
		HOLD(!p->ret[i] && p->value[i] == 5 + i);
}

static void two_loads_of_two_pages(void)
{
	mark(PAGE(0), 5);
	mark(PAGE(1), 6);
	cpu(0, load_page);
	cpu(1, load_page);
	p->check = each_its_own;
}

PROGRAM(two_pages_fault,
	"Two CPUs fault one page each, both exclusive to a device: do they "
	"disturb each other?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	two_loads_of_two_pages();
}
PROGRAM_SEQ(two_pages_fault, two_loads_of_two_pages,
	    "Two CPUs fault one page each, both exclusive to a device with "
	    "`seq`: do they disturb each other?")
