// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18e bd1f2b2ace84
// wrong:    Write-protecting a file page treats an exclusive entry as a mapping.
// file:     mm/rmap.c
// applies:  mm/rmap.c has pte_present\(entry\)
// shown-by: -
// masked:   Only file pages are cleaned, and only anonymous pages are marked.  b18e-mkclean-treats-entry-as-mapping-unmasked removes that restriction.

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
