// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    The end of a migration loses the uffd-wp bit.
// file:     mm/migrate.c
// applies:  everywhere
// shown-by: migrate/pte_bits_are_kept

@@
expression pte;
@@
 remove_migration_pte(...)
 {
 <...
(
- pte = pte_mkuffd_wp(pte);
+ ;
|
- pte = pte_mkuffd(pte);
+ ;
)
 ...>
 }
