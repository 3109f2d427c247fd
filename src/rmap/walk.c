/* SPDX-License-Identifier: GPL-2.0-only */
/* walk.c - from a folio to all PTEs that map it */
#include "rmap/rmap.h"
#include "pte/swap.h"
#include "pte/table.h"

/* Return: whether any page of the folio falls into the VMA. */
static bool overlaps(struct folio *folio, struct vm_area_struct *vma)
{
	return folio->index < linear_page_index(vma, vma->end) &&
	       folio->index + folio_nr_pages(folio) > vma->pgoff;
}

static unsigned long first_address(struct folio *folio,
				   struct vm_area_struct *vma)
{
	return vma->start + (folio->index << FL_PAGE_SHIFT) -
	       (vma->pgoff << FL_PAGE_SHIFT);
}

void rmap_walk(struct folio *folio,
	       bool (*one)(struct folio *folio, struct vm_area_struct *vma,
			   unsigned long addr, void *arg),
	       void *arg)
{
	struct anon_vma *av = folio->anon_vma;
	struct vm_area_struct *vma;

	VM_BUG_ON(!folio_test_anon(folio));
	VM_BUG_ON(!folio_test_locked(folio));
	read_lock(&av->rwsem);
	for (vma = av->vmas; vma; vma = vma->anon_next) {
		if (!overlaps(folio, vma))
			continue;
		if (!one(folio, vma, first_address(folio, vma), arg))
			break;
	}
	read_unlock(&av->rwsem);
}

struct page_vma_mapped_walk walk_of(struct folio *folio,
				    struct vm_area_struct *vma,
				    unsigned long addr)
{
	unsigned long end = addr + (PAGE_SIZE << folio->order);

	return (struct page_vma_mapped_walk){
		.folio = folio,
		.vma = vma,
		.address = addr > vma->start ? addr : vma->start,
		.end = end < vma->end ? end : vma->end,
	};
}

/* Return: whether the entry maps a page of the folio, or replaces
 * such a mapping. */
static bool concerns(const struct page_vma_mapped_walk *walk, pte_t pte)
{
	unsigned long pfn;

	if (walk->migration != is_migration_entry(pte))
		return false;
	if (pte_present(pte))
		pfn = pte_pfn(pte);
	else if (is_exclusive_entry(pte) || is_migration_entry(pte))
		pfn = pte_swp_pfn(pte);
	else
		return false;
	return pfn - folio_pfn(walk->folio) < folio_nr_pages(walk->folio);
}

/* Lock the table of the walk's address.  Return: false if there is no table. */
static bool enter_table(struct page_vma_mapped_walk *walk)
{
	pmd_t *pmd = find_pmd(walk->vma->mm, walk->address);

	walk->pte = pmd ? pte_offset_map_lock(pmd, walk->address, &walk->ptl) :
			  NULL;
	return walk->pte;
}

/* Go to the next address; unlock the table if it ends there. */
static void advance(struct page_vma_mapped_walk *walk)
{
	walk->address += PAGE_SIZE;
	if (walk->address & ~PMD_MASK)
		walk->pte++;
	else
		page_vma_mapped_walk_done(walk);
}

bool page_vma_mapped_walk(struct page_vma_mapped_walk *walk)
{
	if (walk->pte)
		advance(walk);
	while (walk->address < walk->end) {
		if (!walk->pte && !enter_table(walk)) {
			walk->address = (walk->address & PMD_MASK) + PMD_SIZE;
			continue;
		}
		if (concerns(walk, ptep_get(walk->pte)))
			return true;
		if (walk->address + PAGE_SIZE >= walk->end)
			break;
		advance(walk);
	}
	if (walk->pte)
		page_vma_mapped_walk_done(walk);
	return false;
}

void page_vma_mapped_walk_done(struct page_vma_mapped_walk *walk)
{
	spin_unlock(walk->ptl);
	walk->pte = NULL;
}
