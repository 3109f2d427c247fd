// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking loses the soft-dirty bit.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: restore/soft_dirty_is_carried

@@
identifier fn =~ "^(page_make_device_exclusive_one|make_device_exclusive)$";
expression E;
statement S;
@@
 fn(...)
 {
 <...
- if (pte_soft_dirty(E)) S
 ...>
 }
