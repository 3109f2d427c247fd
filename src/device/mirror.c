/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mirror.c - the driver `mirror`, built as the kernel's test driver is
 *
 *   marking                                invalidation
 *   mmap lock
 *     mark: entry set, folio locked
 *     mutex                                mutex (or refuses, where it may not
 *       program the device                   block and the mutex is taken)
 *     mutex                                  drop rights of the range
 *     folio unlocked                       mutex
 *   mmap lock
 *
 * There is no sequence check: that a right programmed late is never one that was
 * revoked in between rests on the folio lock, which a restoring fault waits for
 * before it notifies.
 */
#include <errno.h>
#include <string.h>

#include "device/internal.h"

#define BATCH	64UL	/* pages marked under one mmap lock */

static int lock(struct fl_device *d, unsigned int flags)
{
	return fl_hw_lock(&d->lock, FL_HW_SLEEPLOCK, flags, &d->lock,
			  "device mutex");
}

static void unlock(struct fl_device *d)
{
	fl_hw_unlock(&d->lock, 0, &d->lock);
}

static _Bool own_marking(const struct fl_device *d,
			 const struct fl_notification *n)
{
	return n->owner == d && (!strcmp(n->event, "EXCLUSIVE") ||
				 !strcmp(n->event, "MIGRATE"));
}

int fl_mirror_invalidate(void *cookie, const struct fl_notification *n)
{
	struct fl_device *d = cookie;
	unsigned long addr;

	fl_event_log(d->process, d, n);
	if (own_marking(d, n))
		return 0;
	if (lock(d, n->may_block ? 0 : FL_LOCK_TRY))
		return -EAGAIN;
	for (addr = n->start > d->start ? n->start : d->start;
	     addr < n->end && addr < d->start + d->len; addr += FL_PAGE)
		*fl_device_entry(d, addr) = (struct fl_device_pte){ 0 };
	unlock(d);
	return 0;
}

/* Return: how many of @n pages the device got. */
static long program(struct fl_device *d, unsigned long addr, long n,
		    const unsigned long *pfns)
{
	long i, got = 0;

	lock(d, 0);
	for (i = 0; i < n; i++) {
		if (pfns[i] == FL_NO_FRAME)
			continue;
		*fl_device_entry(d, addr + i * FL_PAGE) =
			(struct fl_device_pte){ 1, 1, pfns[i] };
		got++;
	}
	unlock(d);
	return got;
}

/* mmap lock held.  Return: pages looked at, or -errno; *@got grows. */
static long mark_batch(struct fl_device *d, unsigned long addr,
		       unsigned long pages, long *got)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long pfns[BATCH];
	long i, n;

	n = k->mark(d->process->mm, addr, pages, d, pfns);
	if (n <= 0)
		return n ? n : -EFAULT;
	*got += program(d, addr, n, pfns);
	for (i = 0; i < n; i++)
		if (pfns[i] != FL_NO_FRAME) {
			k->folio_unlock(pfns[i]);
			k->folio_put(pfns[i]);
		}
	return n;
}

long fl_mirror_make_exclusive(struct fl_device *d, unsigned long start,
			      unsigned long len)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long addr = start, end = start + len, pages;
	unsigned long batch = k->traits.marks_one_page ? 1 : BATCH;
	long n = 0, got = 0;

	while (addr < end && n >= 0) {
		pages = (end - addr) / FL_PAGE;
		if (pages > batch)
			pages = batch;
		k->mmap_lock(d->process->mm);
		n = mark_batch(d, addr, pages, &got);
		k->mmap_unlock(d->process->mm);
		if (n > 0)
			addr += n * FL_PAGE;
	}
	return addr == start ? n : got;
}
