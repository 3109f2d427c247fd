// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking accepts a file page.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: mark/file_page_is_refused

@@
identifier fn =~ "^(folio_make_device_exclusive|make_device_exclusive)$";
expression folio, E;
@@
 fn(...)
 {
 <...
- !folio_test_anon(folio) || E
+ E
 ...>
 }
