// SPDX-License-Identifier: GPL-2.0-only
// bug:      B05
// wrong:    Marking does not check that the page is still mapped at the address.
// file:     mm/rmap.c
// applies:  everywhere
// shown-by: mark/page_of_another_process_is_refused busy/page_mapped_meanwhile_is_looked_up_again

// Until 6.14 the walk of the reverse map reports whether it found the address.
@@
expression args, E;
@@
 folio_make_device_exclusive(...)
 {
 <...
- args.valid && E
+ E
 ...>
 }

// Since then the page tables are walked a second time.
@@
expression folio, p, fw_folio;
symbol fw;
@@
 make_device_exclusive(...)
 {
 <...
- fw_folio != folio || fw.page != p
+ !fw_folio
 ...>
 }
