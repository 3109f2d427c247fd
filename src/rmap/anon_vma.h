/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * anon_vma.h - from an anonymous folio to the VMAs that may map it
 *
 *  - anon_vma_prepare()   before the first page of a VMA
 *  - anon_vma_lock(), anon_vma_link()   to change what the list says
 *  - unlink_anon_vma()
 *  - put_anon_vma()
 *
 * A folio names the anon_vma that was there when it was made, and by its index
 * the address it has in each VMA of that list:
 *
 *   folio --anon_vma--> anon_vma --vmas--> VMA, VMA, ...
 *
 * Splitting a VMA puts the new part on the list of the old one, and forking the
 * child's VMA on the list of the parent's.  The kernel's are trees, so that a walk
 * from a page of a child needs not look at all its relatives.
 *
 * Here a folio holds a reference to its anon_vma, and so do VMAs.  In the kernel
 * a folio holds none: whoever comes from the folio must first show, under RCU,
 * that it is still mapped.
 */
#ifndef FL_MODEL_ANON_VMA_H
#define FL_MODEL_ANON_VMA_H

#include "pte/model.h"

struct vm_area_struct;

struct anon_vma {
	struct rwsem rwsem;
	struct vm_area_struct *vmas;	/* by anon_next, under rwsem */
	int refcount;			/* atomic */
};

/* Context: mmap lock held, for reading is enough.  Return: 0, -ENOMEM. */
int anon_vma_prepare(struct vm_area_struct *vma);

/* Keep walks of the reverse map out while the range of @vma changes; nothing where
 * it has no pages yet.  Context: mmap lock held for writing. */
void anon_vma_lock(struct vm_area_struct *vma);
void anon_vma_unlock(struct vm_area_struct *vma);

/* anon_vma_link - @vma joins the list of the anon_vma that it names, if any, and
 * takes a reference.  Context: locked by anon_vma_lock(). */
void anon_vma_link(struct vm_area_struct *vma);

/* unlink_anon_vma - leave it; nothing if there is none.  Context: mmap lock held
 * for writing, none of its pages is mapped any more. */
void unlink_anon_vma(struct vm_area_struct *vma);

void put_anon_vma(struct anon_vma *anon_vma);

#endif /* FL_MODEL_ANON_VMA_H */
