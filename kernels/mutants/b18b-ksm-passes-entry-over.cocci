// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18b 789cfc66992e fixed
// wrong:    The merging of pages lets an exclusive entry be.
// file:     mm/ksm.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: -
// masked:   While the entry has no mapcount, the count of references does not fit, and ksmd puts it back as it was; with that lost, b18b-ksm-passes-entry-over-unmasked.

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
