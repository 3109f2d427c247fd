// SPDX-License-Identifier: GPL-2.0-only
// bug:      B16 438354724f69
// wrong:    Marking refuses every page of a large folio but the first.
// file:     mm/rmap.c
// applies:  mm/rmap.c lacks make_device_exclusive_range\(
// shown-by: large/fault_on_subpage_k_restores_subpage_k

@@
expression folio, E;
symbol page;
@@
 make_device_exclusive(...)
 {
 <...
- !folio_test_anon(folio) || E
+ PageTail(page) || !folio_test_anon(folio) || E
 ...>
 }
