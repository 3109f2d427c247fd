// SPDX-License-Identifier: GPL-2.0-only
// bug:      B21 b832a354d787 fixed
// wrong:    An assertion about writable pages can fire again.
// file:     mm/memory.c
// applies:  mm/memory.c has pte_write\(pte\) && \(!folio_test_anon
// shown-by: restore/possibly_shared_page_gets_no_writable_pte

@@
expression folio, page;
@@
 restore_exclusive_pte(...)
 {
 <...
- (!folio_test_anon(folio) && PageAnonExclusive(page))
+ !(folio_test_anon(folio) && PageAnonExclusive(page))
 ...>
 }
