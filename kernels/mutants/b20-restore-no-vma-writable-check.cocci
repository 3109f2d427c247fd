// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 9a914592140e
// wrong:    A restore does not check whether the VMA is writable.
// file:     mm/memory.c
// applies:  include/linux/swapops.h lacks is_writable_device_exclusive_entry\(
// shown-by: private_file/setting_a_probe_takes_the_page_from_the_device

@@
expression vma, E;
@@
 restore_exclusive_pte(...)
 {
 <...
- (vma->vm_flags & VM_WRITE) && E
+ E
 ...>
 }
