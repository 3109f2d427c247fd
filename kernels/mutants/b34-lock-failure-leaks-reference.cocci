// SPDX-License-Identifier: GPL-2.0-only
// bug:      B34
// wrong:    A fault that does not get the folio lock leaks its reference.
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
- 	folio_put(folio);
 	return ...;
 }
 ...>
 }
