// SPDX-License-Identifier: GPL-2.0-only
// bug:      B26
// wrong:    A fault does not expect that the page table is gone.
// file:     mm/memory.c
// applies:  mm/memory.c has vmf->pte && pte_same\(
// shown-by: unmap_while_faulted
// masked:   A page table goes when its VMA does, or huge pages are collapsed: both under the lock for writing that a fault has for reading.

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
