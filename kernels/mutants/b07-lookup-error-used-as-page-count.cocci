// SPDX-License-Identifier: GPL-2.0-only
// bug:      B07
// wrong:    Marking takes an error of the page lookup for a number of pages.
// file:     mm/rmap.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: failure/marking_without_memory_leaves_the_page_alone

@@
identifier i;
@@
 make_device_exclusive_range(...)
 {
 ...
- long i;
+ unsigned long i;
 ...
 }

@@
expression npages;
@@
 make_device_exclusive_range(...)
 {
 ...
- if (npages < 0)
- 	return npages;
 ...
 }
