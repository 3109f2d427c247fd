/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * task_mmu.c - the tree's fs/proc/task_mmu.c, with an adapter that clears
 * soft-dirty bits of a range
 *
 *  - fl_space_clear_soft_dirty()  like writing 4 to clear_refs
 *
 * custom: the walk and the notifications cover the range only, up to its first
 * hole.  Hides: nothing that is done to an entry.
 */
#include "fs/proc/task_mmu.c"
#include "../port.h"

/*
 * Clear VM_SOFTDIRTY, by which all of a new mapping counts as soft-dirty.
 * Context: mmap lock held for writing.  Return: @end, or the first hole before
 * it.
 */
static unsigned long clear_vmas(struct mm_struct *mm, unsigned long start,
				unsigned long end)
{
	while (start < end) {
		struct vm_area_struct *vma = vma_lookup(mm, start);

		if (!vma)
			return start;
		fl_vma_flags(vma, 0, VM_SOFTDIRTY);
		vma_set_page_prot(vma);
		start = vma->vm_end;
	}
	return end;
}

static void clear_entries(struct mm_struct *mm, unsigned long start,
			  unsigned long end)
{
	struct clear_refs_private how = { .type = CLEAR_REFS_SOFT_DIRTY };
	struct mmu_notifier_range range;

	inc_tlb_flush_pending(mm);
#ifdef FL_HAVE_RANGE_VMA
	mmu_notifier_range_init(&range, MMU_NOTIFY_SOFT_DIRTY, 0, NULL, mm,
				start, end);
#else
	mmu_notifier_range_init(&range, MMU_NOTIFY_SOFT_DIRTY, 0, mm, start,
				end);
#endif
	mmu_notifier_invalidate_range_start(&range);
	walk_page_range(mm, start, end, &clear_refs_walk_ops, &how);
	mmu_notifier_invalidate_range_end(&range);
	flush_tlb_mm(mm);
	dec_tlb_flush_pending(mm);
}

int fl_space_clear_soft_dirty(struct fl_mm *m, unsigned long start,
			      unsigned long len)
{
	struct mm_struct *mm = fl_use_mm(m);
	unsigned long end;

	mmap_write_lock(mm);
	end = clear_vmas(mm, start, start + len);
	if (end > start)
		clear_entries(mm, start, end);
	mmap_write_unlock(mm);
	return end < start + len ? -ENOMEM : 0;
}
