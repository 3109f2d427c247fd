// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault takes its reference after it has locked the folio, not before.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: zap_while_faulted_mirror

@@
expression folio;
statement S;
@@
 remove_device_exclusive_entry(...)
 {
 ...
- if (!folio_try_get(folio)) S
 ...
 if (...) {
- 	folio_put(folio);
 	return ...;
 }
+ folio_get(folio);
 ...
 }
