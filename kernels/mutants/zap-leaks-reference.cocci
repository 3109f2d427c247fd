// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A zap of an exclusive entry leaks the entry's reference.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: zap_while_faulted_mirror

@@
identifier fn =~ "^zap_(pte_range|nonpresent_ptes)$";
expression folio;
@@
 fn(...)
 {
 <...
(
- folio_put(folio);
|
- put_page(folio);
)
 ...>
 }
