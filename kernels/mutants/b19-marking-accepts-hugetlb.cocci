// SPDX-License-Identifier: GPL-2.0-only
// bug:      B19 bc3fe6805cf0
// wrong:    Marking accepts a hugetlb page.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: -

@@
identifier fn =~ "^(folio_make_device_exclusive|make_device_exclusive)$";
expression E, folio;
@@
 fn(...)
 {
 <...
- E || folio_test_hugetlb(folio)
+ E
 ...>
 }
