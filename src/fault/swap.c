/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swap.c - the fault on an entry for a page that is in the swap file, or moving
 * to another frame
 */
#include "fault/fault.h"
#include "pte/swap.h"
#include "pte/swapfile.h"
#include "pte/table.h"
#include "rmap/rmap.h"

/* Read the slot into a new folio, which is then locked and in the swap cache.
 * Return: 0, or FL_VM_FAULT_OOM; *@out is NULL if another thread was faster. */
static unsigned int read_in(unsigned long slot, struct folio **out)
{
	struct folio *folio = folio_alloc(0);

	*out = NULL;
	if (!folio)
		return FL_VM_FAULT_OOM;
	folio_lock(folio);
	/* A thread that finds the folio in the cache waits for its lock, and so
	 * for its contents. */
	if (swap_cache_add(slot, folio)) {
		swap_read(folio, slot);
		*out = folio;
		return 0;
	}
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

/* Get the slot's folio, locked and referenced; *@out NULL: retry the fault.
 * Return: as handle_mm_fault(). */
static unsigned int get_folio(struct vm_fault *vmf, unsigned long slot,
			      struct folio **out)
{
	unsigned int ret;

	*out = swap_cache_get(slot);
	if (!*out)
		return read_in(slot, out);
	ret = folio_lock_or_retry(*out, vmf);
	if (!ret && (*out)->swap == slot)
		return 0;
	if (!ret)
		folio_unlock(*out);
	folio_put(*out);
	*out = NULL;
	return ret;
}

/* Return: whether stores may proceed without a fault from now on: not with
 * uffd-wp, nor if soft-dirty must record the next store. */
static bool may_write(struct vm_area_struct *vma, pte_t pte)
{
	return vma->flags & VM_WRITE && !pte_uffd_wp(pte) &&
	       (vma->flags & VM_SOFTDIRTY || pte_soft_dirty(pte));
}

/*
 * Map the page again.  It is exclusive to the process if the entry says so, or
 * if no other reference is left; only then may it be writable at once.
 *
 * Context: folio locked, table locked, the entry is vmf->orig_pte.
 */
static void map_folio(struct vm_fault *vmf, struct folio *folio)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page = folio_page(folio, 0);
	pte_t pte = pfn_pte(folio_pfn(folio), vma->page_prot);
	bool exclusive = pte_swp_anon_exclusive(vmf->orig_pte);

	swap_free(pte_swp_slot(vmf->orig_pte));
	if (fault_is_write(vmf) && READ_ONCE(folio->refcount) == 2)
		folio_free_swap(folio);
	exclusive |= READ_ONCE(folio->refcount) == 1;
	if (pte_swp_soft_dirty(vmf->orig_pte))
		pte = pte_mksoft_dirty(pte);
	if (pte_swp_uffd_wp(vmf->orig_pte))
		pte = pte_mkuffd_wp(pte);
	if (exclusive && may_write(vma, pte)) {
		pte = pte_mkwrite(pte);
		if (fault_is_write(vmf))
			pte = pte_mkdirty(pte);
	}
	page->anon_exclusive |= exclusive;
	if (!folio->anon_vma)
		folio_set_anon_vma(folio, vma, vmf->address);
	folio_add_anon_rmap_pte(folio, page, vma, vmf->address);
	folio_get(folio);
	add_mm_counter(vma->mm, MM_SWAPENTS, -1);
	add_mm_counter(vma->mm, MM_ANONPAGES, 1);
	set_pte(vmf->pte, pte_mkyoung(pte));
}

unsigned int do_swap_page(struct vm_fault *vmf)
{
	struct folio *folio;
	unsigned int ret = get_folio(vmf, pte_swp_slot(vmf->orig_pte), &folio);

	if (!folio)
		return ret;
	if (lock_pte(vmf)) {
		map_folio(vmf, folio);
		unlock_pte(vmf);
	}
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}

/*
 * The thread that moves the page keeps it locked until the entry is replaced.
 * The wait begins with the table still locked, so that it cannot miss the
 * unlock.  It takes no reference: with one more than the mappings account for,
 * the page could not be moved.
 */
void migration_entry_wait(struct vm_fault *vmf)
{
	struct folio *folio;

	if (!lock_pte(vmf))
		return;
	folio = page_folio(pfn_to_page(pte_swp_pfn(vmf->orig_pte)));
	VM_BUG_ON(!folio_test_locked(folio));
	vmf->pte = NULL;
	folio_wait_and_unlock(folio, vmf->ptl);
}
