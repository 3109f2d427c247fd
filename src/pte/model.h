/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - definitions that all files of the model share
 *
 *  - struct model      state that is not in the machine's memory
 *  - VM_BUG_ON()       an assertion, on in every build
 *  - container_of()
 *
 * The model is a kernel of our own: the fault path and device-exclusive
 * entries of Linux 6.12, small enough to be read in an hour.  Read the
 * folders in this order: pte, notifier, rmap, fault; each uses only those
 * before it.  The central functions are in rmap/exclusive.c (marking),
 * fault/exclusive.c and fault/restore.c (restoring).
 *
 * The lock order, outermost first:
 *
 *   mmap_lock
 *     folio lock
 *       anon_vma
 *         (notifiers' start: drivers' own locks)
 *           ptlock of a PMD table
 *             ptlock of a PTE table
 *
 * Innermost, at most one held at a time: page_table_lock, i_pages, notifier,
 * folio_wait, swap_lock.
 */
#ifndef FL_MODEL_H
#define FL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "machine/port.h"
#include "pte/access.h"
#include "pte/lock.h"

struct page;
struct folio_waiter;
struct swap_slot;

/* All mutable objects with static storage.  fl_kernel.state_start and state_end
 * delimit them, so a world can restore the state before its boot. */
struct model {
	struct page *mem_map;	/* one for each frame */
	unsigned long zero_pfn; /* the shared zero page */

	struct fl_hw_cache *mm_cache, *vma_cache, *anon_vma_cache;
	struct fl_hw_cache *subscriptions_cache, *interval_cache;

	struct spinlock folio_wait_lock;
	struct folio_waiter *folio_waiters; /* under folio_wait_lock */

	struct spinlock swap_lock;
	struct swap_slot *swap_slots; /* under swap_lock */
	char *swap_data;	      /* one page for each slot */

	char srcu; /* its address names the SRCU domain */
};

extern struct model model;

#define VM_BUG_ON(cond)                                         \
	do {                                                    \
		if (__builtin_expect(!!(cond), 0))              \
			fl_hw_bug(__FILE__, __LINE__, __func__, \
				  "VM_BUG_ON(" #cond ")");      \
	} while (0)

/* clang-format off */
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
/* clang-format on */

#endif /* FL_MODEL_H */
