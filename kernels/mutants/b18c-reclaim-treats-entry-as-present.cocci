// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18c 65529295607f
// wrong:    Reclaim treats an exclusive entry as a present one.
// file:     mm/rmap.c
// applies:  mm/rmap.c has softleaf_to_pfn|pfn_swap_entry
// shown-by: swap/partly_exclusive_lazyfree_folio_loses_nothing swap/exclusive_page_is_swapped_out_or_stays

@@
expression pteval;
@@
 try_to_unmap_one(...)
 {
 <...
- pte_present(pteval)
+ true
 ...>
 }
