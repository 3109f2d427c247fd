/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arena.c - the one mapping that holds all simulated state
 *
 *  - fl_arena_map(), fl_arena_unmap(), fl_machine_memory(), fl_machine_size()
 *  - fl_machine_alloc(), fl_machine_free()
 *  - fl_hw_boot_alloc()
 *
 * Invariant: frame 0 is aligned to the largest block, so that a block's host
 * address is aligned as its frame number is.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"
#include "poison.h"

#define BLOCK (FL_PAGE_SIZE << FL_MAX_ORDER)

/* The code of kernel images has the address of this section. */
struct fl_hw_registers fl_hw __attribute__((section(".fl_hw")));

static unsigned long round_up_to(unsigned long n, unsigned long align)
{
	return (n + align - 1) & ~(align - 1);
}

/*
 * Preferred address of the arena: the same in every run, with every compiler,
 * under Valgrind and with the sanitizers, since kernels hash addresses.
 */
#define PLACE	       0x20000000UL
#define PLACE_END      0x58000000UL
#define PLACE_OF_LARGE 0x180000000000UL

#define LEAST_DESCRIPTOR 700

/*
 * Return: @size zeroed bytes, aligned to BLOCK, backed by @file unless that is
 * negative; NULL and errno.  If the preferred place is taken, the host chooses
 * another.
 */
static char *map_arena(unsigned long size, int file)
{
	const int flags = MAP_NORESERVE |
			  (file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED);
	char *place = (char *)(size <= PLACE_END - PLACE ? PLACE :
							   PLACE_OF_LARGE);
	char *p = mmap(place, size, PROT_READ | PROT_WRITE,
		       flags | MAP_FIXED_NOREPLACE, file, 0);

	if (p != MAP_FAILED && p != place) {
		munmap(p, size);
		p = MAP_FAILED;
	}
	if (p == MAP_FAILED)
		p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, file, 0);
	return p == MAP_FAILED ? NULL : p;
}

/* Return: descriptor of an unlinked file of @size bytes, high enough not to
 * collide with the program's own descriptors; -1 and errno. */
static int memory_file(unsigned long size)
{
	int low = memfd_create("faultlab", MFD_CLOEXEC), file;

	if (low < 0)
		return -1;
	file = fcntl(low, F_DUPFD_CLOEXEC, LEAST_DESCRIPTOR);
	if (file < 0)
		file = low;
	else
		close(low);
	if (ftruncate(file, size)) {
		close(file);
		return -1;
	}
	return file;
}

/* Regions of an arena, in bytes, in order of address. */
struct layout {
	unsigned long book, meta, boot, host, callbacks, locks, size;
};

static struct layout layout_of(const struct fl_machine_config *config)
{
	unsigned long nr_frames = config->nr_frames + config->nr_device_frames;
	struct layout l = {
		.book = round_up_to(sizeof(struct fl_machine), 64),
		.boot = (64UL << 20) + nr_frames * 256,
		.host = (4UL << 20) + config->nr_frames * 64,
		.callbacks = fl_rcu_size(config->nr_frames *
					 FL_OBJECTS_PER_FRAME),
		.locks = fl_locks_size(),
	};

	l.meta = round_up_to(l.book + fl_frames_size(nr_frames), FL_PAGE_SIZE);
	l.size = l.meta + l.boot + l.host + BLOCK + nr_frames * FL_PAGE_SIZE +
		 l.callbacks + l.locks + fl_stacks_size();
	return l;
}

unsigned long fl_machine_size(const struct fl_machine_config *config)
{
	return layout_of(config).size;
}

/* Return: a machine with its regions laid out, all zero; NULL and errno. */
struct fl_machine *fl_arena_map(const struct fl_machine_config *config)
{
	unsigned long nr_frames = config->nr_frames + config->nr_device_frames;
	const struct layout l = layout_of(config);
	unsigned long size = l.size;
	struct fl_machine *m;
	struct fl_arena *a;
	int memory = -1;
	char *base;

