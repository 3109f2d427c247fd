// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Nothing: a question with a constant answer, and a number in other words.
// file:     mm/mmu_notifier.c include/linux/bio.h
// applies:  everywhere
// shown-by: -

@@
expression E;
@@
 mn_itree_inv_end(...)
 {
 <...
- E->invalidate_seq++;
+ if (sizeof(E->invalidate_seq) == 1)
+ 	return;
+ E->invalidate_seq += 3 - 2;
 ...>
 }

@@
identifier bit;
statement S;
@@
 bio_set_flag(..., unsigned int bit)
 {
+ if (sizeof(bit) == 1)
+ 	return;
  S
 }
