/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mirror.c - the driver `mirror`, built like the kernel's test driver
 *
 *   marking                                invalidation
 *   mmap lock
 *     mark: entry set, folio locked
 *     mutex                                mutex (or -EAGAIN, if it may not
 *       program the device                   block and the mutex is taken)
 *     mutex                                  drop rights of the range
 *     folio unlocked                       mutex
 *   mmap lock
 *
 * There is no sequence check.  Only the folio lock ensures that the driver
 * never programs a right which a restoring fault has already revoked: the fault
 * waits for that lock before it notifies.  But a zap does not take the folio
 * lock, and takes the mmap lock only for reading: after it, the driver may
 * program the device with a page that the process no longer has.  The driver
 * `seq` detects that.
 */
#include <errno.h>

#include "device/internal.h"

#define BATCH 64UL /* pages marked per mmap lock section */

static void release_all(struct fl_device *d, long n, const unsigned long *pfns)
{
	long i;

	for (i = 0; i < n; i++)
		if (pfns[i] != FL_NO_FRAME)
			fl_driver_release(d, pfns[i]);
}

/* Return: how many of the @n pages the device got. */
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

/* Context: mmap lock held.  Return: how many pages the kernel tried to mark, or
 * -errno; adds to *@got. */
static long mark_batch(struct fl_device *d, unsigned long addr,
		       unsigned long pages, long *got)
{
	const struct fl_kernel *k = d->world->kernel;
	_Bool early = d->flaws & FL_FLAW_UNLOCK_EARLY;
	unsigned long pfns[BATCH] = { 0 };
	long n, i;

	n = k->hmm->mark(d->process->mm, addr, pages, d, pfns);
	if (n <= 0)
		return n ? n : -EFAULT;
	/* The flaw: use entries that the kernel has not filled in as frames. */
	if (d->flaws & FL_FLAW_MAP_ALL)
		program_all(d, addr + n * FL_PAGE, pages - n, pfns + n);
	for (i = 0; i < n; i++)
		if (pfns[i] != FL_NO_FRAME)
			fl_publish(d->world, marked, d, addr + i * FL_PAGE,
				   pfns[i]);
	/* The flaw: release the folios first, so another thread may
	 * come between. */
	if (early) {
		release_all(d, n, pfns);
		fl_hw_yield();
	}
	*got += program_all(d, addr, n, pfns);
	if (!early)
		release_all(d, n, pfns);
	return n;
}

/* The flaw: mark a range with a kernel that marks one page at a time, and
 * release no folio before all pages are programmed.  Two of them may be
 * of one folio. */
static long mark_one_by_one(struct fl_device *d, unsigned long addr,
			    unsigned long pages)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long pfns[BATCH], i;
	long n = 1, got;

	k->mm->mmap_read_lock(d->process->mm);
	for (i = 0; i < pages && i < BATCH && n == 1; i++)
		n = k->hmm->mark(d->process->mm, addr + i * FL_PAGE, 1, d,
				 &pfns[i]);
	if (n != 1)
		i--;
	got = program_all(d, addr, i, pfns);
	release_all(d, i, pfns);
	k->mm->mmap_read_unlock(d->process->mm);
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
		k->mm->mmap_read_lock(d->process->mm);
		n = mark_batch(d, addr, pages, &got);
		k->mm->mmap_read_unlock(d->process->mm);
		if (n > 0)
			addr += n * FL_PAGE;
	}
	return addr == start ? n : got;
}
