// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 9a914592140e
// wrong:    A restore makes the PTE dirty, even for a read.
// file:     mm/memory.c
// applies:  include/linux/swapops.h lacks is_writable_device_exclusive_entry\(
// shown-by: -
// masked:   Marking looks the page up for writing, which makes the folio dirty.  b20-restore-always-dirty-unmasked removes that.

@@
expression folio, pte;
@@
 restore_exclusive_pte(...)
 {
 <...
- if (folio_test_dirty(folio))
- 	pte = pte_mkdirty(pte);
+ pte = pte_mkdirty(pte);
 ...>
 }
