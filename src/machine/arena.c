/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arena.c - the one mapping that holds all simulated state
 *
 *  - fl_arena_map(), fl_arena_unmap()
 *  - fl_hw_boot_alloc()
 *
 * Invariant: frame 0 is aligned to the largest block, so that a block's host
 * address is aligned as its frame number is.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "internal.h"
#include "poison.h"

#define BLOCK	(FL_PAGE_SIZE << FL_MAX_ORDER)

struct fl_hw_registers fl_hw;

static unsigned long round_up_to(unsigned long n, unsigned long align)
{
	return (n + align - 1) & ~(align - 1);
}

/* Return: a machine with its regions laid out, all zero; NULL and errno. */
struct fl_machine *fl_arena_map(unsigned long nr_frames)
{
	unsigned long book = round_up_to(sizeof(struct fl_machine), 64);
	unsigned long table = nr_frames * sizeof(struct fl_frame);
	unsigned long boot = (64UL << 20) + nr_frames * 256;
	unsigned long meta = round_up_to(book + table, FL_PAGE_SIZE);
	unsigned long size = meta + boot + BLOCK + nr_frames * FL_PAGE_SIZE;
	struct fl_machine *m;
	char *base;

	base = mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED)
		return NULL;
	m = (struct fl_machine *)base;
	m->arena_size = size;
	m->frames = (struct fl_frame *)(base + book);
	m->boot_next = base + meta;
	m->boot_end = m->boot_next + boot;
	fl_hw.direct_map = round_up_to((unsigned long)m->boot_end, BLOCK);
	fl_hw.nr_frames = nr_frames;
	return m;
}

void fl_arena_unmap(struct fl_machine *m)
{
	unsigned long size = m->arena_size;

	fl_unpoison(m, size);
	munmap(m, size);
}

void *fl_hw_boot_alloc(unsigned long size, unsigned long align)
{
	struct fl_machine *m = fl_machine_current;
	unsigned long at;

	if (!align || (align & (align - 1)))
		fl_internal("boot_alloc: alignment %lu", align);
	at = round_up_to((unsigned long)m->boot_next, align);
	if (at > (unsigned long)m->boot_end ||
	    size > (unsigned long)m->boot_end - at)
		fl_internal("boot memory exhausted by %lu bytes: "
			    "raise nr_frames", size);
	m->boot_next = (char *)at + size;
	return (void *)at;
}
