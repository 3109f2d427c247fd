/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page.h - pages and folios
 *
 *  - pfn_to_page(), page_to_pfn(), folio_page()
 *  - folio_alloc(), folio_get(), _try_get(), _put()
 *  - folio_trylock(), _lock(), _lock_killable(), _wait_locked*(), _unlock()
 *
 * A page is one frame; a folio is 2^order frames that are allocated, locked and
 * counted as one.  The folio holds the state of the memory as a whole (its
 * references, its lock).  The page holds the state of its mappings, because a
 * PTE may map each page alone.  The kernel overlays both on one struct; here a
 * folio is part of the struct of its first page.
 *
 * The reference count includes one for each PTE that maps a page of the folio
 * or holds a device-exclusive entry for it, one for a PMD that maps the whole
 * folio, one for the file it belongs to or for the swap cache, and one for each
 * thread that is working on it.
 */
#ifndef FL_MODEL_PAGE_H
#define FL_MODEL_PAGE_H

#include "kernel.h"
#include "pte/pte.h"

struct anon_vma;
struct file;

#define FOLIO_LOCKED 0x1UL
#define FOLIO_DIRTY  0x2UL

struct folio {
	unsigned long flags; /* FOLIO_*, atomic */
	int refcount;	     /* atomic; 0: free */
	int mapcount;	     /* atomic: PTEs and PMDs that map it */
	int entire_mapcount; /* atomic: PMDs that map it whole */
	int pincount;	     /* atomic; each holds a reference */
	unsigned int order;
	unsigned long swap; /* swap slot, 0: none (swapfile.h) */
	/* The owner is one of the two; set before the folio is mapped. */
	struct anon_vma *anon_vma; /* referenced */
	struct file *file;
	unsigned long index;	    /* page number in that object */
	struct folio *next_in_file; /* under the file's i_pages */
};

struct page {
	struct folio *folio; /* that it belongs to; never NULL */
	int mapcount;	     /* atomic: PTEs that map this page */
	/* No other process maps the page, so a write needs no copy.  fork
	 * clears it; under the ptlock of the PTE that maps the page. */
	bool anon_exclusive;
	struct folio head; /* for the first page of a folio */

	/* used if the frame is a page table (table.h) */
	struct spinlock ptl;
	struct page *deposit; /* list; under ptl */
};

static inline struct page *pfn_to_page(unsigned long pfn)
{
	VM_BUG_ON(pfn >= fl_hw.nr_frames);
	return &model.mem_map[pfn];
}

static inline unsigned long page_to_pfn(const struct page *page)
{
	return page - model.mem_map;
}

static inline void *pfn_address(unsigned long pfn)
{
	return (void *)(fl_hw.direct_map + (pfn << FL_PAGE_SHIFT));
}

static inline struct folio *page_folio(struct page *page)
{
	return READ_ONCE(page->folio);
}

static inline struct page *folio_page(struct folio *folio, unsigned long i)
{
	return container_of(folio, struct page, head) + i;
}

static inline unsigned long folio_pfn(struct folio *folio)
{
	return page_to_pfn(folio_page(folio, 0));
}

static inline unsigned long folio_nr_pages(struct folio *folio)
{
	return 1UL << folio->order;
}

static inline bool folio_test_anon(struct folio *folio)
{
	return folio->anon_vma;
}

static inline bool page_is_tail(struct page *page)
{
	return page_folio(page) != &page->head;
}

/* page_init - set up a struct page for each frame, and the zero
 * page; at boot */
void page_init(void);

/* folio_alloc - Return: a zero-filled folio with one reference, or NULL.
 * Context: sleeps. */
struct folio *folio_alloc(unsigned int order);

/* folio_get - take a reference; the caller knows that another one exists */
void folio_get(struct folio *folio);

/* folio_try_get - Return: true with a reference; false if the folio is free. */
bool folio_try_get(struct folio *folio);

/* folio_put - drop a reference; the last one frees the folio */
void folio_put(struct folio *folio);

void folio_mark_dirty(struct folio *folio);

/* -- the folio lock (folio_lock.c); the caller holds a reference -- */

bool folio_trylock(struct folio *folio);
void folio_lock(struct folio *folio);
/* Return: 0; -EINTR, not locked, on a fatal signal. */
int folio_lock_killable(struct folio *folio);
/* folio_wait_locked - wait for one unlock; the folio may be locked
 * again after it */
void folio_wait_locked(struct folio *folio);
void folio_wait_locked_killable(struct folio *folio);
void folio_unlock(struct folio *folio);
/* folio_wait_and_unlock - wait for one unlock, without a reference to the folio
 * @lock kept the folio alive; the function unlocks it once it has
 * begun to wait. */
void folio_wait_and_unlock(struct folio *folio, struct spinlock *lock);

static inline bool folio_test_locked(struct folio *folio)
{
	return READ_ONCE(folio->flags) & FOLIO_LOCKED;
}

/* -- by the frame of any page (by_frame.c) -- */

/* Return: the folio; NULL if the frame is not part of a live one. */
struct folio *folio_by_frame(unsigned long pfn);
extern const struct fl_folio_ops folio_ops;

#endif /* FL_MODEL_PAGE_H */
