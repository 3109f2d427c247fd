// SPDX-License-Identifier: GPL-2.0-only
// bug:      B17 f495bd7e0d9b fixed
// wrong:    A zap drops a mapcount that an exclusive entry does not own.
// file:     mm/memory.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: driver/seq_marks_again_when_the_page_has_changed

@@
expression E;
statement S;
@@
 zap_pte_range(...)
 {
 <...
- if (is_device_private_entry(E))
  S
 ...>
 }
