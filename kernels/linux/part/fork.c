/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - the parts of kernel/fork.c that copy mappings and allocate VMAs
 *
 *  - fl_dup_mmap()  dup_mmap(): copy the mappings of a parent to its child
 *  - vm_area_alloc(), vm_area_dup(), vm_area_free()
 *
 * In newer releases both are in mm/, and this file is not compiled.
 */
#include "kernel/fork.c"
#include "../port.h"

void vma_state_init(void)
{
	vm_area_cachep = KMEM_CACHE(vm_area_struct, SLAB_PANIC | SLAB_ACCOUNT);
#ifdef FL_HAVE_VMA_LOCK_POINTER
	vma_lock_cachep = KMEM_CACHE(vma_lock, SLAB_PANIC | SLAB_ACCOUNT);
#endif
}

int fl_dup_mmap(struct mm_struct *child, struct mm_struct *parent)
{
	return dup_mmap(child, parent);
}

/* The linker keeps only code reachable from this table and from fl_*(). */
void *const fl_keep_vma[] = {
	vma_state_init, vm_area_alloc, vm_area_dup, vm_area_free,
#ifdef FL_HAVE_VM_AREA_FREE_NOW
	__vm_area_free,
#endif
};
