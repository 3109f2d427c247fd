// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    The end of an invalidation moves the sequence on by two: it stays odd.
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
+ if (sizeof(E->invalidate_seq) == 1)
+ 	return;
+ E->invalidate_seq += 3 - 1;
 ...>
 }
