/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rmap.h - the reverse map: counts of mappings, and a walk of them
 *
 *  - folio_add_new_anon_rmap(), folio_add_anon_rmap_pte(),
 *    folio_add_file_rmap_pte(), folio_remove_rmap_pte(), ..._pmd()
 *  - rmap_walk(), page_vma_mapped_walk()
 *  - folio_make_device_exclusive(), make_device_exclusive_range()
 *  - get_user_pages(), pin_user_page(), range_fault()
 *  - folio_migrate(), folio_split(), folio_reclaim()
 *
 * Adding and removing changes counts only: the PTE and the reference that it owns
 * are the caller's.  Context: the table of the entry is locked.
 */
#ifndef FL_MODEL_RMAP_H
#define FL_MODEL_RMAP_H

#include "fault/mm.h"
#include "notifier/notifier.h"

/* A folio of which no one else knows yet: whose it is, and its first mapping, by a
 * PTE or, where it is large, a PMD.  It is marked as exclusive to the process. */
void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma,
			     unsigned long addr);

/* The folio of a page that comes from the swap file: whose it is. */
void folio_set_anon_vma(struct folio *folio, struct vm_area_struct *vma,
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
 * Context: the folio is locked
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
	bool migration;			/* look for migration entries */
	pte_t *pte;			/* NULL: not begun, or done */
	struct spinlock *ptl;
};

/* walk_of - all of @folio in @vma, where its first page is, or would be, at @addr */
struct page_vma_mapped_walk walk_of(struct folio *folio,
				    struct vm_area_struct *vma,
				    unsigned long addr);

/* Return: whether there is another, its table locked: a PTE that maps a page of the
 * folio, or an exclusive entry of one; where walk->migration says so, a migration
 * entry of one instead.  false: nothing is locked. */
bool page_vma_mapped_walk(struct page_vma_mapped_walk *walk);

/* End a walk before it returned false. */
void page_vma_mapped_walk_done(struct page_vma_mapped_walk *walk);

bool folio_make_device_exclusive(struct folio *folio, struct mm_struct *mm,
				 unsigned long address, const void *owner);
long make_device_exclusive_range(struct fl_mm *mm, unsigned long start,
				 unsigned long npages, const void *owner,
				 unsigned long *pfns);
/* gup.c */
long get_user_pages(struct mm_struct *mm, unsigned long start,
		    unsigned long npages, bool write, unsigned long *pfns);
int pin_user_page(struct fl_mm *mm, unsigned long addr, unsigned long *pfn);
int unpin_user_page(unsigned long pfn);
int range_fault(struct fl_mm *mm, struct fl_listener *listener,
		unsigned long seq, unsigned long start, unsigned long npages,
		unsigned long *pfns);

/* migrate.c */

/* try_to_migrate - a migration entry in the place of each mapping of @folio
 * @event, @owner: what is told.  Context: folio locked and referenced. */
void try_to_migrate(struct folio *folio, enum notifier_event event,
		    const void *owner);
/* remove_migration_ptes - and back: what led to a page of @src leads to that of
 * @dst.  Context: both locked. */
void remove_migration_ptes(struct folio *src, struct folio *dst);

/* As struct fl_kernel's. */
int folio_migrate(unsigned long pfn);
long migrate_range(struct fl_mm *mm, unsigned long start, unsigned long npages,
		   const void *owner);
int folio_split(unsigned long pfn);	/* split.c */
int folio_reclaim(unsigned long pfn);	/* reclaim.c */

#endif /* FL_MODEL_RMAP_H */
