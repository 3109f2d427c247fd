// SPDX-License-Identifier: GPL-2.0-only
// bug:      B29
// wrong:    Marking does not name its owner, so a driver cannot ignore its own marking.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: store_while_marked_seq

@@
identifier fn =~ "^(page_make_device_exclusive_one|make_device_exclusive)$";
expression list E;
expression owner;
@@
 fn(...)
 {
 <...
 mmu_notifier_range_init_owner(E,
- owner
+ NULL
 );
 ...>
 }
