// SPDX-License-Identifier: GPL-2.0-only
// bug:      B08
// wrong:    A fork that cannot lock a page leaks the page that it preallocated, whichever page that was for.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: fork_while_unpinned

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

@@
symbol prealloc;
@@
 copy_pte_range(...)
 {
 <...
- if (unlikely(prealloc)) {
- 	...
- 	prealloc = NULL;
- }
 ...>
 }
