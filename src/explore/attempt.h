/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attempt.h - operations that a thread repeats until they take effect
 *
 *  - fl_attempt_begin()    start an attempt
 *  - fl_attempt_since()    must the thread wait for another thread?
 *  - fl_attempt_loop()     could the last steps be a turn of an endless loop?
 *
 * A fault that returns without a mapping is repeated, and so is the marking of
 * a page that has changed.  If every number of attempts were tried at every
 * point, a search would never end.  Therefore an attempt that only repeats the
 * previous one waits until another thread has stored to something that it used;
 * after FL_ATTEMPTS attempts, a thread waits until no other thread can run.  As
 * in spin.h, runs with more attempts are left out, and only those.
 *
 * A livelock is such a loop without an end.  The search looks for one when an
 * attempt starts: if each thread that has run since an earlier attempt is back
 * where it was then, the steps in between are a candidate, which a replay must
 * prove (lasso.h).
 */
#ifndef FL_EXPLORE_ATTEMPT_H
#define FL_EXPLORE_ATTEMPT_H

#include "explore/trace.h"

/* Attempts before a thread waits for all others. */
#define FL_ATTEMPTS	 3u
/* The same in a random run, or in a replay after the last entry of the
 * schedule. */
#define FL_ATTEMPTS_FREE 32u
#define FL_ATTEMPTS_KEPT 8u /* possible starts of a loop */

struct fl_attempts {
	unsigned int number; /* of this attempt, from 0 */
	unsigned int nr;
	/* Their step counts, latest first. */
	unsigned int at[FL_ATTEMPTS_KEPT];
};

/* A candidate for a livelock. */
struct fl_loop {
	/* First step of the turn, which ends with the run. */
	unsigned int from;
	/* A thread that could run takes no step in the turn. */
	_Bool unfair;
};

/* fl_attempt_begin - start attempt @number, after @steps steps of the run */
void fl_attempt_begin(struct fl_attempts *attempts, unsigned int number,
		      unsigned int steps);

/*
 * fl_attempt_since - check whether this attempt of @thread must wait for
 * another thread
 * @vain: the kernel or its user reports that the last attempt changed nothing
 *
 * Context: fl_attempt_begin() was called.
 * Return: the step since which a change lets the thread continue, for
 * FL_OP_RELAX; ~0u: the thread need not wait.
 */
unsigned int fl_attempt_since(const struct fl_attempts *attempts,
			      const struct fl_trace *trace, unsigned int thread,
			      _Bool vain);

/* Return: whether the thread waits until no other thread can run. */
static inline _Bool fl_attempt_is_last(const struct fl_attempts *attempts)
{
	return attempts->number > FL_ATTEMPTS;
}

/*
 * fl_attempt_loop - check whether the last steps of the run are a turn of a
 * loop
 * @thread: starts an attempt, and is about to take its first step
 *
 * Context: fl_attempt_begin() was called; all other threads are stopped.
 * Return: 1 with the shortest turn in @loop; 0: there is none.
 */
int fl_attempt_loop(const struct fl_attempts *attempts,
		    const struct fl_trace *trace, struct fl_machine *machine,
		    unsigned int thread, struct fl_loop *loop);

/* fl_attempt_tail - as fl_attempt_loop(), for a run that is too long: the turn
 * ends where @thread is about to repeat an earlier step */
int fl_attempt_tail(const struct fl_trace *trace, struct fl_machine *machine,
		    unsigned int thread, struct fl_loop *loop);

#endif /* FL_EXPLORE_ATTEMPT_H */
