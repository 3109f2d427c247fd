/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * two_cpus_fault.c
 *
 * One restores the page while the other waits for its lock, or has read the entry
 * already; both must then find the same page, once mapped.
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

PROGRAM(two_cpus_fault, "Two CPUs fault one page that a device has: does each read its value?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, load_page_0);
	p->check = both_read_it;
}

static void one_store_is_last(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(value_at(PAGE(0)) == 10 || value_at(PAGE(0)) == 11);
	HOLD(pte_at(PAGE(0)).pfn == p->pfn);
}

PROGRAM(two_cpus_store, "Two CPUs store to one page that a device has: is it still one page?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(PAGE(0), 5);
	cpu(0, store_page_0);
	cpu(1, store_page_0);
	p->check = one_store_is_last;
}

static void load_and_store(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[0] == 5 || p->value[0] == 11);
	HOLD(value_at(PAGE(0)) == 11);
}

PROGRAM(load_and_store, "One CPU loads and one stores to a page that a device has: what is read?")
{
	attach(0, FL_DRIVER_SEQ, 0);
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, store_page_0);
	p->check = load_and_store;
}
