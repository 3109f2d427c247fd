/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exclusive.c - restoring: a CPU wants back what a device has
 *
 * Marking is rmap/exclusive.c.  Here no walk of the reverse map is needed: the
 * fault is about one PTE, which it has, and about one page, which the entry names.
 *
 *   1. a reference           the entry owns one, but it may go at any moment
 *   2. lock the folio        until the device's driver has programmed it, and
 *                            against all others who work on its mappings
 *   3. notifiers: start      the device loses its right; the PTE goes from not
 *                            present to present, so no CPU has to be told, but
 *                            the device has had the page until now
 *   4. lock the table, look again: is it the entry that the fault met?
 *   5. restore the PTE
 *   6. unlock all, notifiers: end
 *
 * Source: Linux 6.12, mm/memory.c; the order as argued in the review of "mm:
 * Device exclusive memory access", 2021.
 */
#include <errno.h>

#include "fault/fault.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "pte/table.h"
#include "rmap/rmap.h"

/*
 * restore_exclusive_pte - put the mapping back in the place of an entry
 * @page: that the entry names.  The very page: given the head of a large folio
 *        for an entry of another of its pages, this would map the wrong memory.
 *
 * The entry's reference becomes the PTE's.  rss does not change: it counted the
 * page all the while.  No TLB holds anything of an entry, so none is flushed.
 *
 * Context: folio locked, the table of @ptep locked.
 */
void restore_exclusive_pte(struct vm_area_struct *vma, struct page *page,
			   unsigned long addr, pte_t *ptep)
{
	pte_t pte = pfn_pte(page_to_pfn(page), vma->page_prot);
	struct folio *folio = page_folio(page);
	pte_t entry = ptep_get(ptep);

	VM_BUG_ON(!folio_test_locked(folio));
	assert_spin_held(table_lock(ptep));
	VM_BUG_ON(!is_exclusive_entry(entry));
	if (pte_swp_soft_dirty(entry))
		pte = pte_mksoft_dirty(pte);
	/* Who watches for writes must see the next one, so no right to write. */
	if (pte_swp_uffd_wp(entry))
		pte = pte_mkuffd_wp(pte);
	else if (is_writable_exclusive_entry(entry))
		pte = maybe_mkwrite(pte_mkdirty(pte), vma);
	/* A right to write is a right to skip the copy. */
	VM_BUG_ON(pte_write(pte) && !page->anon_exclusive);
	folio_add_anon_rmap_pte(folio, page, vma, addr);
	set_pte(ptep, pte);
}

/*
 * try_restore_exclusive_pte - the same for who may not sleep, such as fork
 *
 * The device is not told: that is the caller's, who began a range of its own.
 *
 * Context: table locked.  Return: 0; -EBUSY where the folio is locked, nothing
 * done.
 */
int try_restore_exclusive_pte(struct vm_area_struct *vma, unsigned long addr,
			      pte_t *ptep)
{
	struct page *page = pfn_to_page(pte_swp_pfn(ptep_get(ptep)));
	struct folio *folio = page_folio(page);

	if (!folio_trylock(folio))
		return -EBUSY;
	restore_exclusive_pte(vma, page, addr, ptep);
	folio_unlock(folio);
	return 0;
}

static void unlock_mmap(struct vm_fault *vmf)
{
	read_unlock(&vmf->vma->mm->mmap_lock);
}

/*
 * Whoever holds the folio may hold it for long, and others want the mmap lock for
 * writing.  So the first time the wait is without the mmap lock, and then all must
 * be looked up again; the second time it is with it, so that it comes to an end.
 *
 *   ALLOW_RETRY and not TRIED:  wait for an unlock, mmap lock dropped; RETRY
 *               RETRY_NOWAIT:   no wait, mmap lock kept; RETRY
 *   else:                       wait for the lock; 0
 *               KILLABLE:       ... or a fatal signal: mmap lock dropped; RETRY
 */
unsigned int folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf)
{
	bool killable = vmf->flags & FL_FAULT_KILLABLE;

	if (folio_trylock(folio))
		return 0;
	if (vmf->flags & FL_FAULT_ALLOW_RETRY &&
	    !(vmf->flags & FL_FAULT_TRIED)) {
		if (vmf->flags & FL_FAULT_RETRY_NOWAIT)
			return FL_VM_FAULT_RETRY;
		unlock_mmap(vmf);
		if (killable)
			folio_wait_locked_killable(folio);
		else
			folio_wait_locked(folio);
		return FL_VM_FAULT_RETRY;
	}
	if (!killable) {
		folio_lock(folio);
		return 0;
	}
	if (!folio_lock_killable(folio))
		return 0;
	unlock_mmap(vmf);
	return FL_VM_FAULT_RETRY;
}

/*
 * remove_device_exclusive_entry - the fault of a CPU on an entry
 *
 * Context: as handle_mm_fault(); vmf->orig_pte is the entry, and no lock of it was
 * ever held: by now it may be gone, and its folio free, or another's.
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
		.owner = NULL,		/* nobody's: every driver must let go */
	};
	unsigned int ret;

	/* With no reference left there is no entry left either. */
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
