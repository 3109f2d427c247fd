// SPDX-License-Identifier: GPL-2.0-only
// bug:      B32 f495bd7e0d9b
// wrong:    An exclusive entry owns no mapcount, but reclaim drops one for it.
// file:     mm/rmap.c mm/memory.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: swap_large/partly_exclusive_folio_in_the_swap_cache large_reclaimed_again

@@
expression mm, addr, E;
symbol fw, folio, page, vma;
@@
 make_device_exclusive(...)
 {
 ...
 set_pte_at(mm, addr, fw.ptep, E);
+ folio_remove_rmap_pte(folio, page, vma);
 ...
 }

@@
expression mm, addr, ptep, pte;
symbol folio, page, vma;
@@
 restore_exclusive_pte(...)
 {
 ...
+ folio_add_anon_rmap_pte(folio, page, vma, addr, RMAP_NONE);
 set_pte_at(mm, addr, ptep, pte);
 ...
 }

@@
expression folio, page, vma;
symbol entry;
@@
 zap_nonpresent_ptes(...)
 {
 <...
- folio_remove_rmap_pte(folio, page, vma);
+ if (softleaf_is_device_private(entry))
+ 	folio_remove_rmap_pte(folio, page, vma);
 ...>
 }
