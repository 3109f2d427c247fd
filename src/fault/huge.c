/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * huge.c - the fault that maps a folio of 512 pages by one PMD
 *
 *   PMD --huge--> folio
 *   spare PTE table, for a split (rmap/split_pmd.c)
 */
#include "fault/fault.h"
#include "pte/table.h"
#include "rmap/anon_vma.h"
#include "rmap/rmap.h"

bool wants_huge(const struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long start = vmf->address & PMD_MASK;
	pmd_t pmd = ptep_get(vmf->pmd);

	if (pte_huge(pmd))
		return true;
	return pte_none(pmd) && vma_is_anonymous(vma) &&
	       vma->flags & VM_HUGEPAGE && start >= vma->start &&
	       start + PMD_SIZE <= vma->end;
}

/* Return: true if it is mapped now; false if another thread was faster. */
static bool map_huge_folio(struct vm_fault *vmf, struct folio *folio,
			   unsigned long table)
{
	struct vm_area_struct *vma = vmf->vma;
	pmd_t pmd = pte_mkhuge(pfn_pte(folio_pfn(folio), vma->page_prot));
	struct spinlock *ptl = table_lock(vmf->pmd);

	spin_lock(ptl);
	if (!pte_none(ptep_get(vmf->pmd))) {
		spin_unlock(ptl);
		table_free(vma->mm, table);
		folio_put(folio);
		return false;
	}
	folio_add_new_anon_rmap(folio, vma, vmf->address & PMD_MASK);
	add_mm_counter(vma->mm, MM_ANONPAGES, folio_nr_pages(folio));
	deposit_table(vmf->pmd, table);
	set_pte(vmf->pmd, pte_mkyoung(maybe_mkwrite(pte_mkdirty(pmd), vma)));
	spin_unlock(ptl);
	return true;
}

bool do_huge_fault(struct vm_fault *vmf)
{
	struct folio *folio;
	unsigned long table;

	/* It has the rights of the VMA, so another thread was faster. */
	if (pte_huge(ptep_get(vmf->pmd)))
		return true;
	if (anon_vma_prepare(vmf->vma))
		return false;
	folio = folio_alloc(PMD_ORDER);
	if (!folio)
		return false;
	table = table_alloc(vmf->vma->mm);
	if (table == FL_NO_FRAME) {
		folio_put(folio);
		return false;
	}
	return map_huge_folio(vmf, folio, table);
}
