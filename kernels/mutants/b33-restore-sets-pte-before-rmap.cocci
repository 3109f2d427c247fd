// SPDX-License-Identifier: GPL-2.0-only
// bug:      B33
// wrong:    A restore sets the PTE before it adds the reverse mapping.
// file:     mm/memory.c
// applies:  include/linux/swapops.h has is_writable_device_exclusive_entry\(
// shown-by: fork_while_device_adds

@set@
expression mm, addr, ptep, pte;
@@
 restore_exclusive_pte(...)
 {
 ...
- set_pte_at(mm, addr, ptep, pte);
 ...
 }

@@
expression set.mm, set.addr, set.ptep, set.pte, E;
statement S1, S2;
@@
 restore_exclusive_pte(...)
 {
 ...
+ set_pte_at(mm, addr, ptep, pte);
 if (\(PageAnon(E)\|folio_test_anon(E)\)) S1 else S2
 ...
 }
