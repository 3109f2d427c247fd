// SPDX-License-Identifier: GPL-2.0-only
// bug:      B26
// wrong:    A fault does not expect that the page table is gone.
// file:     mm/memory.c
// applies:  mm/memory.c has vmf->pte && pte_same\(
// shown-by: table_zapped_while_faulted_mirror
// masked:   Until 6.13 a page table is freed only with its VMA, or when its pages are collapsed to a huge page.  Both hold for writing the lock that a fault holds for reading.  b26-fault-missing-table-check-unmasked removes the lock of collapse.

@@
expression vmf, E;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- vmf->pte && E
+ E
 ...>
 }

@@
expression vmf;
statement S;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- if (vmf->pte)
  S
 ...>
 }
