/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zap.c - removing mappings: MADV_DONTNEED, munmap, exit
 *
 * An exclusive entry owns a reference and a page of rss, like a PTE, and drops
 * both; but it has no mapcount and is in no TLB.
 */
#include <errno.h>

#include "fault/fault.h"
#include "fault/operations.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "pte/swapfile.h"
#include "pte/table.h"
#include "pte/tlb.h"
#include "rmap/anon_vma.h"
#include "rmap/rmap.h"

static void uncount(struct mm_struct *mm, struct folio *folio, int pages)
{
	add_mm_counter(mm, folio_test_anon(folio) ? MM_ANONPAGES : MM_FILEPAGES,
		       -pages);
}

/* Return: whether the gather is full.  Context: table locked. */
static bool zap_present_pte(struct mmu_gather *tlb, unsigned long addr,
			    pte_t *ptep)
{
	pte_t pte = ptep_get_and_clear(ptep);
	struct page *page = pfn_to_page(pte_pfn(pte));
	struct folio *folio = page_folio(page);

	tlb_flush_range(tlb, addr, addr + PAGE_SIZE);
	if (pte_special(pte))
		return false;
	if (pte_dirty(pte))
		folio_mark_dirty(folio);
	folio_remove_rmap_pte(folio, page);
	uncount(tlb->mm, folio, 1);
	return tlb_remove_page(tlb, folio);
}

/* A migration entry owns only a page of rss: its PTE's reference was dropped.
 * Context: table locked. */
static void zap_entry(struct mm_struct *mm, pte_t *ptep, pte_t entry)
{
	struct folio *folio;

	set_pte(ptep, __pte(0));
	if (is_swapped(entry)) {
		add_mm_counter(mm, MM_SWAPENTS, -1);
		swap_free(pte_swp_slot(entry));
		return;
	}
	folio = page_folio(pfn_to_page(pte_swp_pfn(entry)));
	uncount(mm, folio, 1);
	if (is_exclusive_entry(entry))
		folio_put(folio);
}

/* Zap the entries of one table.  Return: the first address not done. */
static unsigned long zap_ptes(struct mmu_gather *tlb, pmd_t *pmd,
			      unsigned long addr, unsigned long end)
{
	struct spinlock *ptl;
	pte_t *ptep = pte_offset_map_lock(pmd, addr, &ptl), pte;
	bool full = false;

	if (!ptep)
		return end;
	for (; addr < end && !full; addr += PAGE_SIZE, ptep++) {
		pte = ptep_get(ptep);
		if (pte_present(pte))
			full = zap_present_pte(tlb, addr, ptep);
		else if (!pte_none(pte))
			zap_entry(tlb->mm, ptep, pte);
	}
	spin_unlock(ptl);
	if (full)
		tlb_finish(tlb);
	return addr;
}

/* Zap a whole huge page, if @pmd still maps one. */
static void zap_huge_pmd(struct mmu_gather *tlb, pmd_t *pmd, unsigned long addr)
{
	unsigned long table = FL_NO_FRAME;
	struct folio *folio;

	spin_lock(table_lock(pmd));
	if (pte_huge(ptep_get(pmd))) {
		table = withdraw_table(pmd);
		folio = page_folio(
			pfn_to_page(pte_pfn(ptep_get_and_clear(pmd))));
		tlb_flush_range(tlb, addr, addr + PMD_SIZE);
		folio_remove_rmap_pmd(folio);
		uncount(tlb->mm, folio, folio_nr_pages(folio));
		tlb_remove_page(tlb, folio);
	}
	spin_unlock(table_lock(pmd));
	if (table == FL_NO_FRAME)
		return;
	tlb_finish(tlb);
	table_free(tlb->mm, table);
}

/* Zap everything below one PMD. */
static void zap_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma,
		    unsigned long addr, unsigned long end)
{
	pmd_t *pmd = find_pmd(vma->mm, addr);

	if (!pmd)
		return;
	if (pte_huge(ptep_get(pmd))) {
		if (end - addr == PMD_SIZE)
			zap_huge_pmd(tlb, pmd, addr);
		else
			split_huge_pmd(vma, pmd, addr);
	}
	while (addr < end)
		addr = zap_ptes(tlb, pmd, addr, end);
}

