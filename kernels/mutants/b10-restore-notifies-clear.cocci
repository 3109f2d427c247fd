// SPDX-License-Identifier: GPL-2.0-only
// bug:      B10 fixed
// wrong:    A restore notifies with MMU_NOTIFY_CLEAR instead of MMU_NOTIFY_EXCLUSIVE.
// file:     mm/memory.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: driver/filtering_by_event_alone_depends_on_the_release

@@
@@
 remove_device_exclusive_entry(...)
 {
 <...
- MMU_NOTIFY_EXCLUSIVE
+ MMU_NOTIFY_CLEAR
 ...>
 }
