/* SPDX-License-Identifier: GPL-2.0-only */
/* anon_vma.c - from an anonymous folio to the VMAs that may map it */
#include <errno.h>

#include "rmap/anon_vma.h"

static struct anon_vma *anon_vma_alloc(void)
{
	struct anon_vma *av = fl_hw_cache_alloc(model.anon_vma_cache,
						FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (!av)
		return NULL;
	rwsem_init(&av->rwsem, "anon_vma");
	av->refcount = 1;
	return av;
}

/* Append: parents come before their children. */
static void add(struct anon_vma *av, struct vm_area_struct *vma)
{
	struct vm_area_struct **link = &av->vmas;

	while (*link)
		link = &(*link)->anon_next;
	vma->anon_next = NULL;
	*link = vma;
}

/*
 * Two threads may take the first fault of a VMA at once, each with the mmap
 * lock held for reading.  The second one to get here drops its own anon_vma.
 */
int anon_vma_prepare(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->mm;
	struct anon_vma *av;

	assert_rwsem_held(&mm->mmap_lock);
	if (READ_ONCE(vma->anon_vma))
		return 0;
	av = anon_vma_alloc();
	if (!av)
		return -ENOMEM;
	write_lock(&av->rwsem);
	spin_lock(&mm->page_table_lock);
	if (!vma->anon_vma) {
		add(av, vma);
		WRITE_ONCE(vma->anon_vma, av);
		get_anon_vma(av);
	}
	spin_unlock(&mm->page_table_lock);
	write_unlock(&av->rwsem);
	put_anon_vma(av);
	return 0;
}

void anon_vma_lock(struct vm_area_struct *vma)
{
	assert_rwsem_write(&vma->mm->mmap_lock);
	if (vma->anon_vma)
		write_lock(&vma->anon_vma->rwsem);
}

void anon_vma_unlock(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		write_unlock(&vma->anon_vma->rwsem);
}

void anon_vma_link(struct vm_area_struct *vma)
{
	struct anon_vma *av = vma->anon_vma;

	if (!av)
		return;
	assert_rwsem_write(&av->rwsem);
	get_anon_vma(av);
	add(av, vma);
}

void unlink_anon_vma(struct vm_area_struct *vma)
{
	struct anon_vma *av = vma->anon_vma;
	struct vm_area_struct **link;

	assert_rwsem_write(&vma->mm->mmap_lock);
	if (!av)
		return;
	write_lock(&av->rwsem);
	for (link = &av->vmas; *link != vma; link = &(*link)->anon_next)
		;
	*link = vma->anon_next;
	write_unlock(&av->rwsem);
	vma->anon_vma = NULL;
	put_anon_vma(av);
}
