// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking that finds no present PTE does not end its walk, and leaves the table locked.
// file:     mm/rmap.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: large/refused_page_stays_mapped

@@
expression E;
@@
 page_make_device_exclusive_one(...)
 {
 <...
- page_vma_mapped_walk_done(E);
 ...>
 }
