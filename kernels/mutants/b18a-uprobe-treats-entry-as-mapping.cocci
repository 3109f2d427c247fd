// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18a 096cbb80ab3f
// wrong:    A uprobe treats an exclusive entry as the mapping of the page that it replaces.
// file:     kernel/events/uprobes.c
// applies:  kernel/events/uprobes.c has pte_present\(pte\)
// shown-by: private_file/device_marks_the_page_while_a_probe_is_cleared

@@
expression pte;
statement S;
@@
 __replace_page(...)
 {
 <...
- if (unlikely(!pte_present(pte))) S
 ...>
 }
