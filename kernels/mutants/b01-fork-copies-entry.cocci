// SPDX-License-Identifier: GPL-2.0-only
// bug:      B01
// wrong:    A fork copies an exclusive entry like a device-private entry.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: fork_while_faulted_mirror

@@
expression E;
@@
 copy_nonpresent_pte(...)
 {
 <...
(
- is_device_private_entry(E)
+ (is_device_private_entry(E) || is_device_exclusive_entry(E))
|
- softleaf_is_device_private(E)
+ (softleaf_is_device_private(E) || softleaf_is_device_exclusive(E))
)
 ...>
 }
