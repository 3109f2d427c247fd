// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking loses the dirty bit.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: restore/dirty_bit_moves_to_the_folio restore/writable_entry_is_restored_writable

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
