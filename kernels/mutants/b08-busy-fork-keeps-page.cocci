// SPDX-License-Identifier: GPL-2.0-only
// bug:      B08
// wrong:    A fork that cannot lock a page keeps the one that it has allocated ahead.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: -
// masked:   What was allocated ahead is for the page where the fork goes on, which no device can take meanwhile: marking waits for the mmap lock; kept for other pages, b08-busy-fork-keeps-page-unmasked.

@@
expression ret, E;
statement S;
@@
 copy_pte_range(...)
 {
 <...
 if (\(ret == -EBUSY\|ret == -EBUSY || E\)) {
- 	goto out;
+ 	return ret;
 } else S
 ...>
 }
