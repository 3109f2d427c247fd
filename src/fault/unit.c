/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unit.c - adapters for the functions of the restore path
 *
 * Each takes the locks and references that the function's callers hold, in
 * their order, and releases them.
 */
#include <errno.h>

#include "fault/fault.h"
#include "fault/unit.h"
#include "pte/swap.h"
#include "pte/table.h"
#include "rmap/rmap.h"

/* A page-table entry, its table locked. */
struct place {
	struct vm_area_struct *vma;
	pte_t *ptep;
	struct spinlock *ptl;
};

/* Return: 0, table locked; -ENOENT, nothing locked: no exclusive entry.
 * Context: mmap lock held. */
static int lock_place(struct mm_struct *mm, unsigned long addr,
		      struct place *place)
{
	pmd_t *pmd;

	place->vma = vma_lookup(mm, addr);
	pmd = place->vma ? find_pmd(mm, addr) : NULL;
	place->ptep = pmd ? pte_offset_map_lock(pmd, addr, &place->ptl) : NULL;
	if (!place->ptep)
		return -ENOENT;
	if (is_exclusive_entry(ptep_get(place->ptep)))
		return 0;
	spin_unlock(place->ptl);
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
	restore_exclusive_pte(place.vma, page, addr, place.ptep);
	if (locked)
		spin_unlock(place.ptl);
	return 0;
}

static int unit_restore(struct fl_mm *m, unsigned long addr, unsigned long pfn,
			unsigned int flags)
{
	bool lock_folio = !(flags & FL_UNIT_FOLIO_UNLOCKED);
	struct folio *folio = folio_by_frame(pfn);
	struct mm_struct *mm = mm_of(m);
	int ret;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	if (lock_folio)
		folio_lock(folio);
	read_lock(&mm->mmap_lock);
	ret = restore(mm, addr & PAGE_MASK, pfn_to_page(pfn),
		      !(flags & FL_UNIT_PTE_UNLOCKED));
	read_unlock(&mm->mmap_lock);
	if (lock_folio)
		folio_unlock(folio);
	folio_put(folio);
	return ret;
}

static int unit_try_restore(struct fl_mm *m, unsigned long addr)
{
	struct mm_struct *mm = mm_of(m);
	struct place place;
	int ret;

	addr &= PAGE_MASK;
	write_lock(&mm->mmap_lock);
	ret = lock_place(mm, addr, &place);
	if (!ret) {
		ret = try_restore_exclusive_pte(place.vma, addr, place.ptep);
		spin_unlock(place.ptl);
	}
	write_unlock(&mm->mmap_lock);
	return ret;
}

static int unit_remove(struct fl_mm *m, unsigned long addr, unsigned long entry,
		       unsigned int flags, struct fl_fault *out)
{
	struct mm_struct *mm = mm_of(m);
	struct vm_fault vmf = {
		.address = addr & PAGE_MASK,
		.flags = flags,
		.orig_pte = __pte(entry),
	};
	int ret;

	if (!is_exclusive_entry(vmf.orig_pte))
		return -EINVAL;
	ret = fault_begin(mm, addr, flags, &vmf.vma);
	if (ret)
		return ret;
	vmf.pmd = find_pmd(mm, addr);
	fault_end(mm, vmf.pmd ? remove_device_exclusive_entry(&vmf) : 0, out);
	return vmf.pmd ? 0 : -ENOENT;
}

static int unit_mark(struct fl_mm *m, unsigned long addr, unsigned long pfn,
		     const void *owner)
{
	struct folio *folio = folio_by_frame(pfn);
	struct mm_struct *mm = mm_of(m);
	int ret;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	if (!folio_trylock(folio)) {
		folio_put(folio);
		return -EBUSY;
	}
	read_lock(&mm->mmap_lock);
	ret = folio_make_device_exclusive(folio, mm, addr, owner);
	read_unlock(&mm->mmap_lock);
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}

/* A folio of a file is never moved. */
static int unit_remove_migration(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	folio_lock(folio);
	if (folio_test_anon(folio))
		remove_migration_ptes(folio, folio);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

const struct fl_memory_ops memory_ops = {
	.restore_exclusive_pte = unit_restore,
	.try_restore_exclusive_pte = unit_try_restore,
	.remove_device_exclusive_entry = unit_remove,
};

const struct fl_rmap_ops rmap_ops = {
	.make_device_exclusive = unit_mark,
	.remove_migration_ptes = unit_remove_migration,
};
