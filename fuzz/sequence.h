/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sequence.h - operations on a world, from bytes; and all that can be seen of it
 *
 *  - seq_decode(), seq_print()           bytes to operations, and to text
 *  - seq_begin(), seq_apply(), seq_end() on a booted world, one thread
 *  - seq_look(), seq_compare()           two kernels must show the same
 *
 * The universe is small, so that operations meet: two processes, a parent and its
 * child; two devices of the parent; eight pages.
 */
#ifndef FL_FUZZ_SEQUENCE_H
#define FL_FUZZ_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

#include "faultlab/faultlab.h"

#define SEQ_START	0x40000000UL
#define SEQ_PAGES	8
#define SEQ_MAX_OPS	64
#define SEQ_OP_BYTES	3	/* of input, for each operation */

enum seq_kind {
	SEQ_STORE, SEQ_LOAD, SEQ_MARK, SEQ_ADD, SEQ_READ, SEQ_ZAP, SEQ_MPROTECT,
	SEQ_MUNMAP, SEQ_MMAP, SEQ_FORK, SEQ_EXIT, SEQ_UFFD_WP, SEQ_SOFT_DIRTY,
	SEQ_MIGRATE, SEQ_RECLAIM, SEQ_MAP_READ,
	SEQ_KINDS
};

struct seq_op {
	uint8_t kind;		/* enum seq_kind */
	uint8_t who;		/* 0 or 1: process, or device */
	uint8_t page, pages;	/* pages: at least one, inside the eight */
	uint8_t arg;		/* value, or on and off */
};

/* seq_decode - Return: how many operations @data means, SEQ_MAX_OPS at most; every
 * input means something, a rest of fewer than SEQ_OP_BYTES is ignored. */
size_t seq_decode(const uint8_t *data, size_t size, struct seq_op *ops);

/* seq_print - the operation as a line of C, to @buf.  Return: @buf. */
char *seq_print(const struct seq_op *op, char *buf, size_t size);

struct seq_run {
	struct fl_world *world;
	struct fl_process *process[2];	/* [1]: NULL while there is no child */
	struct fl_device *device[2];
};

/* seq_begin - the universe, in a world that has no processes.  Return: 0, -errno. */
int seq_begin(struct seq_run *run, struct fl_world *world);
/* seq_end - all processes and devices go.  Return: 0, -errno. */
int seq_end(struct seq_run *run);

/* What is seen of one page of a process. */
struct seq_page {
	uint16_t bits;		/* SEQ_PTE_* */
	uint8_t frame;		/* 1, 2, ... by first appearance; 0: none */
	uint8_t refcount;	/* of an anonymous folio, less that of the swap cache */
	uint8_t mapcount;
	uint64_t value;		/* its first word */
};

#define SEQ_PTE_PRESENT		0x001u
#define SEQ_PTE_EXCLUSIVE	0x002u
#define SEQ_PTE_WRITABLE	0x004u	/* or an entry of that kind */
#define SEQ_PTE_DIRTY		0x008u
#define SEQ_PTE_ACCESSED	0x010u
#define SEQ_PTE_SOFT_DIRTY	0x020u
#define SEQ_PTE_UFFD_WP		0x040u
#define SEQ_PTE_ANON		0x080u
#define SEQ_PTE_ANON_EXCLUSIVE	0x100u
#define SEQ_DEVICE_MAPPED	0x200u	/* device 0; shifted by one for device 1 */
/* A device reads what is not the process's page: never right.  Whether it reads at all
 * is not compared, since a kernel may take that away for a neighbour's sake. */
#define SEQ_DEVICE_STALE	0x800u	/* shifted as well */
#define SEQ_PTE_SWAP		0x2000u

/* All that can be seen after an operation. */
struct seq_view {
	int64_t answer;		/* what the operation returned, or read */
	int64_t rss[2], swap[2];
	struct seq_page page[2][SEQ_PAGES];
};

/* seq_apply - do @op, then look.  An operation that makes no sense (a child's load
 * where there is none) does nothing and answers -ESRCH. */
void seq_apply(struct seq_run *run, const struct seq_op *op,
	       struct seq_view *view);

/* seq_stale - does a device read a page that is not the process's?
 * @buf: which, for people.  Return: 1 or 0. */
int seq_stale(const struct fl_kernel_info *kernel, const struct seq_view *view,
	      char *buf, size_t size);

/* seq_compare - what @a of kernel @ka and @b of kernel @kb show differently that is
 * no difference by intent (struct fl_traits)
 * @buf: what differs, for people.  Return: whether anything does. */
int seq_compare(const struct fl_kernel_info *ka, const struct seq_view *a,
		const struct fl_kernel_info *kb, const struct seq_view *b,
		char *buf, size_t size);

#endif /* FL_FUZZ_SEQUENCE_H */
