/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folio.c - the lock and reference count of a folio, by a frame number
 *
 *  - fl_folio_of(), fl_pfn_*()
 */
#include <linux/pagemap.h>
#include "port.h"

struct folio *fl_folio_of(unsigned long pfn)
{
	if (!fl_hw_frame_allocated(pfn) ||
	    !page_count(compound_head(pfn_to_page(pfn))))
		return NULL;
	return page_folio(pfn_to_page(pfn));
}

static int fl_pfn_get(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	return folio && folio_try_get(folio) ? 0 : -EINVAL;
}

static int fl_pfn_put(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	folio_put(folio);
	return 0;
}

static int fl_pfn_lock(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	folio_lock(folio);
	return 0;
}

static int fl_pfn_trylock(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	return folio_trylock(folio) ? 0 : -EBUSY;
}

static int fl_pfn_unlock(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio)
		return -EINVAL;
	folio_unlock(folio);
	return 0;
}

const struct fl_folio_ops fl_folio_ops = {
	.get = fl_pfn_get,
	.put = fl_pfn_put,
	.lock = fl_pfn_lock,
	.trylock = fl_pfn_trylock,
	.unlock = fl_pfn_unlock,
};
