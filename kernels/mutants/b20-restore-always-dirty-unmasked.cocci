// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 9a914592140e
// wrong:    A restore makes the PTE dirty, and the lookup before marking did not make the folio dirty.
// file:     mm/memory.c mm/gup.c
// applies:  include/linux/swapops.h lacks is_writable_device_exclusive_entry\(
// shown-by: swap/load_of_an_exclusive_page_does_not_dirty_it

@@
expression folio, pte;
@@
 restore_exclusive_pte(...)
 {
 <...
- if (folio_test_dirty(folio))
- 	pte = pte_mkdirty(pte);
+ pte = pte_mkdirty(pte);
 ...>
 }

@@
expression E;
@@
 follow_page_pte(...)
 {
 <...
- folio_mark_dirty(E);
+ ;
 ...>
 }
