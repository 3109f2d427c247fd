/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * actor.c - what a kernel does to a folio of its own accord
 *
 *  - fl_actor_migrate()  as compaction does: to another frame
 *  - fl_actor_reclaim()  as kswapd does: to the swap file
 *  - fl_actor_split()    as for memory that is short: a large folio to small
 *  ones
 *  - fl_actor_shrink()   the swap cache's own
 *
 * custom: the caller names the folio.  Hides: the scan that would have found
 * it.
 */
#include <linux/migrate.h>
#include <linux/swap.h>
#include <linux/huge_mm.h>
#include <linux/pagemap.h>
#include "port.h"
#include "mm/internal.h"

#ifdef FL_HAVE_ISOLATE_INT
#define isolate_lru(folio)	(!folio_isolate_lru(folio))
#else
#define isolate_lru(folio)	folio_isolate_lru(folio)
#endif

/* Return: 0, the folio on @list with a reference; -EINVAL: no live page;
 * -EBUSY: it is on no list of pages that may be moved. */
static int isolate(unsigned long pfn, struct list_head *list)
{
	struct folio *folio = fl_folio_of(pfn);
	int ret = 0;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	if (isolate_lru(folio))
		list_add_tail(&folio->lru, list);
	else
		ret = -EBUSY;
	folio_put(folio);
	return ret;
}

int fl_actor_migrate(unsigned long pfn)
{
	struct migration_target_control target = {
		.gfp_mask = GFP_HIGHUSER_MOVABLE,
	};
	LIST_HEAD(list);
	int ret = isolate(pfn, &list);

	if (ret)
		return ret;
	ret = migrate_pages(&list, alloc_migration_target, NULL,
			    (unsigned long)&target, MIGRATE_SYNC,
			    MR_COMPACTION, NULL);
	if (ret)
		putback_movable_pages(&list);
	return ret > 0 ? -EAGAIN : ret;
}

/* One pass may find the page used a short time ago, the next write it and leave
 * it in the swap cache, and the third free it, as when the scan comes by
 * again. */
int fl_actor_reclaim(unsigned long pfn)
{
	int pass, ret;

	for (pass = 0; pass < 3; pass++) {
		LIST_HEAD(list);

		ret = isolate(pfn, &list);
		if (ret)
			return ret;
		if (reclaim_pages(&list))
			return 0;
	}
	return -EBUSY;
}

int fl_actor_split(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);
	int ret = -EINVAL;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	folio_lock(folio);
	if (folio_test_large(folio))
		ret = split_folio(folio);
	/* Now the first of many; its lock and reference are the caller's
	 * still. */
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}

/* Has nothing but the swap cache a reference? */
static bool only_cached(struct folio *folio)
{
	return folio && folio_test_swapcache(folio) && !folio_mapped(folio) &&
	       folio_ref_count(folio) == folio_nr_pages(folio);
}

void fl_actor_shrink(void)
{
	unsigned long pfn;

	for (pfn = 1; pfn < fl_hw.nr_frames; pfn++) {
		struct folio *folio = fl_folio_of(pfn);

		if (!only_cached(folio) || !folio_try_get(folio))
			continue;
		if (folio_trylock(folio)) {
			folio_free_swap(folio);
			folio_unlock(folio);
		}
		folio_put(folio);
	}
}
