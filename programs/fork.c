/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - a process forks while a device has, or marks, one of its pages
 *
 * A fork restores exclusive entries, or fails if the page is locked.  A child
 * never has such an entry (C11), and sees no later writes.
 */
#include "program.h"

/* @added: what the device added, before or after the fork */
static void child_has_a_copy(unsigned long added)
{
	unsigned long value = 0;

	if (!p->child)
		return;
	HOLD(!fl_load(p->child, PAGE(0), &value));
	HOLD(value == 5 || (value == 6 && added));
	HOLD(!fl_store(p->process, PAGE(0), 90));
	HOLD(!fl_load(p->child, PAGE(0), &added) && added == value);
}

static void forked_or_busy(void)
{
	HOLD(!p->ret[1] || p->ret[1] == -ENOMEM);
	HOLD(!p->ret[1] == !!p->child);
}

static void reader_and_child(void)
{
	forked_or_busy();
	HOLD(!p->ret[0] && p->value[0] == 5);
	HOLD(value_at(PAGE(0)) == 5);
	child_has_a_copy(0);
}

static void fault_and_fork(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, fork_process);
	p->check = reader_and_child;
}

PROGRAM_MIRROR(fork_while_faulted, fault_and_fork,
	       "A process forks while a CPU faults a page that is exclusive "
	       "to a device: does the child get a copy?")
PROGRAM_SEQ(fork_while_faulted, fault_and_fork,
	    "A process forks while a CPU faults a page that is exclusive to a "
	    "device with `seq`: does the child get a copy?")

static void device_and_child(void)
{
	forked_or_busy();
	HOLD(p->ret[0] == 0 || p->ret[0] == 1);
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
	child_has_a_copy(p->value[0]);
}

static void mark_and_fork(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, fork_process);
	p->check = device_and_child;
}

PROGRAM_MIRROR(fork_while_marked, mark_and_fork,
	       "A process forks while `mirror` marks a page: does the child "
	       "get an exclusive entry?")
PROGRAM_SEQ(fork_while_marked, mark_and_fork,
	    "A process forks while `seq` marks a page: does the child get an "
	    "exclusive entry?")

static void added_or_refused_and_child(void)
{
	forked_or_busy();
	HOLD(p->ret[0] == 0 || p->ret[0] == -EFAULT);
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
	child_has_a_copy(p->value[0]);
}

static void add_and_fork(void)
{
	mark(PAGE(0), 5);
	cpu(0, only_add);
	cpu(1, fork_process);
	p->check = added_or_refused_and_child;
}

PROGRAM(fork_while_device_adds,
	"A process forks while a device adds to a page: does only the parent "
	"get the addition, or the child too?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	add_and_fork();
}
PROGRAM_SEQ(fork_while_device_adds, add_and_fork,
	    "A process forks while a device adds to a page with `seq`: does "
	    "only the parent get the addition, or the child too?")
