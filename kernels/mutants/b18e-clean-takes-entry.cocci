// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18e bd1f2b2ace84
// wrong:    The write protection of a file page takes an exclusive entry for a mapping.
// file:     mm/rmap.c
// applies:  mm/rmap.c has pte_present\(entry\)
// shown-by: -
// masked:   Only pages of files are cleaned, and only anonymous ones are marked; with that lost, b18e-clean-takes-entry-unmasked.

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
