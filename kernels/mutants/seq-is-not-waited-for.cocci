// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Who begins to read a sequence does not wait for the invalidation that is on.
// file:     mm/mmu_notifier.c
// applies:  everywhere
// shown-by: interval/a_device_that_comes_reads_after_the_end

@@
@@
 mmu_interval_read_begin(...)
 {
 <...
- wait_event(...);
+ ;
 ...>
 }
