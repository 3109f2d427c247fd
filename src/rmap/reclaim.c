/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reclaim.c - move an anonymous page to the swap file and free its frame
 *
 *   1. lock the folio unless it is locked; get a slot, in the swap cache
 *   2. each mapping becomes an entry that names the slot
 *   3. write the page
 *   4. leave the swap cache if no other thread has a reference; else the folio
 *      stays there, and the next fault finds it
 *
 * A device-exclusive entry is not a mapping and keeps its reference, so the
 * folio stays at step 4: what a device has exclusively is not reclaimed.
 *
 * Source: Linux 6.12, mm/vmscan.c and mm/rmap.c.
 */
#include <errno.h>

#include "pte/swap.h"
#include "pte/swapfile.h"
#include "pte/tlb.h"
#include "rmap/rmap.h"

/* Context: table locked, inside the notifiers' range. */
static void unmap_pte(struct page_vma_mapped_walk *walk)
{
	struct mm_struct *mm = walk->vma->mm;
	pte_t pte = ptep_clear_flush(mm, walk->address, walk->pte);
	struct page *page = pfn_to_page(pte_pfn(pte));
	pte_t entry = make_entry(SWP_FILE, walk->folio->swap);

	if (pte_dirty(pte))
		folio_mark_dirty(walk->folio);
	if (page->anon_exclusive)
		entry = pte_swp_mkanon_exclusive(entry);
	page->anon_exclusive = false;
	swap_duplicate(walk->folio->swap);
	add_mm_counter(mm, MM_ANONPAGES, -1);
	add_mm_counter(mm, MM_SWAPENTS, 1);
	set_pte(walk->pte, pte_swp_marks_of(entry, pte));
	folio_remove_rmap_pte(walk->folio, page);
	folio_put(walk->folio);
}

static bool unmap_one(struct folio *folio, struct vm_area_struct *vma,
		      unsigned long addr, void *arg)
{
	struct page_vma_mapped_walk walk = walk_of(folio, vma, addr);
	struct notifier_range range = {
		.mm = vma->mm,
		.event = MMU_NOTIFY_CLEAR,
		.start = walk.address,
		.end = walk.end,
	};

	(void)arg;
	notifier_start(&range);
	while (page_vma_mapped_walk(&walk))
		if (pte_present(ptep_get(walk.pte)))
			unmap_pte(&walk);
	notifier_end(&range);
	return folio_mapcount(folio);
}

/* Return: whether only the caller's reference is left.  Context: locked. */
static bool reclaim(struct folio *folio)
{
	if (READ_ONCE(folio->pincount))
		return false;
	if (!folio->swap) {
		if (!swap_alloc(folio))
			return false;
		folio_mark_dirty(folio);
	}
	if (folio_mapcount(folio))
		rmap_walk(folio, unmap_one, NULL);
	if (folio_mapcount(folio) || READ_ONCE(folio->refcount) != 2)
		return false;
	if (READ_ONCE(folio->flags) & FOLIO_DIRTY)
		swap_write(folio);
	return swap_cache_del(folio);
}

static int folio_reclaim(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);
	int ret = -EBUSY;

	if (folio && folio->order)
		folio_split(pfn);
	folio = folio_by_frame(pfn);
	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	if (folio_test_anon(folio) && !folio->order && folio_trylock(folio)) {
		if (reclaim(folio))
			ret = 0;
		folio_unlock(folio);
	}
	folio_put(folio);
	return ret;
}

const struct fl_actor_ops actor_ops = {
	.migrate_folio = folio_migrate, /* migrate.c */
	.reclaim_folio = folio_reclaim,
	.split_folio = folio_split,	  /* split.c */
	.shrink_swap_cache = swap_shrink, /* pte/swapfile.c */
};
