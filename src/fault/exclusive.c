/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exclusive.c - restoring: a CPU faults on a page that a device has
 *
 * Marking is in rmap/exclusive.c.  Here no walk of the reverse map is
 * needed: the fault is about one PTE, which it has, and about one page,
 * which the entry names.
 *
 *   1. take a reference      the entry owns one, but may drop it at any moment
 *   2. lock the folio        wait until the driver has programmed its device;
 *                            excludes other operations on the mappings
 *   3. notifiers: start      the device loses its right.  The PTE goes from not
 *                            present to present, so no CPU is affected, but the
 *                            device has had the page until now
 *   4. lock the table        and check: is it the entry that the fault found?
 *   5. restore the PTE
 *   6. unlock all, notifiers: end
 *
 * Source: Linux 6.12, mm/memory.c; the order as argued in the review of "mm:
 * Device exclusive memory access", 2021.
 */
#include "fault/fault.h"
#include "notifier/notifier.h"
#include "pte/swap.h"

/*
 * remove_device_exclusive_entry - handle a CPU's fault on an entry
 *
 * Context: as handle_mm_fault().  vmf->orig_pte is the entry, read
 * without a lock: by now the entry may have been removed, and its folio
 * may be free or reused.
 */
unsigned int remove_device_exclusive_entry(struct vm_fault *vmf)
{
	struct page *page = pfn_to_page(pte_swp_pfn(vmf->orig_pte));
	struct folio *folio = page_folio(page);
	struct notifier_range range = {
		.mm = vmf->vma->mm,
		.event = MMU_NOTIFY_EXCLUSIVE,
		.start = vmf->address,
		.end = vmf->address + PAGE_SIZE,
		.owner = NULL, /* no owner: every driver must unmap */
	};
	unsigned int ret;

	/* Without a reference to the folio there is no entry either. */
	if (!folio_try_get(folio))
		return 0;
	ret = folio_lock_or_retry(folio, vmf);
	if (ret)
		goto put;
	notifier_start(&range);
	if (lock_pte(vmf)) {
		restore_exclusive_pte(vmf->vma, page, vmf->address, vmf->pte);
		unlock_pte(vmf);
	}
	folio_unlock(folio);
	notifier_end(&range);
put:
	folio_put(folio);
	return ret;
}
