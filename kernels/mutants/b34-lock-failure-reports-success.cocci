// SPDX-License-Identifier: GPL-2.0-only
// bug:      B34
// wrong:    A fault that does not get the folio lock, and may have dropped the mmap lock, reports success.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: two_cpus_fault

@@
expression folio;
@@
 remove_device_exclusive_entry(...)
 {
 <...
 if (...) {
 	folio_put(folio);
- 	return ...;
+ 	return 0;
 }
 ...>
 }
