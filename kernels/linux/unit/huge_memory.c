/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * huge_memory.c - the tree's mm/huge_memory.c, and its shrinker of the huge
 * zero page
 *
 *  - fl_huge_zero_shrink()
 *
 * custom: memory pressure comes when a caller asks for it, not from the
 * allocator.
 * Hides: that an allocation which fails is tried again without the huge zero
 * page.
 */
#include "mm/huge_memory.c"
#include "../port.h"

#ifdef FL_HAVE_HUGE_ZERO_SCAN_FOLIO
#define shrink_huge_zero_page_scan	shrink_huge_zero_folio_scan
#endif

void fl_huge_zero_shrink(void)
{
	struct shrink_control control = { .gfp_mask = GFP_KERNEL };

	shrink_huge_zero_page_scan(NULL, &control);
}
