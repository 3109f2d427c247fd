/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * anon_vma.h - from an anonymous folio to the VMAs that may map it
 *
 *  - anon_vma_prepare()   before the first page of a VMA
 *  - anon_vma_lock(), anon_vma_link()   to change the list
 *  - unlink_anon_vma()
 *
 * A folio points to the anon_vma that its VMA had when the folio was created.
 * The folio's index gives its address in each VMA of that list:
 *
 *   folio --anon_vma--> anon_vma --vmas--> VMA, VMA, ...
 *
 * A split of a VMA puts the new part on the list of the old one; fork puts the
 * child's VMA on the list of the parent's.  The kernel has trees instead, so a
 * walk from a page of a child need not visit all related VMAs.
 *
 * Here a folio holds a reference to its anon_vma, and so does a VMA.  In the
 * kernel a folio holds none: a walk that starts from a folio must first check,
 * under RCU, that the folio is still mapped.
 */
#ifndef FL_MODEL_ANON_VMA_H
#define FL_MODEL_ANON_VMA_H

#include "pte/mm.h"

/* Context: mmap lock held, at least for reading.  Return: 0, -ENOMEM. */
int anon_vma_prepare(struct vm_area_struct *vma);

/* Keep walks of the reverse map out while the range of @vma changes.  No effect
 * if it has no pages yet.  Context: mmap lock held for writing. */
void anon_vma_lock(struct vm_area_struct *vma);
void anon_vma_unlock(struct vm_area_struct *vma);

/* anon_vma_link - add @vma to the list of its anon_vma, if it has one, and take
 * a reference.  Context: locked by anon_vma_lock(). */
void anon_vma_link(struct vm_area_struct *vma);

/* unlink_anon_vma - remove @vma from the list, if it has an anon_vma.
 * Context: mmap lock held for writing; none of its pages is mapped any more. */
void unlink_anon_vma(struct vm_area_struct *vma);

#endif /* FL_MODEL_ANON_VMA_H */
