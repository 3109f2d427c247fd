// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18b 789cfc66992e
// wrong:    KSM treats an exclusive entry as a mapping.
// file:     mm/ksm.c
// applies:  mm/ksm.c has pte_present\(entry\)
// shown-by: ksm/entry_is_not_write_protected

@@
expression entry;
@@
 write_protect_page(...)
 {
 <...
- if (unlikely(!pte_present(entry)))
- 	goto out_unlock;
 ...>
 }
