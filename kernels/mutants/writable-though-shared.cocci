// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    An entry of a page that may be shared is made writable.
// file:     mm/mprotect.c
// applies:  mm/mprotect.c has PageAnonExclusive
// shown-by: -

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
