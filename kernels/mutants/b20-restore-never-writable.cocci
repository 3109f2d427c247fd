// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 9a914592140e
// wrong:    A restore never makes the PTE writable, so a store faults again.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: cycle/cpu_load_restores_the_mapping

@@
expression pte;
@@
 restore_exclusive_pte(...)
 {
 <...
(
- pte_mkwrite(pte, ...)
+ pte
|
- maybe_mkwrite(pte_mkdirty(pte), ...)
+ pte_mkdirty(pte)
)
 ...>
 }
