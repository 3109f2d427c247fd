/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * two_cpus_fault.c
 *
 * One CPU restores the page while the other waits for the folio lock, or has
 * read the entry already.  Both must then find the same page, mapped once.
 */
#include "program.h"

static void both_read_it(void)
{
	struct fl_folio folio;

	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[0] == 5 && p->value[1] == 5);
	HOLD(!fl_folio_view(p->world, p->pfn, &folio));
	HOLD(folio.refcount == 1 && folio.mapcount == 1 && !folio.locked);
}

static void two_loads(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, load_page_0);
	p->check = both_read_it;
}

PROGRAM(two_cpus_fault,
	"Two CPUs fault one page that is exclusive to a device: does each "
	"read its value?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	two_loads();
}
PROGRAM_SEQ(two_cpus_fault, two_loads,
	    "Two CPUs fault one page that is exclusive to a device with "
	    "`seq`: does each read its value?")

static void one_store_is_last(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(value_at(PAGE(0)) == 10 || value_at(PAGE(0)) == 11);
	HOLD(pte_at(PAGE(0)).pfn == p->pfn);
}

static void two_stores(void)
{
	mark(PAGE(0), 5);
	cpu(0, store_page_0);
	cpu(1, store_page_0);
	p->check = one_store_is_last;
}

PROGRAM(two_cpus_store,
	"Two CPUs store to one page that is exclusive to a device: is it "
	"still one page?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	two_stores();
}
PROGRAM_SEQ(two_cpus_store, two_stores,
	    "Two CPUs store to one page that is exclusive to a device with "
	    "`seq`: is it still one page?")

static void load_and_store(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[0] == 5 || p->value[0] == 11);
	HOLD(value_at(PAGE(0)) == 11);
}

static void a_load_and_a_store(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, store_page_0);
	p->check = load_and_store;
}

PROGRAM(load_and_store,
	"One CPU loads from a page that is exclusive to a device, another "
	"stores to it: which value is read?")
{
	attach(0, FL_DRIVER_SEQ, 0);
	a_load_and_a_store();
}
PROGRAM_MIRROR(load_and_store, a_load_and_a_store,
	       "One CPU loads from a page that is exclusive to a device with "
	       "`mirror`, another stores to it: which value is read?")
