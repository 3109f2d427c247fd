// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking takes a page that is only mapped to be read, and did not ask for more.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: busy/a_page_that_was_zapped_is_not_marked

@@
expression E1, E2;
@@
 make_device_exclusive(...)
 {
 <...
- E1 || !pte_write(E2)
+ E1
 ...>
 }

@@
@@
 make_device_exclusive(...)
 {
 <...
- FOLL_GET | FOLL_WRITE | FOLL_SPLIT_PMD
+ FOLL_GET | FOLL_SPLIT_PMD
 ...>
 }
