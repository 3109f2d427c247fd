// SPDX-License-Identifier: GPL-2.0-only
// bug:      B20 9a914592140e
// wrong:    A restore makes the entry dirty, whoever asks for it.
// file:     mm/memory.c
// applies:  include/linux/swapops.h lacks is_writable_device_exclusive_entry\(
// shown-by: -
// masked:   Marking looks the page up to write it, which makes the folio dirty; with that lost, b20-read-restores-dirty-unmasked.

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
