/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hmm.c - how both drivers use the kernel's HMM: pages for reading, and pages
 * that the driver moves
 *
 *   sequence = begin
 *   range_fault: the pages, as they are now
 *   mutex
 *     has the sequence changed? start over
 *     program the device
 *   mutex
 */
#include <errno.h>

#include "device/internal.h"

#define BATCH 64UL /* pages per call */

/* Return: 0; -EBUSY: invalidated meanwhile; or another error. */
static int try_map(struct fl_device *d, unsigned long addr, unsigned long pages)
{
	const struct fl_kernel *k = d->world->kernel;
	unsigned long pfns[BATCH], seq = k->notifier->read_begin(d->listener),
				   i;
	int ret = k->hmm->range_fault(d->process->mm, d->listener, seq, addr,
				      pages, pfns);

	if (ret)
		return ret;
	fl_driver_lock(d, 0);
	if (k->notifier->read_retry(d->listener, seq))
		ret = -EBUSY;
	for (i = 0; i < pages && !ret; i++)
		fl_driver_program(d, addr + i * FL_PAGE, pfns[i], 0);
	fl_driver_unlock(d);
	return ret;
}

static unsigned long batch_of(unsigned long addr, unsigned long end)
{
	unsigned long pages = (end - addr) / FL_PAGE;

	return pages < BATCH ? pages : BATCH;
}

long fl_hmm_map_read(struct fl_device *d, unsigned long start,
		     unsigned long len)
{
	unsigned long addr, end = start + len, pages;
	int ret = 0, i;

	for (addr = start; addr < end && !ret; addr += pages * FL_PAGE) {
		pages = batch_of(addr, end);
		ret = -EBUSY;
		for (i = 0; i < FL_LIMIT_ATTEMPTS && ret == -EBUSY; i++)
			ret = try_map(d, addr, pages);
	}
	return ret;
}

long fl_hmm_migrate(struct fl_device *d, unsigned long start, unsigned long len)
{
	unsigned long addr, end = start + len, pages;
	long ret = 0, moved = 0;

	for (addr = start; addr < end && ret >= 0; addr += pages * FL_PAGE) {
		pages = batch_of(addr, end);
		ret = d->world->kernel->hmm->migrate_vma(d->process->mm, addr,
							 pages, d);
		if (ret > 0)
			moved += ret;
	}
	return ret < 0 && !moved ? ret : moved;
}
