/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * order.h - tell Helgrind and DRD how an atomic operation orders threads
 *
 *  - fl_order_release()  ahead of an operation: what was done before it is seen ...
 *  - fl_order_acquire()  ... by who has made one on the same word, behind it
 *  - fl_order_watch()    from now on, if one of them looks on
 *
 * They see instructions: of an atomic load or store nothing is left but a MOV, which
 * orders nothing to them.  Both understand the same requests.  Only where threads are
 * real ones; without Valgrind it is the look at one variable.
 *
 * What this hides: a word keeps all that was ever released to it, and a relaxed load
 * acquires it.  Who reads an older value, or forgets to acquire, counts as ordered;
 * ThreadSanitizer knows C11's orders, and tells of that.
 */
#ifndef FL_MACHINE_ORDER_H
#define FL_MACHINE_ORDER_H

#if defined(__has_include)
#if __has_include(<valgrind/helgrind.h>)
#include <valgrind/helgrind.h>
#endif
#endif
#ifndef ANNOTATE_HAPPENS_BEFORE
#define ANNOTATE_HAPPENS_BEFORE(p)	((void)(p))
#define ANNOTATE_HAPPENS_AFTER(p)	((void)(p))
#define RUNNING_ON_VALGRIND		0
#endif

extern int fl_order_watched;

static inline void fl_order_watch(int on)
{
	fl_order_watched = on && RUNNING_ON_VALGRIND;
}

/* @order: as the compiler numbers them */
static inline void fl_order_release(const volatile void *p, int order)
{
	if (__builtin_expect(fl_order_watched, 0) &&
	    (order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL ||
	     order == __ATOMIC_SEQ_CST))
		ANNOTATE_HAPPENS_BEFORE(p);
}

/* Of any order: what is reached by the value of a relaxed load, as rcu_dereference() is,
 * depends on it, which is an order, too. */
static inline void fl_order_acquire(const volatile void *p)
{
	if (__builtin_expect(fl_order_watched, 0))
		ANNOTATE_HAPPENS_AFTER(p);
}

#endif /* FL_MACHINE_ORDER_H */
