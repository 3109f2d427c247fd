/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * v8.c - the fault on an exclusive entry as in the eighth posting, which was
 * reviewed in May 2021; replaces exclusive.c in the kernel `v8`
 *
 * What the review found, and what it missed:
 *
 *  - It walks, as marking does, though the fault already has the PTE.  The walk
 *    is for callers that know a folio and search for its PTEs.
 *  - It passes the page of the fault to the walk, which expects the folio's
 *    first page: for any other page of a large folio the walk asserts.
 *  - It would restore that same page for each PTE that the walk finds; only the
 *    comparison with the entry of the fault limits it to the first.
 *  - It takes no reference.  This went unnoticed for two years: if another
 *    thread is faster, the entry's own reference is dropped.
 *
 * Source: "[PATCH v8 5/8] mm: Device exclusive memory access"; the reference:
 * Linux commit 7c7b962938dd.
 */
#include "fault/fault.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "rmap/rmap.h"

unsigned int remove_device_exclusive_entry(struct vm_fault *vmf)
{
	struct page *page = pfn_to_page(pte_swp_pfn(vmf->orig_pte));
	struct folio *folio = page_folio(page);
	struct page_vma_mapped_walk walk = {
		.folio = folio,
		.vma = vmf->vma,
		.address = vmf->address,
		.end = vmf->vma->end,
	};
	struct notifier_range range = {
		.mm = vmf->vma->mm,
		.event = MMU_NOTIFY_CLEAR,
		.start = vmf->address,
		.end = vmf->address + PAGE_SIZE,
	};
	unsigned int ret = folio_lock_or_retry(folio, vmf);

	if (ret)
		return ret;
	notifier_start(&range);
	while (page_vma_mapped_walk(&walk)) {
		if (!pte_same(ptep_get(walk.pte), vmf->orig_pte)) {
			page_vma_mapped_walk_done(&walk);
			break;
		}
		restore_exclusive_pte(vmf->vma, page, walk.address, walk.pte);
		/* To find the next PTE the walk asks for the size of the page,
		 * which is defined only for the first of a folio. */
		VM_BUG_ON(page_is_tail(page));
	}
	folio_unlock(folio);
	notifier_end(&range);
	return 0;
}
