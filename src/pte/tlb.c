/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb.c - flushing TLBs, one page at a time or in batches */
#include "pte/mm.h"
#include "pte/swapfile.h"
#include "pte/table.h"
#include "pte/tlb.h"

void flush_tlb_range(struct mm_struct *mm, unsigned long start,
		     unsigned long end)
{
	fl_hw_tlb_flush(mm->asid, start, end);
}

pte_t ptep_clear_flush(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	pte_t pte;

	assert_spin_held(table_lock(ptep));
	pte = ptep_get_and_clear(ptep);
	/* No TLB caches an entry that is not present. */
	if (pte_present(pte))
		flush_tlb_range(mm, addr, addr + PAGE_SIZE);
	return pte;
}

static void empty(struct mmu_gather *tlb)
{
	tlb->start = ~0UL;
	tlb->end = 0;
}

void tlb_gather(struct mmu_gather *tlb, struct mm_struct *mm)
{
	tlb->mm = mm;
	tlb->nr = 0;
	empty(tlb);
}

void tlb_flush_range(struct mmu_gather *tlb, unsigned long start,
		     unsigned long end)
{
	if (start < tlb->start)
		tlb->start = start;
	if (end > tlb->end)
		tlb->end = end;
}

bool tlb_remove_page(struct mmu_gather *tlb, struct folio *folio)
{
	VM_BUG_ON(tlb->nr == GATHER_PAGES);
	tlb->folios[tlb->nr++] = folio;
	return tlb->nr == GATHER_PAGES;
}

void tlb_flush(struct mmu_gather *tlb)
{
	if (tlb->start < tlb->end)
		flush_tlb_range(tlb->mm, tlb->start, tlb->end);
	empty(tlb);
}

void tlb_finish(struct mmu_gather *tlb)
{
	unsigned int i;

	tlb_flush(tlb);
	for (i = 0; i < tlb->nr; i++) {
		free_swap_cache(tlb->folios[i]);
		folio_put(tlb->folios[i]);
	}
	tlb->nr = 0;
}
