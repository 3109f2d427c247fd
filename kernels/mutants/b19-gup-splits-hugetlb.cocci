// SPDX-License-Identifier: GPL-2.0-only
// bug:      B19 8977752c8056
// wrong:    A look-up that splits huge pages is not refused in a mapping of hugetlb.
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
