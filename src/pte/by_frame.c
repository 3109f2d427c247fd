/* SPDX-License-Identifier: GPL-2.0-only */
/* by_frame.c - a folio's lock and count, by a frame number */
#include <errno.h>

#include "pte/page.h"

struct folio *folio_by_frame(unsigned long pfn)
{
	struct folio *folio;

	if (!fl_hw_frame_allocated(pfn))
		return NULL;
	folio = page_folio(pfn_to_page(pfn));
	return READ_ONCE(folio->refcount) ? folio : NULL;
}

static int frame_folio_get(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);

	return folio && folio_try_get(folio) ? 0 : -EINVAL;
}

static int frame_folio_put(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);

	if (!folio)
		return -EINVAL;
	folio_put(folio);
	return 0;
}

static int frame_folio_lock(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);

	if (!folio)
		return -EINVAL;
	folio_lock(folio);
	return 0;
}

static int frame_folio_trylock(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);

	if (!folio)
		return -EINVAL;
	return folio_trylock(folio) ? 0 : -EBUSY;
}

static int frame_folio_unlock(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);

	if (!folio)
		return -EINVAL;
	folio_unlock(folio);
	return 0;
}

const struct fl_folio_ops folio_ops = {
	.get = frame_folio_get,
	.put = frame_folio_put,
	.lock = frame_folio_lock,
	.trylock = frame_folio_trylock,
	.unlock = frame_folio_unlock,
};
