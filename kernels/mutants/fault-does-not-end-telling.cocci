// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault tells of a start that has no end.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: two_cpus_fault

@@
expression E;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- mmu_notifier_invalidate_range_end(E);
 ...>
 }
