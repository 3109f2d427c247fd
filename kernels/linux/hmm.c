/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hmm.c - functions for drivers: mark pages, look them up, and migrate them
 *
 *  - fl_hmm_mark()         make_device_exclusive() or its older form
 *  - fl_hmm_range_fault()  hmm_range_fault()
 *  - fl_hmm_migrate_vma()  migrate_vma_setup() and what follows it
 */
#include <linux/hmm.h>
#include <linux/migrate.h>
#include <linux/highmem.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include "port.h"

#define MAX_PAGES 64

#ifdef FL_HAVE_MARK_ONE
/* Only one page is marked: the next page may belong to the same folio, which is
 * locked by then. */
static long fl_hmm_mark(struct fl_mm *mm, unsigned long start,
			unsigned long npages, const void *owner,
			unsigned long *pfns)
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
static long fl_hmm_mark(struct fl_mm *mm, unsigned long start,
			unsigned long npages, const void *owner,
			unsigned long *pfns)
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

static int fl_hmm_range_fault(struct fl_mm *mm, struct fl_listener *listener,
			      unsigned long seq, unsigned long start,
			      unsigned long npages, unsigned long *pfns)
{
	struct hmm_range range = {
		.notifier = fl_notify_interval(listener),
		.notifier_seq = seq,
		.start = start,
		.end = start + npages * PAGE_SIZE,
		.hmm_pfns = pfns,
		.default_flags = HMM_PFN_REQ_FAULT,
	};
	unsigned long i;
	int ret;

	memset(pfns, 0, npages * sizeof(*pfns));
	mmap_read_lock(fl_use_mm(mm));
	ret = hmm_range_fault(&range);
	mmap_read_unlock(mm_of(mm));
	for (i = 0; i < npages && !ret; i++)
		pfns[i] = page_to_pfn(hmm_pfn_to_page(pfns[i]));
	return ret;
}

/* Allocate a destination for each page that may move, and copy its contents.
 * Skip a page if the allocation fails. */
static void fill_destinations(struct migrate_vma *args)
{
	unsigned long i;

	for (i = 0; i < args->npages; i++) {
		struct page *from = migrate_pfn_to_page(args->src[i]), *to;

		if (!from || !(args->src[i] & MIGRATE_PFN_MIGRATE))
			continue;
		to = alloc_page(GFP_HIGHUSER_MOVABLE);
		if (!to)
			continue;
		lock_page(to);
		copy_highpage(to, from);
		args->dst[i] = migrate_pfn(page_to_pfn(to));
	}
}

/* Context: mmap lock held.  Return: pages that moved, or -errno. */
static long migrate(struct vm_area_struct *vma, unsigned long start,
		    unsigned long end, const void *owner)
{
	unsigned long src[MAX_PAGES] = { 0 }, dst[MAX_PAGES] = { 0 };
	struct migrate_vma args = {
		.vma = vma,
		.src = src,
		.dst = dst,
		.start = start,
		.end = end,
		.pgmap_owner = (void *)owner,
		.flags = MIGRATE_VMA_SELECT_SYSTEM,
	};
	unsigned long i;
	long moved = 0;
	int ret = migrate_vma_setup(&args);

	if (ret)
		return ret;
	fill_destinations(&args);
	migrate_vma_pages(&args);
	for (i = 0; i < args.npages; i++)
		moved += !!(src[i] & MIGRATE_PFN_MIGRATE) && dst[i];
	migrate_vma_finalize(&args);
	return moved;
}

static long fl_hmm_migrate_vma(struct fl_mm *m, unsigned long start,
			       unsigned long npages, const void *owner)
{
	unsigned long end = start + npages * PAGE_SIZE;
	struct mm_struct *mm = fl_use_mm(m);
	struct vm_area_struct *vma;
	long ret = -EINVAL;

	if (npages > MAX_PAGES)
		return -EINVAL;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, start);
	if (vma && end <= vma->vm_end)
		ret = migrate(vma, start, end, owner);
	mmap_read_unlock(mm);
	return ret;
}

const struct fl_hmm_ops fl_hmm_ops = {
	.mark = fl_hmm_mark,
	.range_fault = fl_hmm_range_fault,
	.migrate_vma = fl_hmm_migrate_vma,
};
