/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mark.c - marking for drivers, and the lock and reference count of a folio
 *
 *  - fl_mark_range(), fl_mark_folio_*(), fl_folio_of()
 */
#include <linux/pagemap.h>
#include "port.h"

#ifdef FL_HAVE_MARK_ONE
/* Only one page is marked: the next page may belong to the same folio, which is
 * locked by then. */
long fl_mark_range(struct fl_mm *mm, unsigned long start, unsigned long npages,
		   const void *owner, unsigned long *pfns)
{
	struct folio *folio;
	struct page *page = make_device_exclusive(mm_of(mm), start,
						  (void *)owner, &folio);

	if (IS_ERR(page))
		return PTR_ERR(page);
	*pfns = page_to_pfn(page);
	return 1;
}
#else
long fl_mark_range(struct fl_mm *mm, unsigned long start, unsigned long npages,
		   const void *owner, unsigned long *pfns)
{
	struct page **pages = (struct page **)pfns;
	long ret, i;

	BUILD_BUG_ON(sizeof(*pages) != sizeof(*pfns));
	ret = make_device_exclusive_range(mm_of(mm), start,
					  start + npages * PAGE_SIZE, pages,
					  (void *)owner);
	for (i = 0; i < ret; i++)
		pfns[i] = pages[i] ? page_to_pfn(pages[i]) : ~0UL;
	return ret;
}
#endif

struct folio *fl_folio_of(unsigned long pfn)
{
	if (!fl_hw_frame_allocated(pfn) || !page_count(compound_head(
						pfn_to_page(pfn))))
		return NULL;
	return page_folio(pfn_to_page(pfn));
}

int fl_mark_folio_get(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	return folio && folio_try_get(folio) ? 0 : -EINVAL;
}

int fl_mark_folio_put(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	folio_put(folio);
	return 0;
}

int fl_mark_folio_lock(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	folio_lock(folio);
	return 0;
}

int fl_mark_folio_trylock(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	return folio_trylock(folio) ? 0 : -EBUSY;
}

int fl_mark_folio_unlock(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	folio_unlock(folio);
	return 0;
}
