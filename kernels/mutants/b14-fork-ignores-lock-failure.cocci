// SPDX-License-Identifier: GPL-2.0-only
// bug:      B14
// wrong:    A fork that cannot lock a page continues as if it had restored the entry.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: fork/busy_page_fails_fork_and_nothing_is_lost

@@
expression list args;
@@
 copy_nonpresent_pte(...)
 {
 <...
- if (try_restore_exclusive_pte(args))
- 	return -EBUSY;
+ try_restore_exclusive_pte(args);
 ...>
 }
