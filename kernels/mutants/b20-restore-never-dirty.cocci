// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 9a914592140e fixed
// wrong:    A restore of a writable entry does not make the PTE dirty.
// file:     mm/memory.c
// applies:  include/linux/swapops.h has is_writable_device_exclusive_entry\(
// shown-by: restore/writable_entry_is_restored_writable

@@
expression pte;
@@
 restore_exclusive_pte(...)
 {
 <...
- pte_mkdirty(pte)
+ pte
 ...>
 }
