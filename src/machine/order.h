/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * order.h - report to Helgrind and DRD how atomic operations order threads
 *
 *  - fl_order_release()  before an operation: publishes the thread's earlier
 *                        accesses
 *  - fl_order_acquire()  after an operation: orders the thread after all
 *                        releases on the same word
 *  - fl_order_watch()    enable the reports, if one of the two is running
 *
 * Helgrind and DRD see instructions: an atomic load or store is only a MOV,
 * which orders nothing for them.  Both understand the same requests.  Used only
 * with real threads; without Valgrind it costs one test of a variable.
 *
 * What this hides: a word keeps everything that was ever released to it, and a
 * relaxed load acquires it.  A thread that reads an older value, or lacks an
 * acquire, counts as ordered.  ThreadSanitizer knows the orders of C11, and
 * reports those.
 */
#ifndef FL_MACHINE_ORDER_H
#define FL_MACHINE_ORDER_H

#if defined(__has_include)
#if __has_include(<valgrind/helgrind.h>)
#include <valgrind/helgrind.h>
#endif
#endif
#ifndef ANNOTATE_HAPPENS_BEFORE
#define ANNOTATE_HAPPENS_BEFORE(p) ((void)(p))
#define ANNOTATE_HAPPENS_AFTER(p)  ((void)(p))
#define RUNNING_ON_VALGRIND	   0
#endif

extern int fl_order_watched;

static inline void fl_order_watch(int on)
{
	fl_order_watched = on && RUNNING_ON_VALGRIND;
}

/* @order: __ATOMIC_*, as the compiler numbers them */
static inline void fl_order_release(const volatile void *p, int order)
{
	if (__builtin_expect(fl_order_watched, 0) &&
	    (order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL ||
	     order == __ATOMIC_SEQ_CST))
		ANNOTATE_HAPPENS_BEFORE(p);
}

/* For any order: accesses through the value of a relaxed load, as by
 * rcu_dereference(), depend on it, which orders them, too. */
static inline void fl_order_acquire(const volatile void *p)
{
	if (__builtin_expect(fl_order_watched, 0))
		ANNOTATE_HAPPENS_AFTER(p);
}

#endif /* FL_MACHINE_ORDER_H */
