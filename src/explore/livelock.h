/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * livelock.h - check whether the loop at the end of a run is a livelock
 *
 *  - fl_livelock_prove()
 */
#ifndef FL_EXPLORE_LIVELOCK_H
#define FL_EXPLORE_LIVELOCK_H

struct fl_search;

enum fl_livelock {
	FL_LIVELOCK_NONE,   /* the loop does not repeat */
	FL_LIVELOCK_UNFAIR, /* it repeats without a thread that can run */
	FL_LIVELOCK_ENDED,  /* the world has ended; fl_machine_end() */
};

/*
 * fl_livelock_prove - replay the last run of @search, repeating its loop
 * @accept_unfair: a loop that leaves out a thread that can run ends the world,
 *                 too
 *
 * Each later replay of the run's schedule ends in the same way.
 * Context: search->end is FL_RUN_LOOP.  The machine is left as the replay has
 * left it.
 * Return: enum fl_livelock; -ENOMEM; -EILSEQ: the run cannot be replayed.
 */
int fl_livelock_prove(struct fl_search *search, _Bool accept_unfair);

#endif /* FL_EXPLORE_LIVELOCK_H */
