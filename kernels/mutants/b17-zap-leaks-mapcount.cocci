// SPDX-License-Identifier: GPL-2.0-only
// bug:      B17 f495bd7e0d9b
// wrong:    A zap of an exclusive entry does not drop the mapcount that the entry owned.
// file:     mm/memory.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: api/units

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
