/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * operations.h - what processes and drivers do with an address space
 *
 *  - mm_create(), mm_destroy(), mm_ops   mm.c
 *  - do_mmap(), vma_split(), ...         vma.c: the list of mappings
 *  - do_munmap(), do_zap()               zap.c: mappings are removed
 *  - do_fork()                           fork.c
 *  - do_mprotect(), do_uffd_wp(), do_clear_soft_dirty()  protect.c
 *  - hmm_ops: marking                    mark.c
 *  - get_user_pages(), range_fault(), gup_ops  gup.c
 *
 * Functions with a struct fl_mm are as in struct fl_mm_ops and fl_hmm_ops.  The
 * address space itself is in pte/mm.h, and the handling of a fault in fault.h.
 */
#ifndef FL_MODEL_OPERATIONS_H
#define FL_MODEL_OPERATIONS_H

#include "pte/mm.h"

/* -- mm.c -- */

int mm_create(struct fl_mm **out);
void mm_destroy(struct fl_mm *mm);
extern const struct fl_mm_ops mm_ops;

/* -- vma.c; mmap lock held, except for do_mmap() -- */

/* vma_set_page_prot - compute page_prot from the VMA's rights */
void vma_set_page_prot(struct vm_area_struct *vma);
/* vma_split - split a VMA that has @addr inside it.  Context: mmap lock held
 * for writing.  Return: 0, -ENOMEM. */
int vma_split(struct mm_struct *mm, unsigned long addr);
/* vma_copy_to - copy @vma to @mm, without pages.  The copy has the same
 * anon_vma, because a page of one may be mapped in the other.  Context: both
 * mmap locks held for writing.  Return: the copy, or NULL. */
struct vm_area_struct *vma_copy_to(struct mm_struct *mm,
				   struct vm_area_struct *vma);
/* vma_free - Context: the VMA is on no list; none of its pages is mapped. */
void vma_free(struct vm_area_struct *vma);

int do_mmap(struct fl_mm *mm, unsigned long start, unsigned long len,
	    unsigned int prot, unsigned int flags);

/* -- zap.c -- */

/* unmap_list - unmap and free VMAs that are sorted by address and
 * already off the mm's list, and the tables that only they needed,
 * between @floor and @ceiling.
 * Context: mmap lock held for writing. */
void unmap_list(struct mm_struct *mm, struct vm_area_struct *list,
		unsigned long start, unsigned long end, unsigned long floor,
		unsigned long ceiling);

int do_munmap(struct fl_mm *mm, unsigned long start, unsigned long len);
/* do_zap - MADV_DONTNEED */
int do_zap(struct fl_mm *mm, unsigned long start, unsigned long len);

/* -- fork.c -- */

int do_fork(struct fl_mm *mm, struct fl_mm **child);

/* -- protect.c -- */

int do_mprotect(struct fl_mm *mm, unsigned long start, unsigned long len,
		unsigned int prot);
int do_uffd_wp(struct fl_mm *mm, unsigned long start, unsigned long len,
	       _Bool protect);
int do_clear_soft_dirty(struct fl_mm *mm, unsigned long start,
			unsigned long len);

/* -- mark.c -- */

extern const struct fl_hmm_ops hmm_ops;

/* -- gup.c -- */

long get_user_pages(struct mm_struct *mm, unsigned long start,
		    unsigned long npages, bool write, unsigned long *pfns);
int range_fault(struct fl_mm *mm, struct fl_listener *listener,
		unsigned long seq, unsigned long start, unsigned long npages,
		unsigned long *pfns);
extern const struct fl_gup_ops gup_ops;

#endif /* FL_MODEL_OPERATIONS_H */
