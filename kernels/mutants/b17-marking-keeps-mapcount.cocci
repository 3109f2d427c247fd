// SPDX-License-Identifier: GPL-2.0-only
// bug:      B17 f495bd7e0d9b fixed
// wrong:    Marking leaves the mapcount to the entry, which no other code expects.
// file:     mm/rmap.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: api/units

@@
@@
 page_make_device_exclusive_one(...)
 {
 <...
(
- folio_remove_rmap_pte(...);
|
- page_remove_rmap(...);
)
 ...>
 }
