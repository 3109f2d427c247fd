// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A call of mprotect() loses the soft-dirty bit of an exclusive entry.
// file:     mm/mprotect.c
// applies:  include/linux/swapops.h has is_writable_device_exclusive_entry\(
// shown-by: restore/soft_dirty_is_carried

@@
expression oldpte, newpte, entry;
statement S;
@@
 change_pte_range(...)
 {
 <...
 entry = make_readable_device_exclusive_entry(...);
 newpte = swp_entry_to_pte(entry);
- if (pte_swp_soft_dirty(oldpte)) S
 ...>
 }
