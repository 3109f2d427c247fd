/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notifier_doc_example.c - the schedule of Documentation/mm/mmu_notifier.rst
 *
 *   CPU                                 device
 *                                       has A in its table
 *   stores to A: a copy replaces A
 *   stores to B: a copy replaces B
 *                                       reads B: the copy
 *                                       reads A: by its table entry
 *
 * If the device were not notified of A before the CPU can store to the copy,
 * the device would see the store to B but not the earlier one to A.  Pages are
 * shared with a child, so each store copies a page.
 */
#include "program.h"

static void store_a_then_b(unsigned long number)
{
	p->ret[number] = fl_store(p->process, PAGE(0), 1);
	if (!p->ret[number])
		p->ret[number] = fl_store(p->process, PAGE(1), 1);
}

/* Read B as the process maps it now, and A by the device's entry, if any. */
static void read_b_then_a(unsigned long number)
{
	p->value[number] = 1;
	p->ret[number] = fl_device_map_read(p->device[0], PAGE(1), FL_PAGE);
	if (p->ret[number])
		return;
	p->ret[number] = fl_device_read(p->device[0], PAGE(1),
					&p->value[number + 1]);
	if (!p->ret[number])
		p->ret[number] = fl_device_read(p->device[0], PAGE(0),
						&p->value[number]);
}

static void order_is_seen(void)
{
	HOLD(!p->ret[0]);
	HOLD(!p->ret[1] || p->ret[1] == -EFAULT || p->ret[1] == -EBUSY);
	/* value[2] is B, value[1] is A. */
	HOLD(p->ret[1] || !p->value[2] || p->value[1]);
}

PROGRAM(notifier_doc_example,
	"A device reads two pages while a CPU copies and stores to them in "
	"order: does the device see that order?")
{
	attach(0, FL_DRIVER_SEQ, 0);
	HOLD(!fl_store(p->process, PAGE(0), 0));
	HOLD(!fl_store(p->process, PAGE(1), 0));
	HOLD(!fl_fork(p->process, &p->child));
	HOLD(!fl_device_map_read(p->device[0], PAGE(0), FL_PAGE));
	cpu(0, store_a_then_b);
	cpu(1, read_b_then_a);
	p->check = order_is_seen;
}
