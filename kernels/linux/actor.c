/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * actor.c - operations on folios that a kernel performs of its own accord
 *
 *  - fl_actor_migrate()  move a folio to another frame, as compaction does
 *  - fl_actor_reclaim()  swap a folio out, as kswapd does
 *  - fl_actor_split()    split a large folio, as under memory pressure
 *  - fl_actor_shrink()   free folios that only the swap cache uses
 *
 * custom: the caller names the folio.  Hides: the scan that would find it.
 */
#include <linux/migrate.h>
#include <linux/swap.h>
#include <linux/huge_mm.h>
#include <linux/pagemap.h>
#include "port.h"
#include "mm/internal.h"

#ifdef FL_HAVE_ISOLATE_INT
#define isolate_lru(folio) (!folio_isolate_lru(folio))
#else
#define isolate_lru(folio) folio_isolate_lru(folio)
#endif

/* Return: 0: the folio is on @list, with a reference; -EINVAL: no live page;
 * -EBUSY: the folio is not on an LRU list. */
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

static int fl_actor_migrate(unsigned long pfn)
{
	struct migration_target_control target = {
		.gfp_mask = GFP_HIGHUSER_MOVABLE,
	};
	LIST_HEAD(list);
	int ret = isolate(pfn, &list);

	if (ret)
		return ret;
	ret = migrate_pages(&list, alloc_migration_target, NULL,
			    (unsigned long)&target, MIGRATE_SYNC, MR_COMPACTION,
			    NULL);
	if (ret)
		putback_movable_pages(&list);
	return ret > 0 ? -EAGAIN : ret;
}

/* Three passes, like repeated scans: the first may find the page recently used,
 * the second write it and leave it in the swap cache, and the third free it. */
static int fl_actor_reclaim(unsigned long pfn)
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

static int fl_actor_split(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);
	int ret = -EINVAL;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	folio_lock(folio);
	if (folio_test_large(folio))
		ret = split_folio(folio);
	/* Now the first of the parts: still locked and referenced here. */
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}

/* Does only the swap cache hold references? */
static bool only_cached(struct folio *folio)
{
	return folio && folio_test_swapcache(folio) && !folio_mapped(folio) &&
	       folio_ref_count(folio) == folio_nr_pages(folio);
}

static void fl_actor_shrink(void)
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

const struct fl_actor_ops fl_actor_ops = {
	.migrate_folio = fl_actor_migrate,
	.reclaim_folio = fl_actor_reclaim,
	.split_folio = fl_actor_split,
	.shrink_swap_cache = fl_actor_shrink,
	/* unit/huge_memory.c: it calls a static function of that file */
	.shrink_huge_zero = fl_huge_zero_shrink,
};
