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
 * There is no sequence check.  That a right programmed late is never one that a
 * restoring fault has revoked in between rests on the folio lock, for which the
 * fault waits before it notifies.  But a zap takes no folio lock, and the mmap lock
 * for reading only: after it, the device may be programmed with a page that is not
 * the process's any more.  The driver `seq` sees that.
 */
#include <errno.h>

#include "check/check.h"
#include "device/internal.h"

#define BATCH	64UL	/* pages marked under one mmap lock */

static void release_all(struct fl_device *d, long n, const unsigned long *pfns)
{
	long i;

	for (i = 0; i < n; i++)
		if (pfns[i] != FL_NO_FRAME)
			fl_driver_release(d, pfns[i]);
}

/* Return: how many of @n pages the device got. */
static long program_all(struct fl_device *d, unsigned long addr, long n,
			const unsigned long *pfns)
{
	long i, got = 0;

	fl_driver_lock(d, 0);
	for (i = 0; i < n; i++) {
		if (pfns[i] == FL_NO_FRAME)
			continue;
		fl_driver_program(d, addr + i * FL_PAGE, pfns[i], 1);
		got++;
	}
	fl_driver_unlock(d);
	return got;
}

/* mmap lock held.  Return: pages looked at, or -errno; *@got grows. */
static long mark_batch(struct fl_device *d, unsigned long addr,
		       unsigned long pages, long *got)
{
	const struct fl_kernel *k = d->world->kernel;
	_Bool early = d->flaws & FL_FLAW_UNLOCK_EARLY;
	unsigned long pfns[BATCH] = { 0 };
	long n, i;

	n = k->mark(d->process->mm, addr, pages, d, pfns);
	if (n <= 0)
		return n ? n : -EFAULT;
	/* The flaw: what the kernel has not filled in is taken for frames. */
	if (d->flaws & FL_FLAW_MAP_ALL)
		program_all(d, addr + n * FL_PAGE, pages - n, pfns + n);
	for (i = 0; i < n; i++)
		if (pfns[i] != FL_NO_FRAME)
			fl_check_marked(d, addr + i * FL_PAGE, pfns[i]);
	/* The flaw: it lets go of the folios first, and somebody comes between. */
	if (early) {
		release_all(d, n, pfns);
		fl_hw_yield();
	}
	*got += program_all(d, addr, n, pfns);
	if (!early)
		release_all(d, n, pfns);
	return n;
}

/* The flaw: the range of pages that the kernel does not mark at once any more, with no
 * folio let go before all are programmed.  Two may be of one folio. */
static long mark_one_by_one(struct fl_device *d, unsigned long addr,
			    unsigned long pages)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long pfns[BATCH], i;
	long n = 1, got;

	k->mmap_lock(d->process->mm);
	for (i = 0; i < pages && i < BATCH && n == 1; i++)
		n = k->mark(d->process->mm, addr + i * FL_PAGE, 1, d, &pfns[i]);
	if (n != 1)
		i--;
	got = program_all(d, addr, i, pfns);
	release_all(d, i, pfns);
	k->mmap_unlock(d->process->mm);
	return got ? got : n;
}

long fl_mirror_make_exclusive(struct fl_device *d, unsigned long start,
			      unsigned long len)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long addr = start, end = start + len, pages;
	unsigned long batch = k->traits.marks_one_page ? 1 : BATCH;
	long n = 0, got = 0;

	if (d->flaws & FL_FLAW_KEEP_ALL && batch == 1)
		return mark_one_by_one(d, start, len / FL_PAGE);
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
