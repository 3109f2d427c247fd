/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fiber.h - stacks to switch between, on one OS thread
 *
 *  - fl_fiber_prepare()   the next switch to it enters a function
 *  - fl_fiber_switch()
 *
 * A switch saves what a call must keep, and nothing else: no signal mask, so no
 * system call.  Where the machine has no switch of its own, it is the C library's.
 *
 * Invariant: the innermost frame record of a fresh fiber is zero, which ends
 * backtraces.
 */
#ifndef FL_MACHINE_FIBER_H
#define FL_MACHINE_FIBER_H

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

struct fl_fiber {
#if defined(__x86_64__)
	void *sp;		/* while it does not run */
#else
	ucontext_t context;
#endif
};

/* fl_fiber_prepare - @entry, which must not return, on @size bytes at @stack */
void fl_fiber_prepare(struct fl_fiber *fiber, void *stack, unsigned long size,
		      void (*entry)(void));

/* fl_fiber_switch - save the running one in @from, go on with @to */
void fl_fiber_switch(struct fl_fiber *from, struct fl_fiber *to);

#endif /* FL_MACHINE_FIBER_H */
