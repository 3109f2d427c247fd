// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault does not lock the folio.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: load_while_marked_mirror

@@
expression folio;
@@
 remove_device_exclusive_entry(...)
 {
 <...
(
- !folio_lock_or_retry(...)
+ false
|
- folio_lock_or_retry(...)
+ 0
)
 ...>
 }

@@
expression folio;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- folio_unlock(folio);
 ...>
 }
