// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fork does not tell the device that the entries go.
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
