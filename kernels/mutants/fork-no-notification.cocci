// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fork does not notify the device that it removes entries.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: fork_while_faulted_mirror

@@
expression E;
@@
 copy_page_range(...)
 {
 <...
(
- mmu_notifier_invalidate_range_start(E);
+ ;
|
- mmu_notifier_invalidate_range_end(E);
+ ;
)
 ...>
 }
