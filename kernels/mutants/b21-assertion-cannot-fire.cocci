// SPDX-License-Identifier: GPL-2.0-only
// bug:      B21 b832a354d787
// wrong:    An assertion about writable pages cannot fire.
// file:     mm/memory.c
// applies:  mm/memory.c has VM_BUG_ON\(pte_write\(pte\) && !\(PageAnon
// shown-by: restore/possibly_shared_page_gets_no_writable_pte

@@
expression page;
@@
 restore_exclusive_pte(...)
 {
 <...
- !(PageAnon(page) && PageAnonExclusive(page))
+ (!PageAnon(page) && PageAnonExclusive(page))
 ...>
 }
