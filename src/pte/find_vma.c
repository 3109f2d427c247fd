/* SPDX-License-Identifier: GPL-2.0-only */
/* find_vma.c - the mapping of an address */
#include "pte/mm.h"

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = mm->mmap;

	assert_rwsem_held(&mm->mmap_lock);
	while (vma && vma->end <= addr)
		vma = vma->next;
	return vma;
}

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->start <= addr ? vma : NULL;
}
