/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test_hmm.c - the kernel's own test driver, lib/test_hmm.c, for a device
 *
 *   marking, by a thread of its program       invalidation
 *   mmap lock
 *     mark: entry set, folio locked           mutex
 *     mutex                                     drop rights, one page too many
 *       its table has the page                mutex
 *     mutex
 *     folio unlocked
 *   mmap lock
 *   mutex, copies the contents to its program
 *
 * Its table is an xarray of the kernel.  A device access takes the mutex, like
 * the accesses that the driver makes for its program.
 */
#include <errno.h>

#include "device/internal.h"

int fl_test_hmm_choose(struct fl_device *d)
{
	int ret = fl_world_load_driver(d->world);

	if (ret < 0)
		return ret;
	d->driver = FL_DRIVER_TEST_HMM;
	d->flaws = 0;
	return 0;
}

#define BUFFER_PAGES 64UL

/* Map pages for the data that the driver copies to the file's program.  They
 * are populated at once and serve all devices of the process. */
static int map_buffer(struct fl_process *process)
{
	const struct fl_kernel *k = process->world->kernel;
	unsigned long at = FL_TEST_HMM_BUFFER;
	const unsigned long len = BUFFER_PAGES * FL_PAGE, end = at + len;
	int ret;

	if (process->has_buffer)
		return 0;
	ret = k->mm->mmap(process->mm, at, len, FL_PROT_READ | FL_PROT_WRITE,
			  FL_MAP_ANON);
	for (; at < end && !ret; at += FL_PAGE)
		ret = k->fault->handle(process->mm, at, 1);
	process->has_buffer = !ret;
	return ret;
}

int fl_test_hmm_attach(struct fl_device *d)
{
	static const char *const names[] = { "hmm_dmirror0", "hmm_dmirror1" };
	unsigned int number = d->next ? 1 : 0; /* first is last */
	int ret = map_buffer(d->process);

	return ret ? ret :
		     d->world->kernel->file->open(d->process->mm, names[number],
						  &d->file);
}

void fl_test_hmm_detach(struct fl_device *d)
{
	d->world->kernel->file->put(d->process->mm, d->file);
	d->file = NULL;
}

/* All of the range, or an error, which may leave the device a part of it. */
long fl_test_hmm_make_exclusive(struct fl_device *d, unsigned long start,
				unsigned long len)
{
	int ret;

	if (len > BUFFER_PAGES * FL_PAGE)
		return -EINVAL;
	ret = d->world->kernel->test_hmm->exclusive(d->process->mm, d->file,
						    start, len / FL_PAGE,
						    FL_TEST_HMM_BUFFER);
	return ret ? ret : (long)(len / FL_PAGE);
}

struct fl_device_pte fl_test_hmm_entry(struct fl_device *d, unsigned long addr)
{
	struct fl_device_pte pte = { 0 };

	pte.mapped = d->world->kernel->test_hmm->entry(d->file, addr, &pte.pfn,
						       &pte.writable);
	return pte;
}
