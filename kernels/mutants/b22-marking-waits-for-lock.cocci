// SPDX-License-Identifier: GPL-2.0-only
// bug:      B22 b8932ca8b924 fixed
// wrong:    Marking waits for the folio lock.
// file:     mm/rmap.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: busy/marking_waits_for_the_folio_or_skips_the_page

@@
expression folio;
@@
 make_device_exclusive_range(...)
 {
 <...
- folio_trylock(folio)
+ (folio_lock(folio), true)
 ...>
 }
