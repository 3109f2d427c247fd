/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ksm.c - the tree's mm/ksm.c: equal pages become one, when ksmd comes by
 *
 *  - fl_ksm_merge()   madvise(MADV_MERGEABLE), and ksmd's passes
 *  - fl_ksm_exit()    processes that are gone, and the pages they shared
 *  - fl_unit_ksm_protect()  write_protect_page() alone
 *
 * custom: no thread of its own; it runs when it is asked to, until nothing is
 * left to be merged.  Hides: its pace, and what comes between two of its pages.
 */
#include "mm/ksm.c"
#include "../port.h"

/* The first pass takes a page's checksum, the second finds it unchanged and
 * looks for another like it; a third for what the second was too early for. */
#define PASSES	3

int fl_ksm_init(void)
{
	zero_checksum = calc_checksum(ZERO_PAGE(0));
	ksm_run = KSM_RUN_MERGE;
	return ksm_slab_init();
}

int fl_ksm_merge(struct fl_mm *m, unsigned long start, unsigned long len)
{
	int pass, ret = do_madvise(fl_use_mm(m), start, len, MADV_MERGEABLE);

	for (pass = 0; pass < PASSES && !ret; pass++)
		ksm_do_scan(UINT_MAX);
	return ret;
}

/* Is every process gone that had something to be merged? */
static bool all_gone(void)
{
	struct mm_slot *slot;

	list_for_each_entry(slot, &ksm_mm_head.slot.mm_node, mm_node)
		if (atomic_read(&slot->mm->mm_users))
			return false;
	return true;
}

/* A pass over processes of which none lives merges nothing. */
void fl_ksm_exit(void)
{
	if (all_gone())
		ksm_do_scan(UINT_MAX);
	remove_all_stable_nodes();
}

/* The function takes a folio since 6.12. */
#ifdef FL_HAVE_KSM_FOLIO
#define protect(vma, folio, pte)	write_protect_page(vma, folio, pte)
#else
#define protect(vma, folio, pte)	write_protect_page(vma, &(folio)->page, pte)
#endif

int fl_unit_ksm_protect(struct fl_mm *m, unsigned long addr, unsigned long pfn)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct folio *folio = fl_folio_of(pfn);
	struct vm_area_struct *vma;
	pte_t orig;
	int ret;

	if (!folio || folio_test_large(folio) || !folio_try_get(folio))
		return -EINVAL;
	mmap_read_lock(mm);
	folio_lock(folio);
	vma = vma_lookup(mm, addr);
	ret = vma && vma->anon_vma ? protect(vma, folio, &orig) : -EFAULT;
	folio_unlock(folio);
	mmap_read_unlock(mm);
	folio_put(folio);
	return ret;
}
