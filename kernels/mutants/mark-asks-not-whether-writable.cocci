// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking takes a page that is only mapped to be read.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: fork_while_marked_seq
// masked:   Here who takes the right to write away has the mmap lock for writing, since fl_uffd_wp() registers the mapping as well; without what was looked up to be written, mark-asks-not-whether-writable-unmasked.

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
