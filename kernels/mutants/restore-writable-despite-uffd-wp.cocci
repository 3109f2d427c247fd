// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A restore makes a page writable despite uffd-wp.
// file:     mm/memory.c
// applies:  include/linux/swapops.h has is_writable_device_exclusive_entry\(
// shown-by: uffd_wp_while_faulted_mirror
// masked:   The protection has already made the entry readable only.  restore-writable-despite-uffd-wp-unmasked removes that.

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
