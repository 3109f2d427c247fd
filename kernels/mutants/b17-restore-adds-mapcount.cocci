// SPDX-License-Identifier: GPL-2.0-only
// bug:      B17 f495bd7e0d9b
// wrong:    A restore adds a mapcount that the entry already owns.
// file:     mm/memory.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: busy/marking_waits_for_the_folio_or_skips_the_page

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
