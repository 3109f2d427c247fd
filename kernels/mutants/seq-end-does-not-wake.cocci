// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    The end of an invalidation does not wake its waiters.
// file:     mm/mmu_notifier.c
// applies:  everywhere
// shown-by: interval/device_that_attaches_reads_after_the_end

@@
@@
 mn_itree_inv_end(...)
 {
 ...
- wake_up_all(...);
 }
