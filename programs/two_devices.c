/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * two_devices.c - two devices mark one page, or one device marks it twice
 *
 * Each marking notifies the other driver, with the marking driver as the owner.
 * The first device loses the page to the second; the updates of both are kept.
 */
#include <string.h>

#include "program.h"

static void no_update_is_lost(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == 1 || p->ret[0] == -EBUSY);
	HOLD(p->ret[1] == 0 || p->ret[1] == 1 || p->ret[1] == -EBUSY);
	HOLD(!right_at(0, PAGE(0)).mapped || !right_at(1, PAGE(0)).mapped);
	HOLD(value_at(PAGE(0)) == 5 + p->value[0] + p->value[1]);
}

static void two_devices(enum fl_driver first, enum fl_driver second,
			unsigned int flaws)
{
	attach(0, first, flaws);
	attach(1, second, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, mark_and_add_1);
	p->check = no_update_is_lost;
}

PROGRAM(two_devices_mirror,
	"Two devices with `mirror` mark one page: is an update lost?",
	.bound = 10000)
{
	two_devices(FL_DRIVER_MIRROR, FL_DRIVER_MIRROR, 0);
}

PROGRAM(two_devices_seq,
	"Two devices with `seq` mark one page: is an update lost?",
	.bound = 10000)
{
	two_devices(FL_DRIVER_SEQ, FL_DRIVER_SEQ, 0);
}

/* Until 6.14 a restore is notified as a marking without an owner. */
static _Bool restore_is_marking(const struct fl_kernel_info *kernel)
{
	return !strcmp(kernel->traits.restore_event, "EXCLUSIVE");
}

/* Marking a page that a device has restores it first. */
PROGRAM(two_devices_filter_event,
	"One of two drivers ignores every marking: does its device keep the "
	"other device's page?",
	.breaks = "C1 exclusive", .breaks_on = restore_is_marking,
	.bound = 10000)
{
	two_devices(FL_DRIVER_MIRROR, FL_DRIVER_MIRROR, FL_FLAW_FILTER_EVENT);
}

static void all_updates(void)
{
	HOLD(value_at(PAGE(0)) == 5 + p->value[0] + p->value[1]);
}

static void one_device_twice(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, mark_and_add);
	p->check = all_updates;
}

PROGRAM_MIRROR(mark_while_marked, one_device_twice,
	       "Two threads mark one page for one device with `mirror`: do "
	       "they finish, and release everything?",
	       .bound = 10000)
PROGRAM_SEQ(mark_while_marked, one_device_twice,
	    "Two threads mark one page for one device with `seq`: do they "
	    "finish, and release everything?",
	    .bound = 10000)

static void steal(void)
{
	attach(1, FL_DRIVER_MIRROR, 0);
	mark(PAGE(0), 5);
	cpu(0, only_add);
	cpu(1, mark_and_add_1);
	p->check = all_updates;
}

PROGRAM_MIRROR(mark_while_device_adds, steal,
	       "A device takes a page from another device that is adding to "
	       "it: is the addition complete before?")
PROGRAM_SEQ(mark_while_device_adds, steal,
	    "A device takes a page from another device that is adding to it: "
	    "is the addition complete before, with `seq`?")

/* A reading device shares the page with CPUs, until another device marks it. */
static void map_to_read(unsigned long number)
{
	p->ret[number] = fl_device_map_read(p->device[1], PAGE(0), FL_PAGE);
	if (!p->ret[number])
		p->ret[number] = fl_device_read(p->device[1], PAGE(0),
						&p->value[number]);
}

static void read_before_or_after(void)
{
	HOLD(!p->ret[1] || p->ret[1] == -EFAULT || p->ret[1] == -EBUSY);
	HOLD(p->ret[1] || p->value[1] == 5 ||
	     (p->value[1] == 6 && p->value[0]));
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
}

static void mark_and_map(void)
{
	attach(1, FL_DRIVER_SEQ, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, map_to_read);
	p->check = read_before_or_after;
}

PROGRAM_MIRROR(read_while_marked, mark_and_map,
	       "A device maps a page for reading while another device marks "
	       "it with `mirror`: do both keep it?")
PROGRAM_SEQ(read_while_marked, mark_and_map,
	    "A device maps a page for reading while another device marks it "
	    "with `seq`: do both keep it?")

/* A page that CPUs share with a device is marked without a restore. */
PROGRAM(read_while_marked_filter_event,
	"The driver of a device that reads ignores every marking: does the "
	"device keep reading?",
	.breaks = "C1 exclusive")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	HOLD(!fl_device_set_driver(p->device[1], FL_DRIVER_MIRROR,
				   FL_FLAW_FILTER_EVENT));
	HOLD(!fl_device_attach(p->device[1], p->process, PAGE(0), FL_PAGE));
	HOLD(!fl_store(p->process, PAGE(0), 5));
	HOLD(!fl_device_map_read(p->device[1], PAGE(0), FL_PAGE));
	cpu(0, mark_and_add);
}

/* -- what a driver may ignore -- */

static void mark_alone(enum fl_driver driver, unsigned int flaws)
{
	attach(0, driver, flaws);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, load_page_0);
}

PROGRAM(own_marking_not_filtered,
	"`seq` treats its own marking as an invalidation: does it ever get "
	"the page?",
	.breaks = "C13 own marking")
{
	mark_alone(FL_DRIVER_SEQ, FL_FLAW_NO_FILTER);
}

static void exclusive_page_is_marked(void)
{
	HOLD(p->ret[0] == 1 && p->value[0] == 1);
	HOLD(value_at(PAGE(0)) == 6);
}

static void mark_exclusive_page(unsigned int flaws)
{
	attach(0, FL_DRIVER_SEQ, flaws);
	attach(1, FL_DRIVER_MIRROR, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	HOLD(fl_device_make_exclusive(p->device[1], PAGE(0), FL_PAGE) == 1);
	cpu(0, mark_and_add);
	p->check = exclusive_page_is_marked;
}

/* Marking restores the other device's page; that notification has no owner. */
PROGRAM(mark_exclusive_page_seq,
	"`seq` marks a page that is exclusive to another device: does it get "
	"the page?")
{
	mark_exclusive_page(0);
}

PROGRAM(mark_exclusive_page_without_fault,
	"`seq` marks a page that is exclusive to another device, without "
	"faulting it in first: does it get the page?",
	.breaks = "does not hold: p->ret[0] == 1")
{
	mark_exclusive_page(FL_FLAW_NO_FAULT);
}

PROGRAM(restore_ignored,
	"A driver ignores the markings of all owners: does it react to a "
	"restore?",
	.breaks = "C1 exclusive", .breaks_on = restore_is_marking)
{
	mark_alone(FL_DRIVER_MIRROR, FL_FLAW_FILTER_EVENT);
}
