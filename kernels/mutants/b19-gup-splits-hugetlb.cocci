// SPDX-License-Identifier: GPL-2.0-only
// bug:      B19 8977752c8056
// wrong:    A lookup that splits huge pages accepts a hugetlb mapping.
// file:     mm/gup.c
// applies:  mm/gup.c has FOLL_SPLIT_PMD\) && is_vm_hugetlb_page
// shown-by: -

@@
expression vma, gup_flags;
statement S;
@@
 check_vma_flags(...)
 {
 <...
- if ((gup_flags & FOLL_SPLIT_PMD) && is_vm_hugetlb_page(vma)) S
 ...>
 }
