/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault_while_marked.c
 *
 *   device                              CPU
 *   marks, programs, adds               loads or stores
 *
 * The fault waits for the folio lock, or the driver sees that the sequence
 * changed.  In either order, the update of the device is kept.
 */
#include "program.h"

static void no_update_is_lost(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == 1);
	HOLD(!p->ret[1]);
	HOLD(p->value[1] == 5 || (p->value[1] == 6 && p->value[0]));
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
}

static void mark_and_load(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, load_page_0);
	p->check = no_update_is_lost;
}

PROGRAM_MIRROR(load_while_marked, mark_and_load,
	       "A CPU loads from a page while `mirror` marks it: is "
	       "an update lost?")
PROGRAM_SEQ(load_while_marked, mark_and_load,
	    "A CPU loads from a page while `seq` marks it: is an update lost?")

static void both_writes_are_seen(void)
{
	unsigned long value = value_at(PAGE(0));

	HOLD(p->ret[0] == 0 || p->ret[0] == 1);
	HOLD(!p->ret[1]);
	HOLD(value == 11 || (value == 12 && p->value[0]));
}

static void mark_and_store(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, store_page_0);
	p->check = both_writes_are_seen;
}

PROGRAM_MIRROR(store_while_marked, mark_and_store,
	       "A CPU stores to a page while `mirror` marks it: is "
	       "an update lost?")
PROGRAM_SEQ(store_while_marked, mark_and_store,
	    "A CPU stores to a page while `seq` marks it: is an update lost?")

/* The folio is unlocked early: a notification may precede programming. */
PROGRAM(load_while_marked_unlocked_early,
	"`mirror` programs the device after it released the folio: can a CPU "
	"intervene?",
	.breaks = "C1 exclusive")
{
	attach(0, FL_DRIVER_MIRROR, FL_FLAW_UNLOCK_EARLY);
	mark_and_load();
}

static void added_or_refused(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == -EFAULT);
	HOLD(!p->ret[1]);
	HOLD(p->value[1] == 5 + p->value[0]);
	HOLD(value_at(PAGE(0)) == p->value[1]);
}

static void add_and_load(void)
{
	mark(PAGE(0), 5);
	cpu(0, only_add);
	cpu(1, load_page_0);
	p->check = added_or_refused;
}

PROGRAM_MIRROR(load_while_device_adds, add_and_load,
	       "A CPU faults a page while a device adds to it: is the "
	       "addition complete before the device's mapping is "
	       "removed?")
PROGRAM_SEQ(load_while_device_adds, add_and_load,
	    "A CPU faults a page while a device adds to it with `seq`: is the "
	    "addition complete before the device's mapping is "
	    "removed?")
