// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    KSM does not check for other users of a page.
// file:     mm/ksm.c
// applies:  everywhere
// shown-by: ksm/entry_is_not_write_protected ksm/referenced_page_is_not_write_protected

@@
symbol swapped;
expression E, F;
@@
 write_protect_page(...)
 {
 <...
- if (E + swapped != F) { ... }
 ...>
 }
