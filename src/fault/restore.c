/* SPDX-License-Identifier: GPL-2.0-only */
/* restore.c - one entry becomes a mapping again */
#include <errno.h>

#include "fault/fault.h"
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
