/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * huge_memory.c - the tree's mm/huge_memory.c, with an adapter for the shrinker
 * of the huge zero page
 *
 *  - fl_huge_zero_shrink()
 *
 * custom: the shrinker runs on request, not under memory pressure.
 * Hides: the retry of a failed allocation once the huge zero page is freed.
 */
#include "mm/huge_memory.c"
#include "../port.h"

#ifdef FL_HAVE_HUGE_ZERO_SCAN_FOLIO
#define shrink_huge_zero_page_scan shrink_huge_zero_folio_scan
#endif

void fl_huge_zero_shrink(void)
{
	struct shrink_control control = { .gfp_mask = GFP_KERNEL };

	shrink_huge_zero_page_scan(NULL, &control);
}
