// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 9a914592140e
// wrong:    A restore checks only the VMA, not whether the PTE may be writable.
// file:     mm/memory.c
// applies:  include/linux/swapops.h lacks is_writable_device_exclusive_entry\(
// shown-by: range/uffd_wp_protects_across_vmas

@@
@@
 restore_exclusive_pte(...)
 {
 <...
- can_change_pte_writable(...)
+ true
 ...>
 }
