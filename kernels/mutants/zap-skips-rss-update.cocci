// SPDX-License-Identifier: GPL-2.0-only
// bug:      own
// wrong:    A zap of an exclusive entry does not update the rss counter.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: api/units

@@
identifier fn =~ "^zap_(pte_range|nonpresent_ptes)$";
expression E, rss, folio;
@@
 fn(...)
 {
 <...
 WARN_ON_ONCE(E);
- rss[mm_counter(folio)]--;
 ...>
 }
