/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ksm.c - the tree's mm/ksm.c, which merges equal pages
 *
 *  - fl_ksm_merge_range()   madvise(MADV_MERGEABLE), followed by passes of ksmd
 *  - fl_ksm_exit()    forget exited processes and the pages that they shared
 *  - fl_ksm_protect()  write_protect_page() alone
 *
 * custom: there is no ksmd thread; the caller runs passes until nothing is left
 * to merge.  Hides: the pace of ksmd, and events between two pages of a pass.
 */
#include "mm/ksm.c"
#include "../port.h"

/* The first pass records the checksum of a page.  The second finds the checksum
 * unchanged and looks for an equal page.  The third merges pages that the
 * second visited too early. */
#define PASSES 3

int fl_ksm_init(void)
{
	zero_checksum = calc_checksum(ZERO_PAGE(0));
	ksm_run = KSM_RUN_MERGE;
	return ksm_slab_init();
}

static int fl_ksm_merge_range(struct fl_mm *m, unsigned long start,
			      unsigned long len)
{
	int pass, ret = do_madvise(fl_use_mm(m), start, len, MADV_MERGEABLE);

	for (pass = 0; pass < PASSES && !ret; pass++)
		ksm_do_scan(UINT_MAX);
	return ret;
}

/* Have all processes with mergeable memory exited? */
static bool all_gone(void)
{
	struct mm_slot *slot;

	list_for_each_entry(slot, &ksm_mm_head.slot.mm_node, mm_node)
		if (atomic_read(&slot->mm->mm_users))
			return false;
	return true;
}

/* If all these processes have exited, the pass merges nothing. */
static void fl_ksm_exit(void)
{
	if (all_gone())
		ksm_do_scan(UINT_MAX);
	remove_all_stable_nodes();
}

/* The function takes a folio since 6.12. */
#ifdef FL_HAVE_KSM_FOLIO
#define protect(vma, folio, pte) write_protect_page(vma, folio, pte)
#else
#define protect(vma, folio, pte) write_protect_page(vma, &(folio)->page, pte)
#endif

static int fl_ksm_protect(struct fl_mm *m, unsigned long addr,
			  unsigned long pfn)
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

const struct fl_ksm_ops fl_ksm_ops = {
	.merge = fl_ksm_merge_range,
	.exit = fl_ksm_exit,
	.write_protect_page = fl_ksm_protect,
};