static void zap_vma(struct mmu_gather *tlb, struct vm_area_struct *vma,
		    unsigned long start, unsigned long end)
{
	unsigned long next;

	for (; start < end; start = next) {
		next = (start & PMD_MASK) + PMD_SIZE;
		if (next > end)
			next = end;
		zap_pmd(tlb, vma, start, next);
	}
}

/* -- MADV_DONTNEED: pages are dropped, the mapping stays -- */

static void zap_range(struct vm_area_struct *vma, unsigned long start,
		      unsigned long end)
{
	struct notifier_range range = {
		.mm = vma->mm,
		.event = MMU_NOTIFY_CLEAR,
		.start = start,
		.end = end,
	};
	struct mmu_gather tlb;

	tlb_gather(&tlb, vma->mm);
	notifier_start(&range);
	zap_vma(&tlb, vma, start, end);
	notifier_end(&range);
	tlb_finish(&tlb);
}

/* Zap all that is mapped in the range, even if part of it is a hole. */
int do_zap(struct fl_mm *m, unsigned long start, unsigned long len)
{
	struct mm_struct *mm = mm_of(m);
	unsigned long end = start + len;
	struct vm_area_struct *vma;
	int ret = 0;

	read_lock(&mm->mmap_lock);
	for (vma = find_vma(mm, start); start < end; vma = vma->next) {
		if (!vma || vma->start > start)
			ret = -ENOMEM;
		if (!vma || vma->start >= end)
			break;
		if (vma->start > start)
			start = vma->start;
		zap_range(vma, start, vma->end < end ? vma->end : end);
		start = vma->end;
	}
	read_unlock(&mm->mmap_lock);
	return ret;
}

/* -- munmap, exit -- */

void unmap_list(struct mm_struct *mm, struct vm_area_struct *list,
		unsigned long start, unsigned long end, unsigned long floor,
		unsigned long ceiling)
{
	struct notifier_range range = {
		.mm = mm,
		.event = MMU_NOTIFY_UNMAP,
		.start = start,
		.end = end,
	};
	struct vm_area_struct *vma, *next;
	struct mmu_gather tlb;

	tlb_gather(&tlb, mm);
	notifier_start(&range);
	for (vma = list; vma; vma = vma->next)
		zap_vma(&tlb, vma, vma->start, vma->end);
	notifier_end(&range);
	tlb_finish(&tlb);
	/* Hide these VMAs and their tables from walks of the reverse map. */
	for (vma = list; vma; vma = vma->next)
		unlink_anon_vma(vma);
	free_tables(mm, floor, ceiling);
	for (vma = list; vma; vma = next) {
		next = vma->next;
		vma_free(vma);
	}
}

/* Remove the VMAs of [start, end) from their mm.  None crosses a boundary. */
static void unmap(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	unsigned long floor = 0, ceiling = 1UL << FL_VA_BITS;
	struct vm_area_struct **from = &mm->mmap, **to, *list, *rest;

	for (; *from && (*from)->start < start; from = &(*from)->next)
		floor = (*from)->end;
	for (to = from; *to && (*to)->start < end; to = &(*to)->next)
		;
	if (to == from)
		return;
	list = *from;
	rest = *to;
	if (rest)
		ceiling = rest->start;
	*to = NULL;
	*from = rest;
	unmap_list(mm, list, start, end, floor, ceiling);
}

int do_munmap(struct fl_mm *m, unsigned long start, unsigned long len)
{
	struct mm_struct *mm = mm_of(m);
	int ret = write_lock_killable(&mm->mmap_lock);

	if (ret)
		return ret;
	ret = vma_split(mm, start);
	if (!ret)
		ret = vma_split(mm, start + len);
	if (!ret)
		unmap(mm, start, start + len);
	write_unlock(&mm->mmap_lock);
	return ret;
}
