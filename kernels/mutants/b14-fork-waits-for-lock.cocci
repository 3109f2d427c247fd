// SPDX-License-Identifier: GPL-2.0-only
// bug:      B14
// wrong:    A fork waits for a folio lock while it holds two page-table locks.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: fork/exclusive_page_is_restored_first

@@
expression page;
@@
 try_restore_exclusive_pte(...)
 {
 <...
(
- trylock_page(page)
+ (lock_page(page), true)
|
- folio_trylock(page)
+ (folio_lock(page), true)
)
 ...>
 }
