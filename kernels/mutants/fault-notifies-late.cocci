// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault notifies the device after it has restored the PTE.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: load_while_device_adds_mirror

@@
expression E;
@@
 remove_device_exclusive_entry(...)
 {
 ...
- mmu_notifier_invalidate_range_start(E);
 ...
+ mmu_notifier_invalidate_range_start(E);
 mmu_notifier_invalidate_range_end(E);
 ...
 }