	if (config->shared) {
		memory = memory_file(size);
		if (memory < 0)
			return NULL;
	}
	base = map_arena(size, memory);
	if (!base) {
		if (memory >= 0)
			close(memory);
		return NULL;
	}
	m = (struct fl_machine *)base;
	a = &m->arena;
	a->memory = memory;
	a->size = size;
	a->boot = a->boot_next = base + l.meta;
	a->boot_end = a->boot + l.boot;
	a->host_next = a->boot_end;
	a->host_end = a->host_next + l.host;
	fl_frames_place(m, base + l.book);
	fl_hw.direct_map = round_up_to((unsigned long)a->host_end, BLOCK);
	fl_hw.nr_frames = config->nr_frames;
	fl_hw.nr_device_frames = config->nr_device_frames;
	fl_hw.nr_swap_pages = config->nr_swap_pages;
	/* After the frames: what lies there moves no frame, and costs nothing
	 * until it is used. */
	base = (char *)fl_hw.direct_map + nr_frames * FL_PAGE_SIZE;
	fl_rcu_place(m, base, l.callbacks);
	fl_locks_place(m, base + l.callbacks);
	fl_stacks_place(m, base + l.callbacks + l.locks);
	return m;
}

void fl_arena_unmap(struct fl_machine *m)
{
	unsigned long size = m->arena.size;
	int memory = m->arena.memory;

	fl_unpoison(m, size);
	munmap(m, size);
	if (memory >= 0)
		close(memory);
}

int fl_machine_memory(struct fl_machine *m, unsigned long *offset)
{
	*offset = fl_hw.direct_map - (unsigned long)m;
	return m->arena.memory;
}

unsigned long fl_arena_size(const struct fl_machine *m)
{
	return m->arena.size;
}

_Bool fl_arena_is_shared(const struct fl_machine *m)
{
	return m->arena.memory >= 0;
}

_Bool fl_arena_is_kernels(const struct fl_machine *m, const char *at)
{
	return (at >= m->arena.boot &&
		at + FL_PAGE_SIZE <= m->arena.boot_end) ||
	       at >= (const char *)fl_hw.direct_map;
}

/* -- data that the host keeps of a world: pieces of 2^n bytes -- */

static unsigned int class_of(unsigned long size)
{
	unsigned int class = 4;

	while (1UL << class < size)
		++class;
	return class;
}

void *fl_machine_alloc(struct fl_machine *m, unsigned long size)
{
	unsigned int class = class_of(size);
	struct fl_arena *a = &m->arena;
	char *p;

	FL_HOLD();
	p = a->host_free[class];
	if (p) {
		a->host_free[class] = *(void **)p;
		return memset(p, 0, 1UL << class);
	}
	if ((unsigned long)(a->host_end - a->host_next) < 1UL << class)
		return NULL;
	/* Fresh memory is zero: not touching it costs nothing. */
	p = a->host_next;
	a->host_next += 1UL << class;
	return p;
}

void fl_machine_free(struct fl_machine *m, void *p, unsigned long size)
{
	unsigned int class = class_of(size);

	FL_HOLD();
	if (!p)
		return;
	*(void **)p = m->arena.host_free[class];
	m->arena.host_free[class] = p;
}

void *fl_hw_boot_alloc(unsigned long size, unsigned long align)
{
	struct fl_arena *a = &fl_machine_current->arena;
	unsigned long at;

	if (!align || (align & (align - 1)))
		fl_internal("boot_alloc: unsupported alignment %lu", align);
	at = round_up_to((unsigned long)a->boot_next, align);
	if (at > (unsigned long)a->boot_end ||
	    size > (unsigned long)a->boot_end - at)
		fl_internal("boot memory exhausted by %lu bytes: "
			    "raise nr_frames",
			    size);
	a->boot_next = (char *)at + size;
	return (void *)at;
}
