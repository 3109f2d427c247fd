// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking keeps the first folio locked when it retries.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: zap_before_programmed_seq

@@
expression folio;
@@
 make_device_exclusive(...)
 {
 <...
- folio_unlock(folio);
 folio_put(folio);
 goto retry;
 ...>
 }
