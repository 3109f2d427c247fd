/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pagemap.c - /proc/self/pagemap of the world's process
 *
 * One number of 64 bits for each page: Documentation/admin-guide/mm/pagemap.rst.  It is read
 * in whole numbers.  Hides: which of a file's pages are shared, and frame numbers.
 */
#include <errno.h>

#include "host/host.h"

#define PRESENT		(1UL << 63)
#define SWAP		(1UL << 62)
#define UFFD_WP		(1UL << 57)
#define SOFT_DIRTY	(1UL << 55)

static unsigned long entry_of(struct fl_call *c, unsigned long addr)
{
	struct fl_pte pte;
	unsigned long entry = 0;

	if (addr >> FL_VA_BITS)
		return 0;
	c->kernel->pte(c->mm, addr, &pte);
	if (pte.present)
		entry |= PRESENT;
	else if (pte.raw)
		entry |= SWAP;
	if (pte.uffd_wp)
		entry |= UFFD_WP;
	if (pte.soft_dirty)
		entry |= SOFT_DIRTY;
	return entry;
}

long fl_host_pagemap(struct fl_call *c, unsigned long offset, unsigned long *to,
		     unsigned long len)
{
	unsigned long i;

	if (offset % sizeof(*to) || len % sizeof(*to))
		return -EINVAL;
	if (offset / sizeof(*to) >= 1UL << (FL_VA_BITS - FL_PAGE_SHIFT))
		return 0;
	for (i = 0; i < len / sizeof(*to); i++)
		to[i] = entry_of(c, (offset / sizeof(*to) + i) << FL_PAGE_SHIFT);
	return len;
}
