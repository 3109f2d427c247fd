/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * random.h - schedules by chance, the same for the same seed and number of the run
 *
 *  - fl_random_begin(), _pick()   who goes on
 *  - fl_random_below()            what else is up to chance
 *  - fl_random_chance()           what probabilistic concurrency testing owes
 *
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte,
 * ASPLOS 2010): threads have random priorities, the highest that is enabled goes on,
 * and at depth - 1 random steps the one that runs drops below all others.  A bug that
 * takes the order of @depth steps is met by each run with a probability of at least
 * 1 / (threads * steps ^ (depth - 1)).
 */
#ifndef FL_EXPLORE_RANDOM_H
#define FL_EXPLORE_RANDOM_H

#include "explore/step.h"

#define FL_RANDOM_DEPTH	8	/* at most */

struct fl_random {
	unsigned long seed;
	unsigned long state;		/* of the current run */
	unsigned int depth;		/* 0: a random walk */
	/* Of a random walk: the thread that runs takes the next step as well, but for one of
	 * 2^@inertia steps. */
	unsigned int inertia;
	unsigned int priority[FL_EXPLORE_THREADS];
	unsigned int change[FL_RANDOM_DEPTH];
};

/* fl_random_begin - run @run, of about @steps steps of threads 1 .. @threads - 1 */
void fl_random_begin(struct fl_random *random, unsigned long run,
		     unsigned int threads, unsigned int steps);

/*
 * fl_random_pick - who of @enabled, bit n for thread n, takes step @step
 * @running: who took the one before, or 0
 */
unsigned int fl_random_pick(struct fl_random *random, unsigned int enabled,
			    unsigned int running, unsigned int step);

/* Return: 0 .. @n - 1, each alike. */
unsigned int fl_random_below(struct fl_random *random, unsigned int n);

/* Return: the probability that one run meets a bug of that depth. */
double fl_random_chance(unsigned int threads, unsigned int steps,
			unsigned int depth);

#endif /* FL_EXPLORE_RANDOM_H */
