// SPDX-License-Identifier: GPL-2.0-only
// bug:      B18a 096cbb80ab3f fixed
// wrong:    A uprobe skips an exclusive entry and retries.
// file:     kernel/events/uprobes.c
// applies:  kernel/events/uprobes.c has ^static int __replace_page
// applies:  kernel/events/uprobes.c lacks pte_present\(pte\)
// shown-by: private_file/device_marks_the_page_while_a_probe_is_cleared

@@
identifier pvmw;
@@
 __replace_page(...)
 {
 ...
 if (!page_vma_mapped_walk(&pvmw))
 	goto unlock;
+ if (!pte_present(*pvmw.pte)) {
+ 	page_vma_mapped_walk_done(&pvmw);
+ 	goto unlock;
+ }
 ...
 }
