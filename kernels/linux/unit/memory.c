/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.c - the tree's mm/memory.c, and adapters for its static functions
 *
 * Each adapter takes what the function's callers hold, in their order, and gives
 * it back.
 */
#include "mm/memory.c"
#include "../port.h"

/* A page-table entry of a VMA, mmap lock held. */
struct place {
	struct vm_area_struct *vma;
	pmd_t *pmd;
};

static int find_place(struct mm_struct *mm, unsigned long addr,
		      struct place *place)
{
	place->vma = vma_lookup(mm, addr);
	place->pmd = place->vma ? mm_find_pmd(mm, addr) : NULL;
	return place->pmd ? 0 : -ENOENT;
}

static bool is_exclusive(pte_t pte)
{
	return !pte_none(pte) && !pte_present(pte) &&
	       is_device_exclusive_entry(pte_to_swp_entry(pte));
}

static int restore(struct mm_struct *mm, unsigned long addr, struct page *page,
		   bool lock_pte)
{
	struct place place;
	spinlock_t *ptl;
	pte_t *pte;
	int ret;

	ret = find_place(mm, addr, &place);
	if (ret)
		return ret;
	pte = pte_offset_map_lock(mm, place.pmd, addr, &ptl);
	if (!pte)
		return -ENOENT;
	if (!lock_pte)
		spin_unlock(ptl);
	if (is_exclusive(ptep_get(pte)))
		restore_exclusive_pte(place.vma, page, addr, pte);
	else
		ret = -ENOENT;
	if (lock_pte)
		spin_unlock(ptl);
	pte_unmap(pte);
	return ret;
}

int fl_unit_restore(struct fl_mm *m, unsigned long addr, unsigned long pfn,
		    unsigned int flags)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct folio *folio = fl_folio_of(pfn);
	int ret;

	addr &= PAGE_MASK;
	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	if (!(flags & FL_UNIT_FOLIO_UNLOCKED))
		folio_lock(folio);
	mmap_read_lock(mm);
	ret = restore(mm, addr, pfn_to_page(pfn),
		      !(flags & FL_UNIT_PTE_UNLOCKED));
	mmap_read_unlock(mm);
	if (!(flags & FL_UNIT_FOLIO_UNLOCKED))
		folio_unlock(folio);
	folio_put(folio);
	return ret;
}

static int try_restore(struct mm_struct *mm, unsigned long addr)
{
	struct place place;
	spinlock_t *ptl;
	pte_t *pte;
	int ret;

	ret = find_place(mm, addr, &place);
	if (ret)
		return ret;
	pte = pte_offset_map_lock(mm, place.pmd, addr, &ptl);
	if (!pte)
		return -ENOENT;
	ret = is_exclusive(ptep_get(pte)) ?
		try_restore_exclusive_pte(pte, place.vma, addr) : -ENOENT;
	pte_unmap_unlock(pte, ptl);
	return ret;
}

int fl_unit_try_restore(struct fl_mm *m, unsigned long addr)
{
	struct mm_struct *mm = fl_use_mm(m);
	int ret;

	mmap_write_lock(mm);
	ret = try_restore(mm, addr & PAGE_MASK);
	mmap_write_unlock(mm);
	return ret;
}

static vm_fault_t remove_entry(struct vm_area_struct *vma, unsigned long addr,
			       pte_t entry, unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = addr & PAGE_MASK,
		.real_address = addr,
		.flags = flags,
		.pgoff = linear_page_index(vma, addr),
		.gfp_mask = __get_fault_gfp_mask(vma),
		.pmd = mm_find_pmd(vma->vm_mm, addr & PAGE_MASK),
		.orig_pte = entry,
		.page = pfn_swap_entry_to_page(pte_to_swp_entry(entry)),
	};

	return remove_device_exclusive_entry(&vmf);
}

int fl_unit_remove(struct fl_mm *m, unsigned long addr, unsigned long entry,
		   unsigned int flags, struct fl_fault *out)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct vm_area_struct *vma;
	unsigned int kernel_flags;
	int ret = fl_fault_flags(flags, &kernel_flags);

	if (ret)
		return ret;
	if (!is_exclusive(__pte(entry)))
		return -EINVAL;
	ret = fl_fault_lock(mm, addr, flags, &vma);
	if (ret)
		return ret;
	fl_fault_unlock(mm, vma, flags,
			remove_entry(vma, addr, __pte(entry), kernel_flags),
			out);
	return 0;
}
