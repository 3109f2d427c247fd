// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking loses the dirty bit.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: restore/dirtiness_moves_to_the_folio restore/a_writable_entry_comes_back_writable

@@
identifier fn =~ "^(page_make_device_exclusive_one|make_device_exclusive)$";
expression E;
statement S;
@@
 fn(...)
 {
 <...
- if (pte_dirty(E)) S
 ...>
 }
