/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shorten.h - find the same violation with fewer switches
 *
 * Leaves out segments of a schedule, first many at once (delta debugging,
 * Zeller and Hildebrandt 2002), and lets segments run to their ends.  A
 * candidate is kept only if a run of it ends alike.
 */
#ifndef FL_STORY_SHORTEN_H
#define FL_STORY_SHORTEN_H

struct fl_end;
struct fl_schedule;

/* Return: whether two worlds end with the same violation, ignoring the frames
 * and addresses in their texts.  NULL: the world has not ended. */
int fl_ends_alike(const struct fl_end *a, const struct fl_end *b);

/* Return: the switches in a run of @schedule; -1: it does not end alike. */
typedef int fl_shorten_fn(void *arg, const struct fl_schedule *schedule);

/*
 * fl_shorten - shorten @schedule while @fn reports that it ends alike
 * Return: the number of runs, at most @tries; -ENOMEM.
 */
int fl_shorten(struct fl_schedule *schedule, fl_shorten_fn *fn, void *arg,
	       unsigned int tries);

#endif /* FL_STORY_SHORTEN_H */
