/* SPDX-License-Identifier: GPL-2.0-only */
/* native.h - simulated threads on real ones: one pthread each */
#ifndef FL_MACHINE_NATIVE_H
#define FL_MACHINE_NATIVE_H

#include <setjmp.h>

struct fl_thread;

struct fl_thread_native {
	sigjmp_buf exit; /* of its pthread */
};

/* Use FL_HOLD() instead. */
void __fl_hold(void);
void __fl_release(void);

/* Wait until another thread makes @t, the current thread, runnable. */
void fl_native_schedule(struct fl_thread *t);
void fl_native_wake(struct fl_thread *t);
/* End the pthread of @t, the current thread. */
void fl_native_unwind(struct fl_thread *t) __attribute__((noreturn));

#endif /* FL_MACHINE_NATIVE_H */
