// SPDX-License-Identifier: GPL-2.0-only
// bug:      B26
// wrong:    A fault does not expect that the page table is gone, and collapse does not wait for the fault.
// file:     mm/memory.c mm/khugepaged.c
// applies:  mm/memory.c has vmf->pte && pte_same\(
// applies:  mm/mmu_gather.c lacks CONFIG_PT_RECLAIM
// shown-by: race/a_huge_page_comes_where_the_entry_was

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
