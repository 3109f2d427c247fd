/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rmap.h - the reverse map: counts of mappings, and walks over them
 *
 *  - folio_add_new_anon_rmap(), folio_add_anon_rmap_pte(),
 *    folio_add_file_rmap_pte(), folio_remove_rmap_pte(), ..._pmd()
 *  - rmap_walk(), page_vma_mapped_walk()
 *  - folio_make_device_exclusive()
 *  - split_huge_pmd()
 *  - folio_migrate(), folio_split(), actor_ops: reclaim
 *
 * The functions that add and remove mappings change only counts; the
 * caller changes the PTE and owns its reference.  Context: the table of
 * the entry is locked.
 */
#ifndef FL_MODEL_RMAP_H
#define FL_MODEL_RMAP_H

#include "notifier/notifier.h"
#include "pte/mm.h"

/* Set the owner of a folio that no other thread can reach yet, and add its
 * first mapping: by a PTE or, if it is large, by a PMD.  The folio becomes
 * exclusive to the process. */
void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma,
			     unsigned long addr);

/* Set the owner of a folio that was read from the swap file. */
void folio_set_anon_vma(struct folio *folio, struct vm_area_struct *vma,
			unsigned long addr);

/* Count one more PTE that maps @page.  Context: the folio is locked too, so its
 * owner cannot change. */
void folio_add_anon_rmap_pte(struct folio *folio, struct page *page,
			     struct vm_area_struct *vma, unsigned long addr);
void folio_add_file_rmap_pte(struct folio *folio, struct page *page);
/* Count a PTE that maps @page and is copied to another process. */
void folio_dup_rmap_pte(struct folio *folio, struct page *page);

void folio_remove_rmap_pte(struct folio *folio, struct page *page);
void folio_remove_rmap_pmd(struct folio *folio);

/* Replace a PMD's mapping of the whole folio by one PTE mapping
 * for each page. */
void folio_split_rmap(struct folio *folio);

static inline int folio_mapcount(struct folio *folio)
{
	return READ_ONCE(folio->mapcount);
}

/*
 * rmap_walk - call @one for each VMA that may map an anonymous folio
 * @one: gets the address that the folio's first page has, or would have, in the
 *       VMA (it may be below the VMA).  Returns false to end the walk.
 *
 * Context: the folio is locked and referenced; no spinlock is held.  @one runs
 * under the anon_vma's lock.
 */
void rmap_walk(struct folio *folio,
	       bool (*one)(struct folio *folio, struct vm_area_struct *vma,
			   unsigned long addr, void *arg),
	       void *arg);

/* A walk over the PTEs of one VMA that map a folio or hold an entry for it. */
struct page_vma_mapped_walk {
	struct folio *folio;
	struct vm_area_struct *vma;
	unsigned long address; /* of pte; at first the start */
	unsigned long end;     /* end of the walk */
	bool migration;	       /* find migration entries instead */
	pte_t *pte;	       /* NULL: not started, or finished */
	struct spinlock *ptl;
};

/* walk_of - walk all of @folio in @vma; @addr is the address of its first page
 * there, which may be outside the VMA */
struct page_vma_mapped_walk walk_of(struct folio *folio,
				    struct vm_area_struct *vma,
				    unsigned long addr);

/* Find the next PTE that maps a page of the folio, or holds an exclusive entry
 * for one.  If walk->migration, find the next migration entry instead.
 * Return: true with its table locked; false, nothing locked: there is none. */
bool page_vma_mapped_walk(struct page_vma_mapped_walk *walk);

/* End a walk before it returns false. */
void page_vma_mapped_walk_done(struct page_vma_mapped_walk *walk);

bool folio_make_device_exclusive(struct folio *folio, struct mm_struct *mm,
				 unsigned long address, const void *owner);

/* split_pmd.c */

/* split_huge_pmd - if @pmd maps a huge page, let 512 PTEs map it instead.
 * Never fails.  Context: mmap lock held; sleeps. */
void split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr);
/* split_huge_pmd_address - the same for a caller that came through the reverse
 * map and has notified of the range.  Context: the anon_vma is locked. */
void split_huge_pmd_address(struct vm_area_struct *vma, unsigned long addr);
/* As split_huge in struct fl_mm_ops. */
int do_split_huge(struct fl_mm *mm, unsigned long addr);

/* migrate.c */

/* try_to_migrate - replace each mapping of @folio by a migration entry
 * @event, @owner: to notify of.  Context: folio locked and referenced. */
void try_to_migrate(struct folio *folio, enum notifier_event event,
		    const void *owner);
/* remove_migration_ptes - replace each migration entry for a page of @src by a
 * mapping of the same page of @dst.  Context: both locked. */
void remove_migration_ptes(struct folio *src, struct folio *dst);

/* As in struct fl_actor_ops, and as migrate_vma in struct fl_hmm_ops. */
int folio_migrate(unsigned long pfn);
long migrate_range(struct fl_mm *mm, unsigned long start, unsigned long npages,
		   const void *owner);
int folio_split(unsigned long pfn);	    /* split.c */
extern const struct fl_actor_ops actor_ops; /* reclaim.c */

#endif /* FL_MODEL_RMAP_H */
