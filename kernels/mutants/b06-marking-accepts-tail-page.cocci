// SPDX-License-Identifier: GPL-2.0-only
// bug:      B06
// wrong:    Marking accepts a tail page, and walks the reverse map of its folio.
// file:     mm/rmap.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: large/tail_page_can_be_marked

@@
expression page, E;
@@
 make_device_exclusive_range(...)
 {
 <...
- PageTail(page) || E
+ E
 ...>
 }
