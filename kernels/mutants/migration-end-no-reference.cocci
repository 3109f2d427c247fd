// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    The end of a migration takes no reference for the PTE.
// file:     mm/migrate.c
// applies:  everywhere
// shown-by: migrate_while_faulted_mirror

@@
expression folio;
@@
 remove_migration_pte(...)
 {
 <...
- folio_get(folio);
 ...>
 }
