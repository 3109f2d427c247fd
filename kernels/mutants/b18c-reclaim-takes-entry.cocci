// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18c 65529295607f
// wrong:    Reclaim treats an exclusive entry as a present one.
// file:     mm/rmap.c
// applies:  mm/rmap.c has softleaf_to_pfn|pfn_swap_entry
// shown-by: swap/a_partly_exclusive_folio_that_may_be_dropped swap/a_page_that_a_device_has

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
