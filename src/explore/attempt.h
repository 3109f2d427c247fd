/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attempt.h - operations that a thread repeats until they have an effect
 *
 *  - fl_attempt_begin()    an attempt begins
 *  - fl_attempt_since()    does it have to wait for another thread?
 *  - fl_attempt_loop()     does the run look like the turn of an endless loop?
 *
 * A fault that returns without a mapping is repeated, and so is the marking of a page that
 * has changed.  With every number of attempts at every point a search would never end.  So
 * an attempt that did just what the one before did waits until another thread has stored to
 * something that it used; and after FL_ATTEMPTS of them a thread waits until no other thread
 * can run.  As with spin.h, runs with more attempts are left out, and only those.
 *
 * A livelock is such a loop without an end.  It is looked for where an attempt begins: if
 * each thread that has run since an earlier attempt is back where it was then, the steps in
 * between are a candidate, which a replay has to prove (lasso.h).
 */
#ifndef FL_EXPLORE_ATTEMPT_H
#define FL_EXPLORE_ATTEMPT_H

#include "explore/trace.h"

#define FL_ATTEMPTS		3u	/* before a thread waits for all others */
/* ... in a random run, or in a replay that no entry of the schedule stops */
#define FL_ATTEMPTS_FREE	32u
#define FL_ATTEMPTS_KEPT	8u	/* where a loop may have begun */

struct fl_attempts {
	unsigned int number;		/* of this attempt, from 0 */
	unsigned int nr;
	unsigned int at[FL_ATTEMPTS_KEPT];	/* steps before each, the latest first */
};

/* A candidate for a livelock. */
struct fl_loop {
	unsigned int from;		/* the first step of the turn, which ends with the run */
	_Bool unfair;			/* a thread that could run takes no step in it */
};

/* fl_attempt_begin - attempt @number begins after @steps steps of the run */
void fl_attempt_begin(struct fl_attempts *attempts, unsigned int number,
		      unsigned int steps);

/*
 * fl_attempt_since - does this attempt of @thread only repeat the last one?
 * @vain: the kernel or its user says so
 *
 * Context: fl_attempt_begin() was called.
 * Return: the step since which a change lets the thread continue, for FL_OP_RELAX; ~0u: the
 * thread does not have to wait.
 */
unsigned int fl_attempt_since(const struct fl_attempts *attempts,
			      const struct fl_trace *trace, unsigned int thread,
			      _Bool vain);

/* Return: does the thread wait until no other thread can run? */
static inline _Bool fl_attempt_is_last(const struct fl_attempts *attempts)
{
	return attempts->number > FL_ATTEMPTS;
}

/*
 * fl_attempt_loop - are the last steps of the run the turn of a loop?
 * @thread: begins an attempt, and is about to take its first step
 *
 * Context: fl_attempt_begin() was called; all other threads are stopped.
 * Return: 1 with the shortest turn in @loop; 0: there is none.
 */
int fl_attempt_loop(const struct fl_attempts *attempts,
		    const struct fl_trace *trace, struct fl_machine *machine,
		    unsigned int thread, struct fl_loop *loop);

/* fl_attempt_tail - as fl_attempt_loop(), of a run that is too long: the turn ends where
 * @thread is about to do what it did in an earlier step */
int fl_attempt_tail(const struct fl_trace *trace, struct fl_machine *machine,
		    unsigned int thread, struct fl_loop *loop);

#endif /* FL_EXPLORE_ATTEMPT_H */
