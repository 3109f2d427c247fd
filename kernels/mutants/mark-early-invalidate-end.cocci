// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking notifies the end of the invalidation before it sets the entry.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: read_while_marked_seq

@@
identifier fn =~ "^(page_make_device_exclusive_one|make_device_exclusive)$";
expression E;
@@
 fn(...)
 {
 <...
- mmu_notifier_invalidate_range_end(E);
 ...>
 }

@@
identifier fn =~ "^(page_make_device_exclusive_one|make_device_exclusive)$";
expression E;
@@
 fn(...)
 {
 <...
 mmu_notifier_invalidate_range_start(E);
+ mmu_notifier_invalidate_range_end(E);
 ...>
 }
