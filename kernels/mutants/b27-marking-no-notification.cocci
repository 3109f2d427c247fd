// SPDX-License-Identifier: GPL-2.0-only
// bug:      B27
// wrong:    Marking does not notify the mirrors of the page.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: two_devices_mirror

@@
identifier fn =~ "^(page_make_device_exclusive_one|make_device_exclusive)$";
expression E;
@@
 fn(...)
 {
 <...
(
- mmu_notifier_invalidate_range_start(E);
|
- mmu_notifier_invalidate_range_end(E);
)
 ...>
 }
