// SPDX-License-Identifier: GPL-2.0-only
// bug:      B17 f495bd7e0d9b fixed
// wrong:    A restore does not add the mapping to the reverse map.
// file:     mm/memory.c
// applies:  mm/rmap.c has make_device_exclusive_range\(
// shown-by: cycle/cpu_load_restores_the_mapping

@@
@@
 restore_exclusive_pte(...)
 {
 <...
(
- folio_add_anon_rmap_pte(...);
+ ;
|
- page_add_anon_rmap(...);
+ ;
)
 ...>
 }
