// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A call of mprotect() does not flush the TLB.
// file:     mm/mprotect.c
// applies:  everywhere
// shown-by: mprotect_while_stored_mirror

@@
identifier fn =~ "^(change_pte_range|prot_commit_flush_ptes)$";
@@
 fn(...)
 {
 <...
- tlb_flush_pte_range(...);
+ ;
 ...>
 }
