// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    Marking looks pages up for reading, and does not break copy-on-write sharing.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: failure/marking_without_memory_leaves_the_page_alone busy/zapped_page_is_not_marked

@@
identifier fn =~ "^(make_device_exclusive_range|make_device_exclusive)$";
@@
 fn(...)
 {
 <...
- FOLL_GET | FOLL_WRITE | FOLL_SPLIT_PMD
+ FOLL_GET | FOLL_SPLIT_PMD
 ...>
 }
