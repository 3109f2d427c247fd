// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A restore makes a page writable despite uffd-wp, and uffd-wp leaves exclusive entries writable.
// file:     mm/memory.c mm/mprotect.c
// applies:  include/linux/swapops.h has is_writable_device_exclusive_entry\(
// shown-by: uffd_wp_while_faulted_mirror

@@
expression pte, E;
statement S;
@@
 restore_exclusive_pte(...)
 {
 <...
 if (...)
 	pte = pte_mkuffd_wp(pte);
- else if (E) S
+ if (E) S
 ...>
 }

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
