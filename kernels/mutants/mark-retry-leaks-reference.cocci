// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking leaks its reference to the first folio when it retries.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: busy/zapped_page_is_not_marked

@@
expression folio;
@@
 make_device_exclusive(...)
 {
 <...
 folio_unlock(folio);
- folio_put(folio);
 goto retry;
 ...>
 }
