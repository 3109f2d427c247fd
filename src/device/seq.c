/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seq.c - the driver `seq`, built like GPU drivers: it programs the device
 * without the mmap lock, after it has checked the sequence
 *
 *   marking                                invalidation
 *   fault, like a CPU's store
 *   s = read_begin()
 *   mmap lock
 *     mark: entry set, folio locked
 *   mmap lock
 *   mutex                                  mutex
 *     read_retry(s)?                         sequence changes
 *       yes: unlock the folio, retry         drop rights of the range
 *     program the device                   mutex
 *   mutex
 *   folio unlocked
 *
 * Either the invalidation is first, and read_retry() sees it; or the
 * programming is first, and the invalidation revokes the right.
 *
 * The fault is needed if a device already has the page (even this device,
 * after a failed attempt).  Otherwise marking would restore the page first,
 * and that notification has no owner, so the driver would see its sequence
 * change on every attempt.
 */
#include <errno.h>

#include "device/internal.h"

/* Try to mark one page once.  Return: 1; 0: skipped; -EAGAIN: invalidated
 * meanwhile; another error: it could not be marked. */
static long try_page(struct fl_device *d, unsigned long addr)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long pfn = FL_NO_FRAME, seq;
	_Bool early, retry;
	long n = 0;

	if (!(d->flaws & FL_FLAW_NO_FAULT))
		n = k->fault->handle(d->process->mm, addr, 1);
	if (n)
		return n;
	seq = k->notifier->read_begin(d->listener);
	k->mm->mmap_read_lock(d->process->mm);
	n = k->hmm->mark(d->process->mm, addr, 1, d, &pfn);
	k->mm->mmap_read_unlock(d->process->mm);
	if (n <= 0)
		return n ? n : -EFAULT;
	if (pfn == FL_NO_FRAME)
		return 0;
	fl_publish(d->world, marked, d, addr, pfn);
	/* The flaw: check before taking the mutex, so another thread may
	 * come between. */
	early = d->flaws & FL_FLAW_CHECK_SEQ_BEFORE_LOCK;
	retry = early && k->notifier->read_retry(d->listener, seq);
	fl_driver_lock(d, 0);
	if (!early && !(d->flaws & FL_FLAW_NO_SEQ_CHECK))
		retry = k->notifier->read_retry(d->listener, seq);
	if (!retry)
		fl_driver_program(d, addr, pfn, 1);
	fl_driver_unlock(d);
	if (!retry || !(d->flaws & FL_FLAW_KEEP_LOCKED))
		fl_driver_release(d, pfn);
	return retry ? -EAGAIN : 1;
}

/* Return: as try_page(), but -EBUSY instead of -EAGAIN. */
static long one_page(struct fl_device *d, unsigned long addr)
{
	long ret = -EAGAIN;
	int i;

	for (i = 0; i < FL_LIMIT_ATTEMPTS && ret == -EAGAIN; i++)
		ret = try_page(d, addr);
	return ret == -EAGAIN ? -EBUSY : ret;
}

long fl_seq_make_exclusive(struct fl_device *d, unsigned long start,
			   unsigned long len)
{
	unsigned long addr;
	long ret, got = 0;

	for (addr = start; addr < start + len; addr += FL_PAGE) {
		ret = one_page(d, addr);
		if (ret < 0)
			return addr == start ? ret : got;
		got += ret;
	}
	return got;
}
