// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18c 65529295607f fixed
// wrong:    Reclaim skips an exclusive entry.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks softleaf_to_pfn
// shown-by: swap/partly_exclusive_lazyfree_folio_loses_nothing

@@
identifier pvmw;
symbol ret;
@@
 try_to_unmap_one(...)
 {
 ...
 while (page_vma_mapped_walk(&pvmw)) {
+ 	if (!pte_present(*pvmw.pte)) {
+ 		ret = false;
+ 		page_vma_mapped_walk_done(&pvmw);
+ 		break;
+ 	}
 	...
 }
 ...
 }
