// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A reader of the sequence does not wait for the invalidation in progress.
// file:     mm/mmu_notifier.c
// applies:  everywhere
// shown-by: interval/device_that_attaches_reads_after_the_end

@@
@@
 mmu_interval_read_begin(...)
 {
 <...
- wait_event(...);
+ ;
 ...>
 }
