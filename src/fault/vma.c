/* SPDX-License-Identifier: GPL-2.0-only */
/* vma.c - creating, splitting and copying mappings; they are never merged */
#include <errno.h>

#include "fault/fault.h"
#include "fault/operations.h"
#include "rmap/anon_vma.h"

/* Never writable: each PTE gets that right by a store of its own.  Pairs with
 * restore_pte(), which comes through the reverse map, without the mmap lock. */
void vma_set_page_prot(struct vm_area_struct *vma)
{
	WRITE_ONCE(vma->page_prot, vma->flags & (VM_READ | VM_WRITE) ?
					   FL_PTE_PRESENT | FL_PTE_USER :
					   FL_PTE_PROT_NONE);
}

static struct vm_area_struct *vma_alloc(void)
{
	return fl_hw_cache_alloc(model.vma_cache,
				 FL_ALLOC_ZERO | FL_ALLOC_SLEEP);
}

void vma_free(struct vm_area_struct *vma)
{
	VM_BUG_ON(vma->anon_vma);
	if (vma->file)
		file_put(vma->file);
	fl_hw_free(vma);
}

static void insert(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct **link = &mm->mmap;

	assert_rwsem_write(&mm->mmap_lock);
	while (*link && (*link)->start < vma->start)
		link = &(*link)->next;
	vma->next = *link;
	*link = vma;
}

/*
 *   |---------- vma ----------|   ->   |-- vma --|----- new -----|
 *                ^ addr
 * Both may have pages of the same folio.
 */
int vma_split(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr), *new;

	if (!vma || vma->start == addr)
		return 0;
	new = vma_alloc();
	if (!new)
		return -ENOMEM;
	*new = *vma;
	new->start = addr;
	new->pgoff = linear_page_index(vma, addr);
	if (new->file)
		file_get(new->file);
	anon_vma_lock(vma);
	vma->end = addr;
	anon_vma_link(new);
	insert(mm, new);
	anon_vma_unlock(vma);
	return 0;
}

struct vm_area_struct *vma_copy_to(struct mm_struct *mm,
				   struct vm_area_struct *vma)
{
	struct vm_area_struct *copy = vma_alloc();

	if (!copy)
		return NULL;
	*copy = *vma;
	copy->mm = mm;
	if (copy->file)
		file_get(copy->file);
	anon_vma_lock(vma);
	anon_vma_link(copy);
	anon_vma_unlock(vma);
	insert(mm, copy);
	return copy;
}

static unsigned long flags_of(unsigned int prot, unsigned int flags)
{
	return (prot & FL_PROT_READ ? VM_READ : 0) |
	       (prot & FL_PROT_WRITE ? VM_WRITE : 0) |
	       (flags & FL_MAP_FILE ? VM_SHARED : 0) |
	       (flags & FL_MAP_HUGE ? VM_HUGEPAGE : 0) | VM_SOFTDIRTY;
}

/* Return: 0; -EEXIST if anything is mapped in the range. */
static int map(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *other = find_vma(mm, vma->start);

	if (other && other->start < vma->end)
		return -EEXIST;
	insert(mm, vma);
	return 0;
}

int do_mmap(struct fl_mm *m, unsigned long start, unsigned long len,
	    unsigned int prot, unsigned int flags)
{
	struct mm_struct *mm = mm_of(m);
	struct vm_area_struct *vma;
	int ret;

	if (flags & FL_MAP_PRIVATE)
		return -EOPNOTSUPP; /* files are always shared here */
	vma = vma_alloc();
	if (!vma)
		return -ENOMEM;
	vma->mm = mm;
	vma->start = start;
	vma->end = start + len;
	vma->flags = flags_of(prot, flags);
	vma->pgoff = flags & FL_MAP_FILE ? 0 : start >> FL_PAGE_SHIFT;
	vma_set_page_prot(vma);
	if (flags & FL_MAP_FILE)
		vma->file = file_create();
	ret = flags & FL_MAP_FILE && !vma->file ?
		      -ENOMEM :
		      write_lock_killable(&mm->mmap_lock);
	if (!ret) {
		ret = map(mm, vma);
		write_unlock(&mm->mmap_lock);
	}
	if (ret)
		vma_free(vma);
	return ret;
}
