/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.c - memory of user code that belongs to the host
 *
 *  - fl_hw_host_read(), fl_hw_host_write()
 *
 * The host's kernel copies, so that a bad address is an error and not a crash.
 */
#define _GNU_SOURCE
#include <sys/uio.h>
#include <unistd.h>

#include "hardware.h"
#include "poison.h"

typedef ssize_t copy_fn(pid_t, const struct iovec *, unsigned long,
			const struct iovec *, unsigned long, unsigned long);

static unsigned long copy(copy_fn *fn, void *ours, unsigned long theirs,
			  unsigned long n)
{
	struct iovec here = { ours, n }, there = { (void *)theirs, n };
	ssize_t done = fn(gettid(), &here, 1, &there, 1, 0);

	return done < 0 ? n : n - done;
}

unsigned long fl_hw_host_read(void *to, unsigned long from, unsigned long n)
{
	return copy(process_vm_readv, to, from, n);
}

unsigned long fl_hw_host_write(unsigned long to, const void *from,
			       unsigned long n)
{
	unsigned long left = copy(process_vm_writev, (void *)from, to, n);

	fl_defined((void *)to, n - left);
	return left;
}
