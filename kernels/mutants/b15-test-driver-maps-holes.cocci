// SPDX-License-Identifier: GPL-2.0-only
// bug:      B15
// wrong:    The test driver maps array elements that the kernel has not filled in.
// file:     lib/test_hmm.c
// applies:  lib/test_hmm.c has make_device_exclusive_range\(
// shown-by: test_hmm_hole

@@
expression marked, mapped;
expression list of_it;
@@
 dmirror_exclusive(...)
 {
 <...
- if (marked)
- 	mapped = dmirror_atomic_map(of_it);
+ mapped = dmirror_atomic_map(of_it);
 ...>
 }
