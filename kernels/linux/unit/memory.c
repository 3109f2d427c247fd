/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.c - the tree's mm/memory.c, and adapters for its static functions
 *
 * Each adapter takes the locks and references that the function's callers hold,
 * in the same order, and releases them.
 */
#include "mm/memory.c"
#include "../port.h"
#include "../entry.h"

/* A page-table entry, its table locked. */
struct place {
	struct vm_area_struct *vma;
	pte_t *pte;
	spinlock_t *ptl;
};

/* The arguments of these two functions changed in 6.15. */
#ifdef FL_HAVE_RESTORE_ORIG
#define restore_pte(vma, page, addr, ptep)                             \
	restore_exclusive_pte(vma, page_folio(page), page, addr, ptep, \
			      ptep_get(ptep))
#define try_restore_pte(vma, addr, ptep) \
	try_restore_exclusive_pte(vma, addr, ptep, ptep_get(ptep))
#else
#define restore_pte(vma, page, addr, ptep) \
	restore_exclusive_pte(vma, page, addr, ptep)
#define try_restore_pte(vma, addr, ptep) \
	try_restore_exclusive_pte(ptep, vma, addr)
#endif

/* Find the exclusive entry at @addr and lock its table.
 * Return: 0; -ENOENT: no exclusive entry, nothing locked.
 * Context: mmap lock held. */
static int lock_place(struct mm_struct *mm, unsigned long addr,
		      struct place *place)
{
	pmd_t *pmd;

	place->vma = vma_lookup(mm, addr);
	pmd = place->vma ? mm_find_pmd(mm, addr) : NULL;
	place->pte = pmd ? pte_offset_map_lock(mm, pmd, addr, &place->ptl) :
			   NULL;
	if (!place->pte)
		return -ENOENT;
	if (fl_entry_is_exclusive(ptep_get(place->pte)))
		return 0;
	pte_unmap_unlock(place->pte, place->ptl);
	return -ENOENT;
}

static int restore(struct mm_struct *mm, unsigned long addr, struct page *page,
		   bool locked)
{
	struct place place;
	int ret = lock_place(mm, addr, &place);

	if (ret)
		return ret;
	if (!locked)
		spin_unlock(place.ptl);
	restore_pte(place.vma, page, addr, place.pte);
	if (!locked)
		spin_lock(place.ptl);
	pte_unmap_unlock(place.pte, place.ptl);
	return 0;
}

static int fl_unit_restore(struct fl_mm *m, unsigned long addr,
			   unsigned long pfn, unsigned int flags)
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

static int fl_unit_try_restore(struct fl_mm *m, unsigned long addr)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct place place;
	int ret;

	addr &= PAGE_MASK;
	mmap_write_lock(mm);
	ret = lock_place(mm, addr, &place);
	if (!ret) {
		ret = try_restore_pte(place.vma, addr, place.pte);
		pte_unmap_unlock(place.pte, place.ptl);
	}
	mmap_write_unlock(mm);
	return ret;
}

static vm_fault_t remove_entry(struct vm_area_struct *vma, pmd_t *pmd,
			       unsigned long addr, pte_t entry,
			       unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = addr & PAGE_MASK,
		.real_address = addr,
		.flags = flags,
		.pgoff = linear_page_index(vma, addr),
		.gfp_mask = __get_fault_gfp_mask(vma),
		.pmd = pmd,
		.orig_pte = entry,
		.page = fl_entry_page(entry),
	};

	return remove_device_exclusive_entry(&vmf);
}

static int fl_unit_remove(struct fl_mm *m, unsigned long addr,
			  unsigned long entry, unsigned int flags,
			  struct fl_fault *out)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct vm_area_struct *vma;
	unsigned int kernel_flags;
	vm_fault_t result = 0;
	pmd_t *pmd;
	int ret = fl_fault_flags(flags, &kernel_flags);

	if (ret)
		return ret;
	if (!fl_entry_is_exclusive(__pte(entry)))
		return -EINVAL;
	ret = fl_fault_lock(mm, addr, flags, &vma);
	if (ret)
		return ret;
	pmd = mm_find_pmd(mm, addr);
	if (pmd)
		result = remove_entry(vma, pmd, addr, __pte(entry),
				      kernel_flags);
	fl_fault_unlock(mm, vma, flags, result, out);
	return pmd ? 0 : -ENOENT;
}

const struct fl_memory_ops fl_memory_ops = {
	.restore_exclusive_pte = fl_unit_restore,
	.try_restore_exclusive_pte = fl_unit_try_restore,
	.remove_device_exclusive_entry = fl_unit_remove,
};
