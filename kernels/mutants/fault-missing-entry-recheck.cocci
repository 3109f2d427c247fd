// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault restores the entry that it read, without rechecking it.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: two_cpus_fault race/zapped_entry_is_not_restored

@@
@@
 remove_device_exclusive_entry(...)
 {
 <...
- pte_same(...)
+ true
 ...>
 }
