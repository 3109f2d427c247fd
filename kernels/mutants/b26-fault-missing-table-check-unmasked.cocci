// SPDX-License-Identifier: GPL-2.0-only
// bug:      B26
// wrong:    A fault does not expect that the page table is gone, and collapse does not wait for the fault.
// file:     mm/memory.c mm/khugepaged.c
// applies:  mm/memory.c has vmf->pte && pte_same\(
// applies:  mm/mmu_gather.c lacks CONFIG_PT_RECLAIM
// shown-by: race/huge_page_replaces_the_table_of_the_entry

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

@@
expression E;
@@
 collapse_huge_page(...)
 {
 <...
- vma_start_write(E);
 ...>
 }
