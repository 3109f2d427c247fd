// SPDX-License-Identifier: GPL-2.0-only
// bug:      B32 f495bd7e0d9b fixed
// wrong:    Reclaim drops no mapcount for an exclusive entry, which owns none.
// file:     mm/rmap.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// applies:  mm/rmap.c has softleaf_to_pfn|pfn_swap_entry
// shown-by: swap_large/partly_exclusive_folio_in_the_swap_cache large_reclaimed_again

@@
expression folio, page, vma;
symbol pteval;
@@
 try_to_unmap_one(...)
 {
 <...
- folio_remove_rmap_pte(folio, page, vma);
+ if (pte_present(pteval))
+ 	folio_remove_rmap_pte(folio, page, vma);
 ...>
 }
