/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * split.c - a large folio becomes folios of one page
 *
 * As for a migration, nothing may map the folio meanwhile, and no other thread
 * may hold a reference: that reference covers all pages, but would be left with
 * one of them.  So a folio with a device-exclusive entry cannot be split.
 */
#include <errno.h>

#include "rmap/rmap.h"

/* Make @page a folio of its own, locked and with one reference.
 * Context: no other thread can reach the large folio. */
static void make_folio(struct page *page, const struct folio *large,
		       unsigned long i)
{
	struct folio *folio = &page->head;

	folio->refcount = 1;
	folio->index = large->index + i;
	folio->anon_vma = large->anon_vma;
	get_anon_vma(folio->anon_vma);
	folio->flags = (large->flags & FOLIO_DIRTY) | FOLIO_LOCKED;
	fl_hw_folio_locked(page_to_pfn(page));
	WRITE_ONCE(page->folio, folio);
}

/* Context: locked; the only reference is the caller's.  Return: 0, -EAGAIN. */
static int split(struct folio *folio)
{
	unsigned long n = folio_nr_pages(folio), i;
	struct page *first = folio_page(folio, 0);
	int ret = -EAGAIN;

	try_to_migrate(folio, MMU_NOTIFY_CLEAR, NULL);
	if (!folio_mapcount(folio) && READ_ONCE(folio->refcount) == 1) {
		for (i = 1; i < n; i++)
			make_folio(first + i, folio, i);
		folio->order = 0;
		for (i = 0; i < n; i++)
			fl_hw_frame_split(page_to_pfn(first + i), 0);
		ret = 0;
	}
	for (i = 0; i < (ret ? 1 : n); i++)
		remove_migration_ptes(page_folio(first + i),
				      page_folio(first + i));
	for (i = 1; i < n && !ret; i++) {
		folio_unlock(&first[i].head);
		folio_put(&first[i].head);
	}
	return ret;
}

int folio_split(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);
	int ret = -EINVAL;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	folio_lock(folio);
	if (folio->order)
		ret = split(folio);
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}
