/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * steps.h - operations that threads announce to the scheduler
 *
 * Without a scheduler, announcing an operation does nothing.
 */
#ifndef FL_MACHINE_STEPS_H
#define FL_MACHINE_STEPS_H

#include "machine/machine.h"
#include "machine/sched.h"

struct fl_thread;

struct fl_steps {
	const struct fl_observer *observer;
	unsigned int moment; /* steps in the run so far */
	int running;
	int starting; /* threads run up to their first operation */
};

struct fl_thread_steps {
	struct fl_op op; /* next operation */
	struct fl_position position;
	struct fl_position go_to; /* does not ask the scheduler before */
	/* For the observer: the place that the thread is storing to, its
	 * previous contents, and whether it is in a page table. */
	unsigned long *stored;
	unsigned long was;
	int sure;
	unsigned int untraced; /* must not wait, and takes no steps */
	unsigned int relaxed;  /* start of its loop's turn, in steps */
	struct fl_attempt attempt;
};

/* A run begins, in which each thread stops at its first operation if there is
 * a scheduler; a run ends. */
void fl_sched_begin(struct fl_machine *m);
void fl_sched_end(struct fl_machine *m);
_Bool fl_sched_is_running(const struct fl_machine *m);
/* Switch to the thread that the scheduler picks.  Returns when the caller is
 * picked. */
void fl_sched_next(struct fl_machine *m);

/* Return: whether operations of @t are steps.  Accesses of the host and of
 * callbacks are not; those of callbacks that have a thread of their own are. */
int fl_takes_steps(const struct fl_machine *m, const struct fl_thread *t);
_Bool fl_sched_is_untraced(const struct fl_thread *t);

void fl_sched_op(enum fl_op_kind kind, const volatile void *addr,
		 unsigned int size);
void fl_sched_step(const struct fl_op *op);
/* Announce a plain access of kernel code; that an object is about to be
 * freed. */
void fl_sched_plain(enum fl_op_kind kind, const volatile void *addr,
		    unsigned long size, unsigned long pc);
void fl_sched_freed(const void *p, unsigned long size);

/* Set the next operation of @t, which is not running. */
void fl_sched_set_op(struct fl_thread *t, struct fl_op op);
/* Wait for the current thread's op, which is set, or which other threads will
 * set. */
void fl_sched_await(struct fl_machine *m);

/* Notify the observer: a CPU is about to use frame @pfn for @va. */
void fl_sched_translated(unsigned int cpu, unsigned long va, unsigned long pfn);

#endif /* FL_MACHINE_STEPS_H */
