// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking accepts a page that is mapped read-only.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: uffd_wp_while_marked_seq

@@
expression E1, E2;
@@
 make_device_exclusive(...)
 {
 <...
- E1 || !pte_write(E2)
+ E1
 ...>
 }
