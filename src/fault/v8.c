/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * v8.c - the fault on an exclusive entry as the eighth posting had it, which was
 * reviewed in May 2021; takes the place of exclusive.c in the kernel `v8`
 *
 * What the review found, and what it did not:
 *
 *  - It walks, as marking does, though it has the PTE of the fault at hand.  The
 *    walk is for somebody who knows a folio and looks for its PTEs.
 *  - To the walk it gives the page of the fault, where a folio's first is meant: on
 *    any other page of a large folio the walk asserts.
 *  - It would restore that same page for each PTE that the walk finds; only the
 *    comparison with the entry of the fault keeps it to the first.
 *  - It takes no reference.  Nobody saw that for two years: the entry's own goes
 *    where another thread is faster.
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
		/* To find the next, the walk asks how large the page is, which
		 * only the first of a folio may be asked. */
		VM_BUG_ON(page_is_tail(page));
	}
	folio_unlock(folio);
	notifier_end(&range);
	return 0;
}
