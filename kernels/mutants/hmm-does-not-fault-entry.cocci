// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A lookup by hmm_range_fault() does not fault an exclusive entry in.
// file:     mm/hmm.c
// applies:  everywhere
// shown-by: hmm/reading_takes_the_page_from_another_device

@@
expression E;
@@
 hmm_vma_handle_pte(...)
 {
 <...
(
- is_device_exclusive_entry(E)
+ false
|
- softleaf_is_device_exclusive(E)
+ false
)
 ...>
 }
