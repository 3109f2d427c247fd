// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18b 789cfc66992e fixed
// wrong:    KSM skips an exclusive entry.
// file:     mm/ksm.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: -
// masked:   While the entry owns no mapcount, the reference count does not match, and ksmd restores the entry unchanged.  b18b-ksm-skips-entry-unmasked removes that check.

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
