/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page.h - pages and folios
 *
 *  - pfn_to_page(), page_to_pfn(), folio_page()
 *  - folio_alloc(), folio_get(), _try_get(), _put()
 *  - folio_trylock(), _lock(), _lock_killable(), _wait_locked*(), _unlock()
 *
 * A page is one frame; a folio is 2^order frames that are allocated, locked and
 * counted as one.  What is said of the memory as a whole (who uses it, is it
 * locked) is in the folio; what is said of a mapping is in the page, for each may
 * be mapped by a PTE of its own.  The kernel lays both over one struct; here a
 * folio lies in the struct of its first page.
 *
 * The reference count has one for each PTE that maps a page of the folio or holds
 * a device-exclusive entry of it, one for a PMD that maps it whole, one for the
 * file it belongs to or for the swap cache, and those of whoever works on it.
 */
#ifndef FL_MODEL_PAGE_H
#define FL_MODEL_PAGE_H

#include "pte/pte.h"

struct anon_vma;
struct file;

#define FOLIO_LOCKED	0x1UL
#define FOLIO_DIRTY	0x2UL

struct folio {
	unsigned long flags;		/* FOLIO_*, atomic */
	int refcount;			/* atomic; 0: free */
	int mapcount;			/* atomic: PTEs and PMDs that map it */
	int entire_mapcount;		/* atomic: PMDs that map it whole */
	int pincount;			/* atomic: pins, each with a reference */
	unsigned int order;
	unsigned long swap;		/* slot in the swap file, 0: none (swapfile.h) */
	/* One of the two owns it; set before the folio is mapped. */
	struct anon_vma *anon_vma;	/* referenced */
	struct file *file;
	unsigned long index;		/* page number in that object */
	struct folio *next_in_file;	/* under the file's i_pages */
};

struct page {
	struct folio *folio;		/* that it is part of; never NULL */
	int mapcount;			/* atomic: PTEs that map this page */
	/* No other process maps it, so a write needs no copy.  Lost to fork; under
	 * the ptlock of the PTE that maps it. */
	bool anon_exclusive;
	struct folio head;		/* where it is the first of a folio */

	/* where the frame is a page table (table.h) */
	struct spinlock ptl;
	struct page *deposit;		/* list; under ptl */
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

static inline bool is_zero_pfn(unsigned long pfn)
{
	return pfn == model.zero_pfn;
}

/* page_init - a struct page for each frame, and the page of zeroes; at boot */
void page_init(void);

/* folio_alloc - Return: a folio with one reference, zero-filled, or NULL.
 * Context: sleeps. */
struct folio *folio_alloc(unsigned int order);

/* folio_get - one more reference, where the caller knows of another */
void folio_get(struct folio *folio);

/* folio_try_get - Return: whether a reference was taken: not of a free folio. */
bool folio_try_get(struct folio *folio);

/* folio_put - give up a reference; the last one frees */
void folio_put(struct folio *folio);

void folio_mark_dirty(struct folio *folio);

/* -- the folio lock (folio_lock.c); the caller has a reference -- */

bool folio_trylock(struct folio *folio);
void folio_lock(struct folio *folio);
/* Return: 0, or -EINTR on a fatal signal: not locked. */
int folio_lock_killable(struct folio *folio);
/* folio_wait_locked - until it was unlocked once; it may be locked again */
void folio_wait_locked(struct folio *folio);
void folio_wait_locked_killable(struct folio *folio);
void folio_unlock(struct folio *folio);
/* folio_wait_and_unlock - until it was unlocked once, for a caller without a
 * reference: @lock, which kept the folio alive, is unlocked when the wait has begun */
void folio_wait_and_unlock(struct folio *folio, struct spinlock *lock);

static inline bool folio_test_locked(struct folio *folio)
{
	return READ_ONCE(folio->flags) & FOLIO_LOCKED;
}

/* -- by the frame of any of its pages (by_frame.c), as struct fl_kernel has it -- */

/* Return: the folio, or NULL where the frame is no part of a live one. */
struct folio *folio_by_frame(unsigned long pfn);
int frame_folio_get(unsigned long pfn);
int frame_folio_put(unsigned long pfn);
int frame_folio_lock(unsigned long pfn);
int frame_folio_trylock(unsigned long pfn);
int frame_folio_unlock(unsigned long pfn);

#endif /* FL_MODEL_PAGE_H */
