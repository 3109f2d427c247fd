// SPDX-License-Identifier: GPL-2.0-only
// bug:      B08
// wrong:    A fork that cannot lock a page leaks the page that it preallocated.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: -
// masked:   The fork resumes at the page for which it preallocated, and no device can mark that page in between, since marking waits for the mmap lock.  b08-fork-leaks-preallocated-page-unmasked keeps the page for any other.

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
