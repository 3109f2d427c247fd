// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18i 7b2e497a42cd
// wrong:    The end of a migration treats an exclusive entry as a migration entry.
// file:     mm/page_vma_mapped.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: migrate/remove_migration_ptes_leaves_exclusive_entries

@@
expression entry;
@@
 check_pte(...)
 {
 <...
- !softleaf_is_migration(entry)
+ !softleaf_is_migration(entry) && !softleaf_is_device_exclusive(entry)
 ...>
 }
