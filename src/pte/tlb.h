/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tlb.h - flushing TLBs, one page at a time or in batches
 *
 *  - flush_tlb_range(), ptep_clear_flush()
 *  - struct mmu_gather: tlb_gather(), tlb_flush_range(), tlb_remove_page(),
 *    tlb_finish()
 *
 * A CPU continues to use a cached translation, whatever the table says, until
 * its TLB is flushed.  So the kernel must clear the entry, flush, and only then
 * reuse the page (free it, or make it exclusive).
 */
#ifndef FL_MODEL_TLB_H
#define FL_MODEL_TLB_H

#include "pte/page.h"

struct mm_struct;

void flush_tlb_range(struct mm_struct *mm, unsigned long start,
		     unsigned long end);

/* ptep_clear_flush - clear an entry and flush it from all TLBs
 * Context: table locked.  Return: the old entry, with its final dirty bit. */
pte_t ptep_clear_flush(struct mm_struct *mm, unsigned long addr, pte_t *ptep);

#define GATHER_PAGES 64

/* Entries that were cleared but are not flushed yet.  Their pages keep the
 * references of the entries until then. */
struct mmu_gather {
	struct mm_struct *mm;
	unsigned long start, end; /* to flush; empty: start >= end */
	unsigned int nr;
	struct folio *folios[GATHER_PAGES];
};

void tlb_gather(struct mmu_gather *tlb, struct mm_struct *mm);
void tlb_flush_range(struct mmu_gather *tlb, unsigned long start,
		     unsigned long end);

/* tlb_remove_page - drop a reference to @folio after the next flush
 * Return: whether the batch is full.  If so, the caller must flush, with no
 * table locked, before it adds the next page. */
bool tlb_remove_page(struct mmu_gather *tlb, struct folio *folio);

/* tlb_flush - flush only the TLBs; tlb_finish - flush, then drop the pages.
 * The gather can be used again after either. */
void tlb_flush(struct mmu_gather *tlb);
void tlb_finish(struct mmu_gather *tlb);

#endif /* FL_MODEL_TLB_H */
