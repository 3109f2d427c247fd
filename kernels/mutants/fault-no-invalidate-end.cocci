// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault notifies the start of an invalidation, but never its end.
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
