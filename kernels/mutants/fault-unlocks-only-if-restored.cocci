// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fault that finds another entry does not unlock the folio.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: race/zapped_entry_is_not_restored

@@
expression folio;
symbol vmf;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- folio_unlock(folio);
+ if (pte_present(ptep_get(vmf->pte)))
+ 	folio_unlock(folio);
 ...>
 }
