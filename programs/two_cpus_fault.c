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
