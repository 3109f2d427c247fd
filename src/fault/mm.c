/* SPDX-License-Identifier: GPL-2.0-only */
/* mm.c - creating and destroying an address space, and the table of what can be
 * done with one */
#include <errno.h>

#include "fault/operations.h"
#include "notifier/notifier.h"
#include "pte/table.h"
#include "rmap/rmap.h"

int mm_create(struct fl_mm **out)
{
	struct mm_struct *mm = fl_hw_cache_alloc(
		model.mm_cache, FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (!mm)
		return -ENOMEM;
	rwsem_init(&mm->mmap_lock, "mmap_lock");
	spin_lock_init(&mm->page_table_lock, "page_table_lock");
	mm->count = 1;
	mm->pgd = table_alloc(mm);
	if (mm->pgd == FL_NO_FRAME) {
		fl_hw_free(mm);
		return -ENOMEM;
	}
	mm->asid = fl_hw_asid_alloc();
	*out = (struct fl_mm *)mm;
	return 0;
}

/* Drivers are notified before the first page is unmapped: afterwards their
 * devices have nothing left to use. */
void mm_destroy(struct fl_mm *m)
{
	struct mm_struct *mm = mm_of(m);
	struct vm_area_struct *list;

	notifier_release(mm);
	write_lock(&mm->mmap_lock);
	list = mm->mmap;
	mm->mmap = NULL;
	unmap_list(mm, list, 0, ~0UL, 0, 1UL << FL_VA_BITS);
	write_unlock(&mm->mmap_lock);
	mmdrop(mm);
}

static void mm_read_lock(struct fl_mm *mm)
{
	read_lock(&mm_of(mm)->mmap_lock);
}

static void mm_read_unlock(struct fl_mm *mm)
{
	read_unlock(&mm_of(mm)->mmap_lock);
}

/* The other functions are in the files that operations.h lists, one for each
 * kind of change: their helpers are there. */
const struct fl_mm_ops mm_ops = {
	.create = mm_create,
	.destroy = mm_destroy,
	.fork = do_fork,
	.mmap_read_lock = mm_read_lock,
	.mmap_read_unlock = mm_read_unlock,
	.mmap = do_mmap,
	.munmap = do_munmap,
	.mprotect = do_mprotect,
	.zap = do_zap,
	.clear_soft_dirty = do_clear_soft_dirty,
	.uffd_wp = do_uffd_wp,
	.split_huge = do_split_huge,
};
