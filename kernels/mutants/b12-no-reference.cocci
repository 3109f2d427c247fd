// SPDX-License-Identifier: GPL-2.0-only
// bug:      B12 7c7b962938dd
// wrong:    A fault waits for the lock of a folio that it has no reference to.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: zap_while_faulted_mirror

@@
expression folio;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- folio_try_get(folio)
+ true
 ...>
 }

@@
expression folio;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- folio_put(folio);
 ...>
 }
