/* SPDX-License-Identifier: GPL-2.0-only */
/* mark.c - a driver marks a range: fault its pages in, and mark each folio */
#include "fault/operations.h"
#include "rmap/rmap.h"

/* Return: true if the page is exclusive, with its folio still locked and
 * referenced; else false, with the lock and the reference from
 * get_user_pages() dropped. */
static bool make_exclusive_page(struct mm_struct *mm, struct page *page,
				unsigned long addr, const void *owner)
{
	struct folio *folio = page_folio(page);

	/* A tail page has no lock of its own.  If the range includes the head
	 * page, marking the head marks the whole folio.  A locked folio is
	 * skipped rather than waited for, since the caller may hold the locks
	 * of other folios. */
	if (page_is_tail(page) || !folio_trylock(folio))
		goto put;
	if (folio_make_device_exclusive(folio, mm, addr, owner))
		return true;
	folio_unlock(folio);
put:
	folio_put(folio);
	return false;
}

/*
 * make_device_exclusive_range - fault pages in for writing, and mark them
 * @pfns: for each page its frame, with the folio locked and referenced, or ~0UL
 *
 * Context: mmap lock held.  Return: how many pages it tried to mark; or, if the
 * first page could not be faulted in, -EFAULT, -ENOMEM, -EINTR.
 */
static long make_device_exclusive_range(struct fl_mm *m, unsigned long start,
					unsigned long npages, const void *owner,
					unsigned long *pfns)
{
	struct mm_struct *mm = mm_of(m);
	long n = get_user_pages(mm, start, npages, true, pfns), i;

	for (i = 0; i < n; i++, start += PAGE_SIZE)
		if (!make_exclusive_page(mm, pfn_to_page(pfns[i]), start,
					 owner))
			pfns[i] = ~0UL;
	return n;
}

const struct fl_hmm_ops hmm_ops = {
	.mark = make_device_exclusive_range,
	.range_fault = range_fault,   /* gup.c: it looks pages up */
	.migrate_vma = migrate_range, /* rmap/migrate.c: it moves them */
};
