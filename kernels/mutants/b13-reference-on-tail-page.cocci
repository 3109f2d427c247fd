// SPDX-License-Identifier: GPL-2.0-only
// bug:      B13
// wrong:    A fault takes its reference on the faulting page, but a tail page has no reference count.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: subpage_fault

@@
expression folio;
symbol vmf;
@@
 remove_device_exclusive_entry(...)
 {
 <...
- folio_try_get(folio)
+ get_page_unless_zero(vmf->page)
 ...>
 }
