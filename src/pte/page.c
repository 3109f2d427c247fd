/* SPDX-License-Identifier: GPL-2.0-only */
/* page.c - folios over the machine's frames, and their reference counts */
#include "pte/mm.h"
#include "pte/page.h"

/* A thread with a stale entry may find this page at any time, even when it is
 * free, so page->folio is always valid. */
static void reset(struct page *page)
{
	page->head = (struct folio){ 0 };
	page->mapcount = 0;
	page->anon_exclusive = false;
	page->ptl = (struct spinlock){ 0 };
	page->deposit = NULL;
	WRITE_ONCE(page->folio, &page->head);
}

void page_init(void)
{
	unsigned long pfn;

	model.mem_map = fl_hw_boot_alloc(fl_hw.nr_frames * sizeof(struct page),
					 64);
	for (pfn = 0; pfn < fl_hw.nr_frames; pfn++)
		reset(&model.mem_map[pfn]);
	model.zero_pfn = fl_hw_frame_alloc(0, FL_ALLOC_ZERO | FL_ALLOC_NOFAIL);
	pfn_to_page(model.zero_pfn)->head.refcount = 1;
	spin_lock_init(&model.folio_wait_lock, "folio_wait");
}

struct folio *folio_alloc(unsigned int order)
{
	unsigned long pfn = fl_hw_frame_alloc(order,
					      FL_ALLOC_ZERO | FL_ALLOC_SLEEP);
	struct folio *folio;
	unsigned long i;

	if (pfn == FL_NO_FRAME)
		return NULL;
	folio = &pfn_to_page(pfn)->head;
	VM_BUG_ON(folio->refcount);
	folio->order = order;
	for (i = 0; i < folio_nr_pages(folio); i++)
		WRITE_ONCE(folio_page(folio, i)->folio, folio);
	WRITE_ONCE(folio->refcount, 1);
	return folio;
}

/* Context: other threads can reach it only by a stale entry and
 * folio_try_get(). */
static void folio_free(struct folio *folio)
{
	unsigned long pfn = folio_pfn(folio), n = folio_nr_pages(folio), i;
	unsigned int order = folio->order;

	VM_BUG_ON(folio->mapcount);
	VM_BUG_ON(folio->flags & FOLIO_LOCKED);
	VM_BUG_ON(folio->swap);
	if (folio->anon_vma)
		put_anon_vma(folio->anon_vma);
	for (i = 0; i < n; i++) {
		VM_BUG_ON(pfn_to_page(pfn + i)->mapcount);
		reset(pfn_to_page(pfn + i));
	}
	fl_hw_frame_free(pfn, order);
}

void folio_get(struct folio *folio)
{
	int now = atomic_add_return(&folio->refcount, 1);

	VM_BUG_ON(now <= 1);
}

/*
 * For a folio that the caller found without a lock that keeps it alive.  A
 * count of 0 must not be raised: another thread is freeing the frame.
 */
bool folio_try_get(struct folio *folio)
{
	return atomic_inc_not_zero(&folio->refcount);
}

void folio_put(struct folio *folio)
{
	int left = atomic_add_return(&folio->refcount, -1);

	VM_BUG_ON(left < 0);
	if (!left)
		folio_free(folio);
}

void folio_mark_dirty(struct folio *folio)
{
	fetch_or(&folio->flags, FOLIO_DIRTY);
}
