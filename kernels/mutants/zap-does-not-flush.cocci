// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A zap does not flush the TLB entries of present PTEs.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: stale_tlb_zapped

@@
identifier fn =~ "^zap_";
@@
 fn(...)
 {
 <...
(
- tlb_remove_tlb_entry(...);
|
- tlb_remove_tlb_entries(...);
)
 ...>
 }
