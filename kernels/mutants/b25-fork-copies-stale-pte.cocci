// SPDX-License-Identifier: GPL-2.0-only
// bug:      B25
// wrong:    A fork that has restored an entry copies the PTE value from before.
// file:     mm/memory.c
// applies:  mm/memory.c has VM_WARN_ON_ONCE\(!pte_present\(ptent\)\)
// shown-by: fork_while_faulted_mirror

@@
expression ptent, src_pte;
@@
 copy_pte_range(...)
 {
 <...
- ptent = ptep_get(src_pte);
- VM_WARN_ON_ONCE(!pte_present(ptent));
 ...>
 }
