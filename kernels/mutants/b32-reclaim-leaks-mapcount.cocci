// SPDX-License-Identifier: GPL-2.0-only
// bug:      B32 f495bd7e0d9b
// wrong:    Reclaim unmaps an exclusive entry, but does not drop its mapcount.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: swap/exclusive_page_is_swapped_out_or_stays swap_large/partly_exclusive_folio_in_the_swap_cache

@@
expression folio, page, vma, nr;
symbol pteval;
@@
 try_to_unmap_one(...)
 {
 <...
- folio_remove_rmap_ptes(folio, page, nr, vma);
+ if (pte_present(pteval))
+ 	folio_remove_rmap_ptes(folio, page, nr, vma);
 ...>
 }
