// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A restore loses the soft-dirty bit.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: restore/soft_dirty_is_carried fork_while_killed

@@
expression pte;
@@
 restore_exclusive_pte(...)
 {
 <...
- pte = pte_mksoft_dirty(pte);
+ ;
 ...>
 }
