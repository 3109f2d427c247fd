/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup.c - pin pages for hardware that uses physical addresses, such as RDMA
 *
 *  - fl_pin(), fl_unpin()  pin_user_pages(), unpin_user_page()
 */
#include "port.h"

#ifdef FL_HAVE_GUP_VMAS
#define pin_page(addr, page) pin_user_pages(addr, 1, FOLL_WRITE, page, NULL)
#else
#define pin_page(addr, page) pin_user_pages(addr, 1, FOLL_WRITE, page)
#endif

static int fl_pin(struct fl_mm *m, unsigned long addr, unsigned long *pfn)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct page *page;
	long ret;

	mmap_read_lock(mm);
	ret = pin_page(addr, &page);
	mmap_read_unlock(mm);
	if (ret < 0)
		return ret;
	*pfn = page_to_pfn(page);
	return 0;
}

static int fl_unpin(unsigned long pfn)
{
	struct folio *folio = fl_folio_of(pfn);

	if (!folio || !folio_maybe_dma_pinned(folio))
		return -EINVAL;
	unpin_user_page(pfn_to_page(pfn));
	return 0;
}

const struct fl_gup_ops fl_gup_ops = {
	.pin = fl_pin,
	.unpin = fl_unpin,
};
