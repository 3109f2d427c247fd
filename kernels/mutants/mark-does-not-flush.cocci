// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking does not flush the TLB entry of the page.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: stale_tlb_marked_mirror

@@
identifier fn =~ "^(page_make_device_exclusive_one|make_device_exclusive)$";
expression vma, addr, ptep;
@@
 fn(...)
 {
 <...
- ptep_clear_flush(vma, addr, ptep)
+ ptep_get_and_clear(vma->vm_mm, addr, ptep)
 ...>
 }
