/* SPDX-License-Identifier: GPL-2.0-only */
/* mmdrop.c - references to an address space, which may outlive its process */
#include "notifier/notifier.h"
#include "pte/table.h"
#include "pte/tlb.h"

/*
 * A mirror may hold a reference longer than the process lives.  When the last
 * reference is dropped, the mm must be as empty as when it was created.
 */
void mmdrop(struct mm_struct *mm)
{
	if (atomic_add_return(&mm->count, -1))
		return;
	VM_BUG_ON(mm->mmap);
	notifier_destroy(mm);
	table_free(mm, mm->pgd);
	VM_BUG_ON(mm->rss[MM_ANONPAGES] || mm->rss[MM_FILEPAGES] ||
		  mm->rss[MM_SWAPENTS]);
	VM_BUG_ON(mm->nr_tables);
	flush_tlb_range(mm, 0, ~0UL);
	fl_hw_free(mm);
}
