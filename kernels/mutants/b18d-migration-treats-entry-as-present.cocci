// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18d bf983108be0e
// wrong:    Migration treats an exclusive entry as a present one.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: migrate/exclusive_page_is_restored_or_not_migrated

@@
expression pteval;
@@
 try_to_migrate_one(...)
 {
 <...
- pte_present(pteval)
+ true
 ...>
 }
