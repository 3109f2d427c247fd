/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - a child process: a copy of each mapping, pages shared until written
 *
 * In 7.2 mm/mmap.c of the tree does it all.  In 6.12 kernel/fork.c does, which
 * is not compiled; then each VMA is put into the child's tree by the tree's
 * insert_vm_struct() and copied by its anon_vma_fork() and copy_page_range().
 *
 * custom: one VMA after the other.  Hides: limits, VM_DONTCOPY, mlock; and that a
 * child is not protected by its parent's userfaultfd.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ksm.h>
#include <asm/tlbflush.h>
#include "port.h"
#include "mm/internal.h"

#ifdef FL_HAVE_DUP_MMAP
#define copy_mappings(child, parent)	dup_mmap(child, parent)
#else
/* Return: the copy, in the child's tree, or NULL. */
static struct vm_area_struct *copy_vma_to(struct mm_struct *child,
					  struct vm_area_struct *vma)
{
	struct vm_area_struct *copy = vm_area_dup(vma);

	if (!copy)
		return NULL;
	copy->vm_mm = child;
	copy->anon_vma = NULL;
	if (copy->vm_file)
		get_file(copy->vm_file);
	if (!insert_vm_struct(child, copy)) {
		vm_stat_account(child, copy->vm_flags, vma_pages(copy));
		/* insert_vm_struct() takes it for a new mapping, which was never moved. */
		copy->vm_pgoff = vma->vm_pgoff;
		return copy;
	}
	if (copy->vm_file)
		fput(copy->vm_file);
	vm_area_free(copy);
	return NULL;
}

static int copy_mapping(struct mm_struct *child, struct vm_area_struct *vma)
{
	struct vm_area_struct *copy;

#ifdef FL_HAVE_LOCK_VMA_UNDER_RCU
	vma_start_write(vma);
#endif
	copy = copy_vma_to(child, vma);
	if (!copy || anon_vma_fork(copy, vma))
		return -ENOMEM;
	return copy_page_range(copy, vma);
}

static int copy_mappings(struct mm_struct *child, struct mm_struct *parent)
{
	struct vm_area_struct *vma;
	unsigned long addr = 0;
	int ret = 0;

	if (mmap_write_lock_killable(parent))
		return -EINTR;
	mmap_write_lock_nested(child, SINGLE_DEPTH_NESTING);
	ksm_fork(child, parent);
	for (; !ret && (vma = find_vma(parent, addr)); addr = vma->vm_end)
		ret = copy_mapping(child, vma);
	mmap_write_unlock(child);
	flush_tlb_mm(parent);
	mmap_write_unlock(parent);
	return ret;
}
#endif

int fl_fork(struct fl_mm *m, struct fl_mm **out)
{
	struct mm_struct *parent = fl_use_mm(m), *child = fl_mm_new();
	int ret = child ? copy_mappings(child, parent) : -ENOMEM;

	if (!ret) {
		*out = (struct fl_mm *)child;
		return 0;
	}
	if (child)
		mmput(child);
	return ret;
}
