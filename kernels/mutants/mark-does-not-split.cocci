// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking does not split a huge page.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: huge_page_marked

@@
identifier fn =~ "^(make_device_exclusive_range|make_device_exclusive)$";
@@
 fn(...)
 {
 <...
- FOLL_GET | FOLL_WRITE | FOLL_SPLIT_PMD
+ FOLL_GET | FOLL_WRITE
 ...>
 }
