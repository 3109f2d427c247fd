// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault notifies an empty range.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: load_while_device_adds_mirror

@@
expression E;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- (E & PAGE_MASK) + PAGE_SIZE
+ (E & PAGE_MASK)
 ...>
 }
