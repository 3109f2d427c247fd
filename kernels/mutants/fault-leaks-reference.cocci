// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault that succeeds leaks its reference.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: two_cpus_fault

@@
expression folio;
@@
 remove_device_exclusive_entry(...)
 {
 <...
 folio_unlock(folio);
- folio_put(folio);
 ...>
 }
