/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notifier.h - telling others who mirror an address space
 *
 *  - notifier_start(), notifier_end()    around each change to PTEs
 *  - listen()                            chain.c: on all of an mm
 *  - mirror(), unmirror(), mirror_begin(), _retry(), _set_seq()
 *                                        interval.c: on a range, with a sequence
 *  - notifier_release(), notifier_destroy()
 *
 * A device that has page tables of its own must lose its right before the CPU
 * gets another one.  So whoever is about to change PTEs says so first, and only
 * when start has returned may the PTE change; end says that the new state can be
 * looked up.
 */
#ifndef FL_MODEL_NOTIFIER_H
#define FL_MODEL_NOTIFIER_H

#include "fault/mm.h"

enum notifier_event {
	MMU_NOTIFY_UNMAP,		/* munmap, exit */
	MMU_NOTIFY_CLEAR,		/* the page goes, the mapping stays */
	MMU_NOTIFY_PROTECTION_VMA,	/* rights of the mapping change */
	MMU_NOTIFY_PROTECTION_PAGE,	/* of pages: fork */
	MMU_NOTIFY_SOFT_DIRTY,
	MMU_NOTIFY_RELEASE,		/* the address space ends */
	MMU_NOTIFY_MIGRATE,		/* moved, by the driver that owns it */
	MMU_NOTIFY_EXCLUSIVE,		/* marked for, or taken from, a device */
};

struct notifier_range {
	struct mm_struct *mm;
	enum notifier_event event;
	unsigned long start, end;
	const void *owner;		/* who marks or moves; else NULL */
};

/* Every range of the model may block: only the OOM reaper's may not. */
void notifier_start(const struct notifier_range *range);
void notifier_end(const struct notifier_range *range);

/* notifier_release - the last word, and the end of every listener.  Context: no
 * thread of the process is left. */
void notifier_release(struct mm_struct *mm);
void notifier_destroy(struct mm_struct *mm);

/* As mirror, unmirror and listen of struct fl_kernel. */
int mirror(struct fl_mm *mm, unsigned long start, unsigned long len,
	   fl_notify_fn *fn, void *cookie, struct fl_listener **out);
void unmirror(struct fl_listener *listener);
unsigned long mirror_begin(struct fl_listener *listener);
_Bool mirror_retry(struct fl_listener *listener, unsigned long seq);
void mirror_set_seq(struct fl_listener *listener, unsigned long seq);
int listen(struct fl_mm *mm, fl_notify_fn *fn, void *cookie);

/* -- between chain.c and interval.c -- */

struct notifier_subscriptions {
	struct spinlock lock;
	struct listener *list;		/* changed under lock, read under SRCU */

	/* interval.c, all under lock */
	struct interval *intervals;
	struct interval *deferred;
	unsigned long seq;		/* odd: invalidations are going on */
	unsigned int active;		/* ... so many */
	struct interval_waiter *waiters;
};

/* Once, at boot. */
void interval_init(void);

/* Return: 0, -ENOMEM, -EINTR; mm->notifiers is set.  Context: sleeps. */
int notifier_prepare(struct mm_struct *mm);

/* What is told of a range. */
struct fl_notification notifier_text(int phase,
				     const struct notifier_range *range);

void interval_start(struct notifier_subscriptions *subs,
		    const struct notifier_range *range);
void interval_end(struct notifier_subscriptions *subs);

#endif /* FL_MODEL_NOTIFIER_H */
