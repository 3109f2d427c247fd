// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18d bf983108be0e fixed
// wrong:    Migration skips an exclusive entry.
// file:     mm/rmap.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: migrate/partly_exclusive_folio_is_migrated

@@
identifier pvmw;
symbol ret;
@@
 try_to_migrate_one(...)
 {
 ...
 while (page_vma_mapped_walk(&pvmw)) {
+ 	if (pvmw.pte && !pte_present(*pvmw.pte) &&
+ 	    is_device_exclusive_entry(pte_to_swp_entry(*pvmw.pte))) {
+ 		ret = false;
+ 		page_vma_mapped_walk_done(&pvmw);
+ 		break;
+ 	}
 	...
 }
 ...
 }
