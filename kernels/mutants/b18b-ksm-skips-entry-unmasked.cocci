// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18b 789cfc66992e fixed
// wrong:    KSM skips an exclusive entry, and does not check for other users of a page.
// file:     mm/ksm.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: ksm/referenced_page_is_not_write_protected

@@
identifier pvmw;
@@
 write_protect_page(...)
 {
 ...
 if (WARN_ONCE(!pvmw.pte, ...))
 	goto out_unlock;
+ if (!pte_present(*pvmw.pte))
+ 	goto out_unlock;
 ...
 }

@@
symbol swapped;
expression E, F;
@@
 write_protect_page(...)
 {
 <...
- if (E + swapped != F) { ... }
 ...>
 }
