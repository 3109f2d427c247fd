/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sequence.h - decode operations from bytes, apply them, and observe the result
 *
 *  - seq_decode(), seq_print()           decode bytes, print an operation
 *  - seq_begin(), seq_apply(), seq_end() run on a booted world, in one thread
 *  - seq_stale(), seq_compare()          check a view; compare two kernels
 *
 * The set-up is small, so that operations interact: a parent and its child
 * process, two devices of the parent, and eight pages.
 */
#ifndef FL_FUZZ_SEQUENCE_H
#define FL_FUZZ_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

#include "faultlab/faultlab.h"

#define SEQ_START    0x40000000UL
#define SEQ_PAGES    8
#define SEQ_MAX_OPS  64
#define SEQ_OP_BYTES 3 /* of input, for each operation */

enum seq_kind {
	SEQ_STORE,
	SEQ_LOAD,
	SEQ_MARK,
	SEQ_ADD,
	SEQ_READ,
	SEQ_ZAP,
	SEQ_MPROTECT,
	SEQ_MUNMAP,
	SEQ_MMAP,
	SEQ_FORK,
	SEQ_EXIT,
	SEQ_UFFD_WP,
	SEQ_SOFT_DIRTY,
	SEQ_MIGRATE,
	SEQ_RECLAIM,
	SEQ_MAP_READ,
	SEQ_KINDS
};

struct seq_op {
	uint8_t kind;	     /* enum seq_kind */
	uint8_t who;	     /* 0 or 1: process, or device */
	uint8_t page, pages; /* pages: at least 1, inside the eight pages */
	uint8_t arg;	     /* a value, or on (1) and off (0) */
};

/* seq_decode - Return: the number of operations in @data, SEQ_MAX_OPS at most.
 * Every input is valid; a rest of fewer than SEQ_OP_BYTES is ignored. */
size_t seq_decode(const uint8_t *data, size_t size, struct seq_op *ops);

/* seq_print - print @op to @buf as a line of C.  Return: @buf. */
char *seq_print(const struct seq_op *op, char *buf, size_t size);

struct seq_run {
	struct fl_world *world;
	struct fl_process *process[2]; /* [1]: NULL while there is no child */
	struct fl_device *device[2];
};

/* seq_begin - create processes and devices in a world without processes.
 * Return: 0, -errno. */
int seq_begin(struct seq_run *run, struct fl_world *world);
/* seq_end - end all processes and devices.  Return: 0, -errno. */
int seq_end(struct seq_run *run);

/* The visible state of one page of a process. */
struct seq_page {
	uint16_t bits;	  /* SEQ_PTE_* */
	uint8_t frame;	  /* 1, 2, ... by first appearance; 0: none */
	uint8_t refcount; /* anonymous folio; less the swap cache's */
	uint8_t mapcount;
	uint64_t value; /* its first word */
};

#define SEQ_PTE_PRESENT	       0x001u
#define SEQ_PTE_EXCLUSIVE      0x002u
#define SEQ_PTE_WRITABLE       0x004u /* or a writable exclusive entry */
#define SEQ_PTE_DIRTY	       0x008u
#define SEQ_PTE_ACCESSED       0x010u
#define SEQ_PTE_SOFT_DIRTY     0x020u
#define SEQ_PTE_UFFD_WP	       0x040u
#define SEQ_PTE_ANON	       0x080u
#define SEQ_PTE_ANON_EXCLUSIVE 0x100u
#define SEQ_DEVICE_MAPPED      0x200u /* device 0; device 1: << 1 */
/* A device reads a page that is not the process's: always an error.  Whether a
 * device can read at all is not compared: a kernel may revoke that for a
 * neighbouring page. */
#define SEQ_DEVICE_STALE       0x800u /* the same */
#define SEQ_PTE_SWAP	       0x2000u

/* All visible state after an operation. */
struct seq_view {
	int64_t answer; /* what the operation returned, or read */
	int64_t rss[2], swap[2];
	struct seq_page page[2][SEQ_PAGES];
};

/* seq_apply - do @op, and fill in @view.  An impossible operation, such as a
 * load by a child that does not exist, does nothing: the answer is -ESRCH. */
void seq_apply(struct seq_run *run, const struct seq_op *op,
	       struct seq_view *view);

/* seq_stale - does a device read a page that is not the process's?
 * @buf: set to a description of the first such page.  Return: 1 or 0. */
int seq_stale(const struct fl_kernel_info *kernel, const struct seq_view *view,
	      char *buf, size_t size);

/* seq_compare - compare @a of kernel @ka with @b of kernel @kb, except for
 * intended differences (struct fl_traits)
 * @buf: set to a description of the first difference.  Return: 1 if there is
 * one, else 0. */
int seq_compare(const struct fl_kernel_info *ka, const struct seq_view *a,
		const struct fl_kernel_info *kb, const struct seq_view *b,
		char *buf, size_t size);

#endif /* FL_FUZZ_SEQUENCE_H */
