/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * split_pmd.c - 512 PTEs map a large folio instead of one PMD
 *
 *   PMD --huge--> folio     split:    PMD --> PTE table --> page 0 .. page 511
 *   spare PTE table         ------>           (the spare one)
 *
 * The folio stays one folio, with one lock and one count; only its mapping is
 * split.  So PTEs can map a large folio, and a device can mark it.
 *
 * Simpler than the kernel: an operation that changes a part or the rights of a
 * huge mapping splits it first; only a zap of the whole mapping does not.
 */
#include <errno.h>

#include "notifier/notifier.h"
#include "pte/table.h"
#include "pte/tlb.h"
#include "rmap/rmap.h"

/* Fill a table with the PTEs that together are equivalent to @pmd. */
static void fill_table(unsigned long table, pmd_t pmd)
{
	pte_t *ptes = pfn_address(table), pte;
	unsigned long i;

	for (i = 0; i < PTRS_PER_TABLE; i++) {
		pte = __pte(pmd.val & ~FL_PTE_HUGE);
		pte.val += i << FL_PTE_PFN_SHIFT;
		set_pte(&ptes[i], pte);
	}
}

/* Context: PMD table locked. */
static void split_locked(struct vm_area_struct *vma, pmd_t *pmd,
			 unsigned long start)
{
	struct folio *folio = page_folio(pfn_to_page(pte_pfn(ptep_get(pmd))));
	unsigned long table = withdraw_table(pmd);
	pmd_t old = pmdp_invalidate(pmd);

	/* The dirty bit no longer changes; every PTE gets a copy of it. */
	flush_tlb_range(vma->mm, start, start + PMD_SIZE);
	fill_table(table, old);
	/* One more reference and mapping for each PTE, one less for the PMD. */
	atomic_add_return(&folio->refcount, folio_nr_pages(folio) - 1);
	folio_split_rmap(folio);
	pmd_populate(pmd, table);
}

static void split_if_huge(struct vm_area_struct *vma, pmd_t *pmd,
			  unsigned long addr)
{
	spin_lock(table_lock(pmd));
	if (pte_huge(ptep_get(pmd)))
		split_locked(vma, pmd, addr & PMD_MASK);
	spin_unlock(table_lock(pmd));
}

void split_huge_pmd_address(struct vm_area_struct *vma, unsigned long addr)
{
	pmd_t *pmd = find_pmd(vma->mm, addr);

	if (pmd)
		split_if_huge(vma, pmd, addr);
}

void split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	struct notifier_range range = {
		.mm = vma->mm,
		.event = MMU_NOTIFY_CLEAR,
		.start = addr & PMD_MASK,
		.end = (addr & PMD_MASK) + PMD_SIZE,
	};

	assert_rwsem_held(&vma->mm->mmap_lock);
	notifier_start(&range);
	split_if_huge(vma, pmd, addr);
	notifier_end(&range);
}

int do_split_huge(struct fl_mm *m, unsigned long addr)
{
	struct mm_struct *mm = mm_of(m);
	struct vm_area_struct *vma;
	pmd_t *pmd = NULL;
	int ret = -ENOENT;

	write_lock(&mm->mmap_lock);
	vma = vma_lookup(mm, addr);
	if (vma)
		pmd = find_pmd(mm, addr);
	if (pmd && pte_huge(ptep_get(pmd))) {
		split_huge_pmd(vma, pmd, addr);
		ret = 0;
	}
	write_unlock(&mm->mmap_lock);
	return ret;
}
