// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 c25465eb7630
// wrong:    Marking makes a readable entry for a writable page.
// file:     mm/rmap.c
// applies:  include/linux/swapops.h has is_writable_device_exclusive_entry\(
// shown-by: cycle/marking_replaces_the_mapping_with_an_entry

@@
@@
 page_make_device_exclusive_one(...)
 {
 <...
- make_writable_device_exclusive_entry
+ make_readable_device_exclusive_entry
 ...>
 }
