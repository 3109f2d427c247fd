// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A PTE of a page that may be shared is made writable.
// file:     mm/mprotect.c
// applies:  mm/mprotect.c has PageAnonExclusive
// shown-by: fork/a_right_that_is_given_back_does_not_end_the_sharing restore/a_page_that_may_be_shared_gets_no_writable_pte

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
