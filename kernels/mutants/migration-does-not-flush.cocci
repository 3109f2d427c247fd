// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Migration does not flush the TLB entry of the page.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: migrate/page_gets_another_frame_and_keeps_its_contents

@@
expression vma, addr, ptep;
@@
 try_to_migrate_one(...)
 {
 <...
- ptep_clear_flush(vma, addr, ptep)
+ ptep_get_and_clear(vma->vm_mm, addr, ptep)
 ...>
 }
