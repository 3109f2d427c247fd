// SPDX-License-Identifier: GPL-2.0-only
// bug:      B24 be3f38d05cc5
// wrong:    A zap warns about an anonymous page in a file mapping.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: private_file/zap_and_munmap_drop_exclusive_copies

@@
identifier fn =~ "^zap_(pte_range|nonpresent_ptes)$";
identifier vma;
expression E;
@@
 fn(..., struct vm_area_struct *vma, ...)
 {
 <...
(
- WARN_ON_ONCE(!folio_test_anon(E));
+ WARN_ON_ONCE(!vma_is_anonymous(vma));
|
- WARN_ON_ONCE(!PageAnon(E));
+ WARN_ON_ONCE(!vma_is_anonymous(vma));
)
 ...>
 }
