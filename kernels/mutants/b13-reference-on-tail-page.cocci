// SPDX-License-Identifier: GPL-2.0-only
// bug:      B13
// wrong:    The reference is taken on the page of the fault, which as a tail page has none.
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
