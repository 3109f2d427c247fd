// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking leaks its reference to a page that it refuses.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: large/refused_page_stays_mapped mark/file_page_is_refused

@@
expression folio;
@@
 make_device_exclusive_range(...)
 {
 <...
 if (!folio_make_device_exclusive(...)) {
 	folio_unlock(folio);
- 	folio_put(folio);
 	...
 }
 ...>
 }

@@
expression folio, E;
@@
 make_device_exclusive(...)
 {
 <...
 if (E || folio_test_hugetlb(folio)) {
- 	folio_put(folio);
 	...
 }
 ...>
 }
