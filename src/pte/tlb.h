/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tlb.h - flushing TLBs, one page at once or a batch
 *
 *  - flush_tlb_range(), ptep_clear_flush()
 *  - struct mmu_gather: tlb_gather(), tlb_flush_range(), tlb_remove_page(),
 *    tlb_finish()
 *
 * A CPU goes on to use a translation that it has cached, whatever the table says,
 * until it is flushed.  So a page may be given to somebody else (freed, or made
 * exclusive) only in this order: clear the entry, flush, hand over.
 */
#ifndef FL_MODEL_TLB_H
#define FL_MODEL_TLB_H

#include "pte/page.h"

struct mm_struct;

void flush_tlb_range(struct mm_struct *mm, unsigned long start,
		     unsigned long end);

/* ptep_clear_flush - take an entry away from table and TLBs
 * Context: table locked.  Return: what it was, with its last dirty bit. */
pte_t ptep_clear_flush(struct mm_struct *mm, unsigned long addr, pte_t *ptep);

#define GATHER_PAGES	64

/* Entries that were cleared and are not flushed yet; the pages they mapped keep
 * the entry's reference until then. */
struct mmu_gather {
	struct mm_struct *mm;
	unsigned long start, end;	/* to flush; empty: start >= end */
	unsigned int nr;
	struct folio *folios[GATHER_PAGES];
};

void tlb_gather(struct mmu_gather *tlb, struct mm_struct *mm);
void tlb_flush_range(struct mmu_gather *tlb, unsigned long start,
		     unsigned long end);

/* tlb_remove_page - put @folio after the next flush
 * Return: whether the batch is full: flush, with no table locked, before the
 * next page. */
bool tlb_remove_page(struct mmu_gather *tlb, struct folio *folio);

/* tlb_flush - only the TLBs; tlb_finish - then the pages.  The gather can be used
 * again after either. */
void tlb_flush(struct mmu_gather *tlb);
void tlb_finish(struct mmu_gather *tlb);

#endif /* FL_MODEL_TLB_H */
