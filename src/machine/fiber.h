/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fiber.h - stacks to switch between, on one OS thread
 *
 *  - fl_fiber_prepare()   make the next switch to a fiber enter a function
 *  - fl_fiber_switch()
 *
 * A switch saves the registers that a call preserves, and nothing else: no
 * signal mask, so no system call.  On architectures without a switch of its
 * own, the machine uses the C library's.
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
	void *sp; /* while the fiber does not run */
#else
	ucontext_t context;
#endif
};

/* fl_fiber_prepare - run @entry, which must not return, on @size bytes at
 * @stack */
void fl_fiber_prepare(struct fl_fiber *fiber, void *stack, unsigned long size,
		      void (*entry)(void));

/* fl_fiber_switch - save the running fiber in @from, continue @to */
void fl_fiber_switch(struct fl_fiber *from, struct fl_fiber *to);

#endif /* FL_MACHINE_FIBER_H */
