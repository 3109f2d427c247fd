// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Copying a shared page does not flush the TLB entry of the old page.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: stale_tlb_copied

@@
expression vma, addr, ptep;
@@
 wp_page_copy(...)
 {
 <...
(
- ptep_clear_flush(vma, addr, ptep);
+ ptep_get_and_clear(vma->vm_mm, addr, ptep);
|
- ptep_clear_flush_notify(vma, addr, ptep);
+ ptep_get_and_clear(vma->vm_mm, addr, ptep);
)
 ...>
 }
