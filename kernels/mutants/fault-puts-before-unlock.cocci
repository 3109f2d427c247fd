// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault drops its reference before it unlocks the folio.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: zap_while_faulted_mirror

@@
expression folio;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- folio_unlock(folio);
 folio_put(folio);
+ folio_unlock(folio);
 ...>
 }
