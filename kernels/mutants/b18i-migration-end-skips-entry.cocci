// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18i 7b2e497a42cd fixed
// wrong:    The end of a migration skips an exclusive entry.
// file:     mm/page_vma_mapped.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: migrate/remove_migration_ptes_leaves_exclusive_entries

@@
expression entry;
@@
 check_pte(...)
 {
 <...
- !is_migration_entry(entry) && !is_device_exclusive_entry(entry)
+ !is_migration_entry(entry)
 ...>
 }
