// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A PTE of a page that may be shared is made writable.
// file:     mm/mprotect.c
// applies:  mm/mprotect.c has PageAnonExclusive
// shown-by: fork/restoring_vma_write_permission_keeps_the_page_shared restore/possibly_shared_page_gets_no_writable_pte

@@
identifier fn =~ "^(can_change_.*pte_writable|can_change_private_pte_writable)$";
expression page;
@@
 fn(...)
 {
 <...
- PageAnonExclusive(page)
+ true
 ...>
 }
