// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 c25465eb7630 fixed
// wrong:    A call of mprotect() leaves an exclusive entry writable.
// file:     mm/mprotect.c
// applies:  include/linux/swapops.h has is_writable_device_exclusive_entry\(
// shown-by: restore/readable_entry_is_restored_read_only

@@
expression E;
@@
 change_pte_range(...)
 {
 <...
- is_writable_device_exclusive_entry(E)
+ false
 ...>
 }
