/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notifier_document.c - the schedule that Documentation/mm/mmu_notifier.rst draws
 *
 *   CPU                                 device
 *                                       has A in its table
 *   stores to A: a copy takes its place
 *   stores to B: a copy takes its place
 *                                       reads B: the new one
 *                                       reads A: by the entry that it has
 *
 * Were the device not told of A before the copy can be stored to, it would see the store
 * to B and not the one to A that came before.  Pages are shared with a child, so that
 * a store copies them.
 */
#include "program.h"

static void store_a_then_b(unsigned long number)
{
	p->ret[number] = fl_store(p->process, PAGE(0), 1);
	if (!p->ret[number])
		p->ret[number] = fl_store(p->process, PAGE(1), 1);
}

/* B as the process has it now; A by the entry that is there, if it is. */
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

PROGRAM(notifier_document, "A device reads two pages while a CPU copies and stores to them in order: does it see the order?")
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
