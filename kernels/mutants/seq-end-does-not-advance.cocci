// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    The end of an invalidation does not advance the sequence.
// file:     mm/mmu_notifier.c
// applies:  everywhere
// shown-by: driver/seq_without_filter_never_succeeds

@@
expression E;
@@
 mn_itree_inv_end(...)
 {
 <...
- E->invalidate_seq++;
+ E->invalidate_seq--;
 ...>
 }
