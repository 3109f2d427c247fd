// SPDX-License-Identifier: GPL-2.0-only
// bug:      B22 b8932ca8b924
// wrong:    Marking fails if the folio is locked.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: busy/marking_waits_for_the_folio_or_skips_the_page

@@
expression ret, folio;
@@
 make_device_exclusive(...)
 {
 <...
- ret = folio_lock_killable(folio);
+ ret = folio_trylock(folio) ? 0 : -EBUSY;
 ...>
 }
