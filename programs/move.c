/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * move.c - a page is migrated to another frame or swapped out, while a device
 * has it or marks it
 *
 * Migration and reclaim take the folio lock.  Until 6.14 they do not count an
 * entry as a mapping, and give up because of the reference that it owns.
 */
#include "program.h"

static void value_is_kept(void)
{
	HOLD(!p->ret[0] && p->value[0] == 5);
	HOLD(value_at(PAGE(0)) == 5);
	HOLD(p->ret[1] || pte_at(PAGE(0)).pfn != p->pfn);
}

static void fault_and_migrate(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, migrate_page_0);
	p->check = value_is_kept;
}

PROGRAM_MIRROR(migrate_while_faulted, fault_and_migrate,
	       "A page that is exclusive to a device is migrated while a CPU "
	       "faults it: is its value kept?",
	       .bound = 10000)
PROGRAM_SEQ(migrate_while_faulted, fault_and_migrate,
	    "A page that is exclusive to a device with `seq` is migrated "
	    "while a CPU faults it: is its value kept?",
	    .bound = 10000)

static void fault_and_reclaim(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, reclaim_page_0);
	p->check = value_is_kept;
}

PROGRAM_MIRROR(reclaim_while_faulted, fault_and_reclaim,
	       "A page that is exclusive to a device is reclaimed while a CPU "
	       "faults it: is its value kept?",
	       .bound = 10000)
PROGRAM_SEQ(reclaim_while_faulted, fault_and_reclaim,
	    "A page that is exclusive to a device with `seq` is reclaimed "
	    "while a CPU faults it: is its value kept?",
	    .bound = 10000)

static void update_is_kept(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == 1);
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
}

static void mark_and_migrate(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, migrate_page_0);
	p->check = update_is_kept;
}

PROGRAM_MIRROR(migrate_while_marked, mark_and_migrate,
	       "A page is migrated while `mirror` marks it: which frame does "
	       "the device get?",
	       .bound = 10000)
PROGRAM_SEQ(migrate_while_marked, mark_and_migrate,
	    "A page is migrated while `seq` marks it: which frame does the "
	    "device get?",
	    .bound = 10000)

static void mark_and_reclaim(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, reclaim_page_0);
	p->check = update_is_kept;
}

PROGRAM_MIRROR(reclaim_while_marked, mark_and_reclaim,
	       "A page is reclaimed while `mirror` marks it: is "
	       "an update lost?",
	       .bound = 10000)
PROGRAM_SEQ(reclaim_while_marked, mark_and_reclaim,
	    "A page is reclaimed while `seq` marks it: is an update lost?",
	    .bound = 10000)

/* The driver migrates its own page: the notification names it as the owner. */
static void migrate_page(unsigned long number)
{
	p->ret[number] = fl_device_migrate(p->device[0], PAGE(0), FL_PAGE);
}

static void map_move_and_read(unsigned int flaws)
{
	attach(0, FL_DRIVER_SEQ, flaws);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	HOLD(!fl_device_map_read(p->device[0], PAGE(0), FL_PAGE));
	cpu(0, migrate_page);
	cpu(1, load_page_0);
}

static void device_has_what_the_process_has(void)
{
	struct fl_device_pte right = right_at(0, PAGE(0));

	HOLD(!p->ret[1] && p->value[1] == 5);
	HOLD(!right.mapped || right.pfn == pte_at(PAGE(0)).pfn);
}

PROGRAM(driver_migrates_mapped_page,
	"A driver migrates a page that its device reads: does the device keep "
	"reading the old frame?")
{
	map_move_and_read(0);
	p->check = device_has_what_the_process_has;
}

PROGRAM(driver_migrates_filter_owner,
	"A driver migrates a page that its device reads, and ignores "
	"notifications that name it as the owner: does the device keep "
	"reading the old frame?",
	.breaks = "does not hold: !right.mapped")
{
	map_move_and_read(FL_FLAW_FILTER_OWNER);
	p->check = device_has_what_the_process_has;
}
