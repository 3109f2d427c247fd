/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seq.c - the driver `seq`, built as GPU drivers are: it programs the device
 * without the mmap lock, and asks the sequence whether it may
 *
 *   marking                                invalidation
 *   fault, as a CPU's store
 *   s = read_begin()
 *   mmap lock
 *     mark: entry set, folio locked
 *   mmap lock
 *   mutex                                  mutex
 *     read_retry(s)?                         sequence changes
 *       yes: again, folio unlocked           drop rights of the range
 *     program the device                   mutex
 *   mutex
 *   folio unlocked
 *
 * Either the invalidation comes first, and read_retry() sees it; or the programming
 * does, and the invalidation takes the right back.
 *
 * The fault beforehand is needed where a device, be it this one after an attempt
 * that failed, has the page already: marking would restore it first, which is told
 * without an owner, and the driver would see its sequence change in each attempt.
 */
#include <errno.h>

#include "check/check.h"
#include "device/internal.h"

/* One page, once.  Return: 1; 0: passed over; -EAGAIN: invalidated meanwhile; or
 * why it could not be marked. */
static long try_page(struct fl_device *d, unsigned long addr)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long pfn = FL_NO_FRAME, seq;
	_Bool early, retry;
	long n = 0;

	if (!(d->flaws & FL_FLAW_NO_FAULT))
		n = k->fault(d->process->mm, addr, 1);
	if (n)
		return n;
	seq = k->mirror_begin(d->listener);
	k->mmap_lock(d->process->mm);
	n = k->mark(d->process->mm, addr, 1, d, &pfn);
	k->mmap_unlock(d->process->mm);
	if (n <= 0)
		return n ? n : -EFAULT;
	if (pfn == FL_NO_FRAME)
		return 0;
	fl_check_marked(d, addr, pfn);
	/* The flaw: somebody comes between the answer and the mutex. */
	early = d->flaws & FL_FLAW_ASK_EARLY;
	retry = early && k->mirror_retry(d->listener, seq);
	fl_driver_lock(d, 0);
	if (!early && !(d->flaws & FL_FLAW_NO_SEQ_CHECK))
		retry = k->mirror_retry(d->listener, seq);
	if (!retry)
		fl_driver_program(d, addr, pfn, 1);
	fl_driver_unlock(d);
	if (!retry || !(d->flaws & FL_FLAW_KEEP_LOCKED))
		fl_driver_release(d, pfn);
	return retry ? -EAGAIN : 1;
}

/* Return: as try_page(), but -EBUSY in the place of -EAGAIN. */
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
