/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shorten.h - the same violation with fewer switches
 *
 * Segments of a schedule are left out, many at once first (delta debugging, Zeller and
 * Hildebrandt 2002), and run on to their ends.  What is kept was run and judged.
 */
#ifndef FL_TRACE_SHORTEN_H
#define FL_TRACE_SHORTEN_H

struct fl_end;
struct fl_schedule;

/* Return: do two worlds end with the same violation, whichever frames and addresses
 * their texts name?  NULL: it has not ended. */
int fl_ends_alike(const struct fl_end *a, const struct fl_end *b);

/* Return: the switches of the run after @schedule; -1: it does not end alike. */
typedef int fl_shorten_fn(void *arg, const struct fl_schedule *schedule);

/*
 * fl_shorten - make @schedule shorter as long as @fn says that it ends alike
 * Return: how many runs were made, @tries at most; -ENOMEM.
 */
int fl_shorten(struct fl_schedule *schedule, fl_shorten_fn *fn, void *arg,
	       unsigned int tries);

#endif /* FL_TRACE_SHORTEN_H */
