/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * random.h - random schedules, determined by the seed and the number of the run
 *
 *  - fl_random_begin(), _pick()   pick the next thread
 *  - fl_random_below()            other random choices
 *  - fl_random_chance()           guarantee of probabilistic concurrency
 *                                 testing
 *
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and
 * Nagarakatte, ASPLOS 2010): threads have random priorities, and the enabled
 * thread with the highest one continues; at depth - 1 random steps, the running
 * thread drops below all others.  Each run hits a bug that depends on the order
 * of @depth steps with a probability of at least 1 / (threads * steps ^ (depth
 * - 1)).
 */
#ifndef FL_EXPLORE_RANDOM_H
#define FL_EXPLORE_RANDOM_H

#include "explore/step.h"

#define FL_RANDOM_DEPTH 8 /* at most */

struct fl_random {
	unsigned long seed;
	unsigned long state; /* of the current run */
	unsigned int depth;  /* 0: a random walk */
	/* For a random walk: the running thread takes the next step as well,
	 * except for one in 2^@inertia steps on average. */
	unsigned int inertia;
	unsigned int priority[FL_EXPLORE_THREADS];
	unsigned int change[FL_RANDOM_DEPTH];
};

/* fl_random_begin - start run number @run, of about @steps steps of threads 1
 * .. @threads - 1 */
void fl_random_begin(struct fl_random *random, unsigned long run,
		     unsigned int threads, unsigned int steps);

/*
 * fl_random_pick - pick the thread of @enabled, bit n for thread n, that takes
 * step @step
 * @running: the thread that took the previous step, or 0
 */
unsigned int fl_random_pick(struct fl_random *random, unsigned int enabled,
			    unsigned int running, unsigned int step);

/* Return: 0 .. @n - 1, uniformly. */
unsigned int fl_random_below(struct fl_random *random, unsigned int n);

/* Return: lower bound of the probability that one run hits a bug of @depth. */
double fl_random_chance(unsigned int threads, unsigned int steps,
			unsigned int depth);

#endif /* FL_EXPLORE_RANDOM_H */
