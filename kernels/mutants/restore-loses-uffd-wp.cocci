// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A restore loses the uffd-wp bit.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: uffd_wp_while_faulted_mirror

@@
expression pte;
@@
 restore_exclusive_pte(...)
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
