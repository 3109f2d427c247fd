// SPDX-License-Identifier: GPL-2.0-only
// bug:      B03
// wrong:    A fault maps the first page of a large folio, not the page that faulted.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: subpage_fault

@@
expression vmf;
@@
 remove_device_exclusive_entry(...)
 {
 <...
 restore_exclusive_pte(...,
- vmf->page,
+ &page_folio(vmf->page)->page,
 ...)
 ...>
 }
