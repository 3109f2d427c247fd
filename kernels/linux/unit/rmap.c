/* SPDX-License-Identifier: GPL-2.0-only */
/* rmap.c - the tree's mm/rmap.c, and adapters for marking one page, for ending
 * a migration, and for write-protecting a file page before writeback */
#include "mm/rmap.c"
#include "../port.h"

#ifdef FL_HAVE_MARK_ONE
/* The tree looks the page up itself.  The adapter can only check that @pfn is
 * mapped at @addr. */
static int fl_unit_mark(struct fl_mm *m, unsigned long addr, unsigned long pfn,
			const void *owner)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct folio *folio;
	struct fl_pte pte;
	struct page *page;

	if (!fl_folio_of(pfn))
		return -EINVAL;
	fl_view_pte(m, addr, &pte);
	if (!pte.present || pte.pfn != pfn)
		return -EOPNOTSUPP;
	mmap_read_lock(mm);
	page = make_device_exclusive(mm, addr, (void *)owner, &folio);
	mmap_read_unlock(mm);
	if (IS_ERR(page))
		return PTR_ERR(page);
	folio_unlock(folio);
	folio_put(folio);
	return 1;
}
#else
static int fl_unit_mark(struct fl_mm *m, unsigned long addr, unsigned long pfn,
			const void *owner)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct folio *folio = fl_folio_of(pfn);
	int ret;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	if (!folio_trylock(folio)) {
		folio_put(folio);
		return -EBUSY;
	}
	mmap_read_lock(mm);
#ifdef FL_HAVE_FOLIO_MARK
	ret = folio_make_device_exclusive(folio, mm, addr, (void *)owner);
#else
	ret = page_make_device_exclusive(pfn_to_page(pfn), mm, addr,
					 (void *)owner);
#endif
	mmap_read_unlock(mm);
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}
#endif

static int fl_unit_remove_migration(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	folio_lock(folio);
	remove_migration_ptes(folio, folio, 0);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

static int fl_unit_mkclean(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);
	int ret;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	folio_lock(folio);
	ret = folio_mkclean(folio);
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}

const struct fl_rmap_ops fl_rmap_ops = {
	.make_device_exclusive = fl_unit_mark,
	.remove_migration_ptes = fl_unit_remove_migration,
	.folio_mkclean = fl_unit_mkclean,
};
