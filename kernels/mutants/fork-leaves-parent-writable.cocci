// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fork leaves the parent's page writable.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: fork_while_marked_mirror

@@
identifier fn =~ "copy_present_pte";
@@
 fn(...)
 {
 <...
(
- ptep_set_wrprotect(...);
|
- wrprotect_ptes(...);
)
 ...>
 }
