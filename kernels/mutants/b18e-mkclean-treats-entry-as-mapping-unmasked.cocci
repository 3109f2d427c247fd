// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18e bd1f2b2ace84
// wrong:    Write-protecting a file page treats an exclusive entry as a mapping, and file pages can be marked.
// file:     mm/rmap.c
// applies:  mm/rmap.c has pte_present\(entry\)
// shown-by: mark/file_page_is_written_back_and_stays_protected

@@
expression entry;
@@
 page_vma_mkclean_one(...)
 {
 <...
- if (!pte_present(entry))
- 	continue;
 ...>
 }

@@
expression folio, E;
@@
 make_device_exclusive(...)
 {
 <...
- !folio_test_anon(folio) || E
+ E
 ...>
 }
