// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A fork that has restored an entry does not unlock the folio.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: fork_while_faulted_mirror

@@
expression E;
@@
 try_restore_exclusive_pte(...)
 {
 <...
(
- unlock_page(E);
|
- folio_unlock(E);
)
 ...>
 }
