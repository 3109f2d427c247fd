// SPDX-License-Identifier: GPL-2.0-only
// bug:      B17 f495bd7e0d9b
// wrong:    Marking drops the mapcount of the page, which a zap drops again.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: busy/marking_waits_for_the_folio_or_skips_the_page

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
