/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rmap.h - the reverse map: counts of mappings, and a walk of them
 *
 *  - folio_add_new_anon_rmap(), folio_add_anon_rmap_pte(),
 *    folio_add_file_rmap_pte(), folio_remove_rmap_pte(), ..._pmd()
 *  - rmap_walk(), page_vma_mapped_walk()
 *  - folio_make_device_exclusive(), make_device_exclusive_range()
 *
 * Adding and removing changes counts only: the PTE and the reference that it owns
 * are the caller's.  Context: the table of the entry is locked.
 */
#ifndef FL_MODEL_RMAP_H
#define FL_MODEL_RMAP_H

#include "fault/mm.h"

/* A folio of which no one else knows yet: whose it is, and its first mapping, by a
 * PTE or, where it is large, a PMD.  It is marked as exclusive to the process. */
void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma,
			     unsigned long addr);

/* One more PTE maps @page.  Context: the folio is locked as well, so that it
 * cannot become somebody else's. */
void folio_add_anon_rmap_pte(struct folio *folio, struct page *page,
			     struct vm_area_struct *vma, unsigned long addr);
void folio_add_file_rmap_pte(struct folio *folio, struct page *page);
/* As a PTE that maps @page is copied to another process. */
void folio_dup_rmap_pte(struct folio *folio, struct page *page);

void folio_remove_rmap_pte(struct folio *folio, struct page *page);
void folio_remove_rmap_pmd(struct folio *folio);

/* A PMD's mapping of the whole folio becomes one of each page, by PTEs. */
void folio_split_rmap(struct folio *folio);

static inline int folio_mapcount(struct folio *folio)
{
	return READ_ONCE(folio->mapcount);
}

/*
 * rmap_walk - call @one for each VMA that may map an anonymous folio
 * @one: gets the address that the folio's first page has, or would have, there
 *       (which may be below the VMA).  Returns false to end the walk.
 *
 * Ends early where nothing maps the folio any more.  Context: the folio is locked
 * and referenced; no spinlock.  @one runs under the anon_vma's lock.
 */
void rmap_walk(struct folio *folio,
	       bool (*one)(struct folio *folio, struct vm_area_struct *vma,
			   unsigned long addr, void *arg),
	       void *arg);

/* A walk of the PTEs of one VMA that have to do with a folio. */
struct page_vma_mapped_walk {
	struct folio *folio;
	struct vm_area_struct *vma;
	unsigned long address;		/* of pte; at first: where to begin */
	unsigned long end;		/* where the walk ends */
	pte_t *pte;			/* NULL: not begun, or done */
	struct spinlock *ptl;
};

/* Return: whether there is another, its table locked: a PTE that maps a page of
 * the folio, or an exclusive entry of one.  false: nothing is locked. */
bool page_vma_mapped_walk(struct page_vma_mapped_walk *walk);

/* End a walk before it returned false. */
void page_vma_mapped_walk_done(struct page_vma_mapped_walk *walk);

bool folio_make_device_exclusive(struct folio *folio, struct mm_struct *mm,
				 unsigned long address, const void *owner);
long make_device_exclusive_range(struct fl_mm *mm, unsigned long start,
				 unsigned long npages, const void *owner,
				 unsigned long *pfns);
/* gup.c */
long get_user_pages_write(struct mm_struct *mm, unsigned long start,
			  unsigned long npages, unsigned long *pfns);

#endif /* FL_MODEL_RMAP_H */
