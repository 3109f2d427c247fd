/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notifier.h - notifying drivers that mirror an address space
 *
 *  - notifier_start(), notifier_end()   around each change of PTEs
 *  - listen()                           chain.c: on all of an mm
 *  - notifier_ops: mirror, ...          interval.c: on a range, sequenced
 *  - notifier_release(), notifier_destroy()
 *  - mmdrop()                           mmdrop.c
 *
 * A device that has page tables of its own must lose its right before the
 * CPU gets another one.  So a thread calls start before it changes PTEs, and
 * may change them only after start has returned.  After end, drivers may
 * look up the new state.
 */
#ifndef FL_MODEL_NOTIFIER_H
#define FL_MODEL_NOTIFIER_H

#include "pte/mm.h"

enum notifier_event {
	MMU_NOTIFY_UNMAP,	    /* munmap, exit */
	MMU_NOTIFY_CLEAR,	    /* page is dropped, mapping stays */
	MMU_NOTIFY_PROTECTION_VMA,  /* rights of the mapping change */
	MMU_NOTIFY_PROTECTION_PAGE, /* rights of pages change: fork */
	MMU_NOTIFY_SOFT_DIRTY,
	MMU_NOTIFY_RELEASE,   /* the address space ends */
	MMU_NOTIFY_MIGRATE,   /* moved, by the driver that owns it */
	MMU_NOTIFY_EXCLUSIVE, /* a device gets or loses a page */
};

struct notifier_range {
	struct mm_struct *mm;
	enum notifier_event event;
	unsigned long start, end;
	const void *owner; /* of a marking or a move; else NULL */
};

/* All ranges of the model may block: only those of the OOM reaper may not. */
void notifier_start(const struct notifier_range *range);
void notifier_end(const struct notifier_range *range);

/* notifier_release - notify once more, then free all listeners.  Context: the
 * process has no thread left. */
void notifier_release(struct mm_struct *mm);
void notifier_destroy(struct mm_struct *mm);

/* mmdrop - drop a reference to @mm, of its process or of a mirror; the last one
 * frees it */
void mmdrop(struct mm_struct *mm);

extern const struct fl_notifier_ops notifier_ops; /* interval.c */
/* As read_retry and listen in struct fl_notifier_ops. */
_Bool mirror_retry(struct fl_listener *listener, unsigned long seq);
int listen(struct fl_mm *mm, fl_notify_fn *fn, void *cookie);

/* -- between chain.c and interval.c -- */

struct notifier_subscriptions {
	struct spinlock lock;
	struct listener *list; /* changed under lock, read with SRCU */

	/* interval.c, all under lock */
	struct interval *intervals;
	struct interval *deferred;
	unsigned long seq;   /* odd: an invalidation is running */
	unsigned int active; /* how many are running */
	struct interval_waiter *waiters;
};

/* Called once, at boot. */
void interval_init(void);

/* Return: 0, -ENOMEM, -EINTR; mm->notifiers is set.  Context: sleeps. */
int notifier_prepare(struct mm_struct *mm);

/* The notification that is sent for a range. */
struct fl_notification notifier_text(int phase,
				     const struct notifier_range *range);

void interval_start(struct notifier_subscriptions *subs,
		    const struct notifier_range *range);
void interval_end(struct notifier_subscriptions *subs);

#endif /* FL_MODEL_NOTIFIER_H */
