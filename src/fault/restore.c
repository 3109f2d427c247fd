/* SPDX-License-Identifier: GPL-2.0-only */
/* restore.c - one exclusive entry becomes a mapping again */
#include <errno.h>

#include "fault/fault.h"
#include "pte/swap.h"
#include "pte/table.h"
#include "rmap/rmap.h"

/*
 * restore_exclusive_pte - replace an entry by the mapping
 * @page: the very page that the entry names.  If the caller passed the
 *        head of a large folio for an entry of another page, this would
 *        map the wrong memory.
 *
 * The entry's reference becomes the PTE's.  rss does not change: it counted the
 * page all the time.  No TLB caches an entry, so none is flushed.
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
	/* uffd-wp must see the next write, so the PTE is not writable. */
	if (pte_swp_uffd_wp(entry))
		pte = pte_mkuffd_wp(pte);
	else if (is_writable_exclusive_entry(entry))
		pte = maybe_mkwrite(pte_mkdirty(pte), vma);
	/* A writable PTE skips the copy, so the page must be exclusive. */
	VM_BUG_ON(pte_write(pte) && !page->anon_exclusive);
	folio_add_anon_rmap_pte(folio, page, vma, addr);
	set_pte(ptep, pte);
}

/*
 * try_restore_exclusive_pte - the same for a caller that may not
 * sleep, such as fork
 *
 * Does not notify the device: the caller has started a range of its own.
 *
 * Context: table locked.  Return: 0; -EBUSY: the folio is locked, nothing done.
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
