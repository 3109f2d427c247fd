/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * search.h - run the threads of a machine under every schedule that matters
 *
 *  - fl_search_init(), _init_beside(), _free()
 *  - fl_search_next()   one run after the other
 *  - fl_search_plan(), _make()   ... in two halves
 *  - fl_search_settle()   where it is, in full
 *  - fl_search_forget(), _enter(), _skip(), _pass()   only a part of it
 *  - fl_search_done()   how much of it was made
 *
 * The search is stateless: a run begins at the machine's snapshot, repeats the first
 * steps of the run before, and goes another way from there.  Which ways there are is
 * read off the runs: where two steps race, their other order is to be tried.  With
 * FL_SEARCH_OPTIMAL each class of equivalent runs is met exactly once; with
 * FL_SEARCH_ALL every run is, which is for checking the other.  The other two find a
 * violation sooner, or none.
 */
#ifndef FL_EXPLORE_SEARCH_H
#define FL_EXPLORE_SEARCH_H

#include "explore/attempt.h"
#include "explore/random.h"
#include "explore/set.h"
#include "explore/share.h"
#include "explore/spin.h"
#include "explore/trace.h"
#include "explore/tree.h"
#include "machine/sched.h"

struct fl_ahead;
struct fl_sequences;

enum fl_search_mode {
	FL_SEARCH_OPTIMAL,
	FL_SEARCH_ALL,
	/*
	 * All runs with no preemption, then those with one, and so on up to the bound: a
	 * switch from a thread that could go on (Musuvathi and Qadeer, PLDI 2007).
	 */
	FL_SEARCH_BOUNDED,
	/* By chance, without end: random.h. */
	FL_SEARCH_RANDOM,
};

/* A point of the current run, before its step. */
struct fl_node {
	struct fl_step step;		/* the step taken from here */
	struct fl_branch *tree;		/* what else is to be tried from here */
	unsigned int sleep;		/* threads whose step from here is covered */
	unsigned int done;		/* branches that are: not the step's */
	unsigned short preemptions;	/* on the way here */
	_Bool preempts;			/* who takes the step has not to be the next */
	unsigned long began;		/* runs before the step was first taken */
	/* ... where it is a choice, which alternatives are: bit n for number n. */
	unsigned char covered[FL_EXPLORE_THREADS];
};

enum fl_run_end {
	FL_RUN_ENDED,		/* all threads did */
	FL_RUN_WORLD,		/* the world did: a violation */
	FL_RUN_BLOCKED,		/* every way on is covered: redundant, not a run */
	FL_RUN_LIMIT,		/* it has more steps than a run may have */
	FL_RUN_LOOP,		/* fl_search.loop: perhaps a livelock */
	FL_RUN_ERROR,		/* fl_search.error */
};

struct fl_search {
	struct fl_scheduler scheduler;	/* first */
	struct fl_machine *machine;
	struct fl_search *beside;	/* whose snapshot it uses; NULL: its own */
	enum fl_search_mode mode;
	unsigned int bound, most;	/* FL_SEARCH_BOUNDED: now, and the last */
	_Bool cut;			/* something was left out for it */
	struct fl_random random;
	struct fl_share *share;		/* NULL: every access is a step */
	struct fl_trace trace;		/* of the last run that was not told */
	struct fl_pool pool;
	struct fl_node *nodes;
	struct fl_position *positions;	/* of each step of the current run */
	struct fl_step *sequence;
	struct fl_step *copy;		/* of it */
	unsigned int replay;		/* steps that are repeated */
	unsigned int new;		/* the first step that no run before had */
	unsigned int same;		/* steps since the machine's last run that are as in it */
	_Bool planned;			/* the next run is known already */
	_Bool passed;			/* ... or what begins with its steps was searched */
	_Bool ran;			/* the machine is not as at the snapshot */
	_Bool fell;			/* a step that was planned could not be taken */
	_Bool has_choices;		/* the program has made any */
	/* Of each thread: a guess that it waits was wrong, perhaps. */
	unsigned int doubts[FL_EXPLORE_THREADS];
	unsigned int running;		/* the thread that took the last step */
	struct fl_spin spins[FL_EXPLORE_THREADS];
	struct fl_attempts attempts[FL_EXPLORE_THREADS];
	struct fl_loop loop;		/* of FL_RUN_LOOP */
	_Bool looped;			/* it is one, and the run ends */
	_Bool retried;			/* a thread has repeated an operation in the run */
	_Bool unfair;			/* loops that leave out a thread are looked for, too */
	_Bool continued;		/* the next run is the last one, and more of it */
	struct fl_set refuted;		/* loops that are none */
	/* At the end of the run: what each thread would do next, and where that is. */
	struct fl_op next[FL_EXPLORE_THREADS];
	struct fl_position stopped[FL_EXPLORE_THREADS];
	unsigned int ready;		/* threads that could have taken a step then */
	unsigned int base;		/* nothing before this point is tried, */
	struct fl_sequences *before;	/* ... but written down, if it is late; or NULL */
	struct fl_ahead *ahead;		/* who makes runs for this search, or NULL */
	_Bool told;			/* the run was made by them, */
	unsigned long result;		/* ... who say this of it */
	enum fl_run_end end;
	unsigned int length;		/* of the run, in steps, */
	uint64_t hash;			/* ... and of them: fl_trace_hash() */
	int error;			/* -errno; -EILSEQ: a run does not repeat */

	unsigned long runs, blocked, steps;
	unsigned long truncated;	/* runs that ended with FL_RUN_LIMIT */
	unsigned long taken;		/* runs that were told */
	unsigned int deepest;
	unsigned int restarts;		/* as new words had become steps */
};

/*
 * fl_search_init - search the threads that @machine has, from here on
 *
 * Takes the snapshot.  @steps: most of one run.  @share: which accesses are steps,
 * the caller's; NULL: all are.
 * Return: 0; -EINVAL: too many threads; -ENOMEM, -EBUSY.
 */
int fl_search_init(struct fl_search *search, struct fl_machine *machine,
		   enum fl_search_mode mode, struct fl_share *share,
		   unsigned int steps);

/*
 * fl_search_init_beside - another search of the same threads, between two runs of @other
 *
 * Context: @other makes no run until this search is freed.
 * Return: 0, -ENOMEM.
 */
int fl_search_init_beside(struct fl_search *search, struct fl_search *other,
			  enum fl_search_mode mode, struct fl_share *share);

/* Return: bytes that fl_search_init() allocates for runs of @steps steps, about. */
unsigned long fl_search_size(unsigned int threads, unsigned int steps);

/* fl_search_free - the machine is as at the snapshot; its threads have not begun */
void fl_search_free(struct fl_search *search);

/*
 * fl_search_next - the next run
 * Return: 1: it was made, search->end says how it ended, and the machine is as it left
 * it, unless it was told; 0: there is none any more; -errno.
 */
int fl_search_next(struct fl_search *search);

/*
 * fl_search_plan - find out what the next run is, as fl_search_next() would
 *
 * Where runs are told, only the part that it is in is known: fl_search_settle().
 * Return: 1: there is one; 0: there is none any more; -errno.
 */
int fl_search_plan(struct fl_search *search);

/*
 * fl_search_make - make the run that was planned
 * Context: fl_search_plan() has returned 1.
 * Return: 0: search->end says how it ended; 1: it counts for nothing, as other words have
 * become steps; -errno.
 */
int fl_search_make(struct fl_search *search);

/*
 * fl_search_settle - ... and what it repeats, and what is to be tried after it
 * Return: as fl_search_plan().
 */
int fl_search_settle(struct fl_search *search);

/*
 * fl_search_continue - the loop that the last run ended with is none: the next run is the
 * same, and more of it; if that would be too long, the last run ends with FL_RUN_LIMIT
 * Context: search->end is FL_RUN_LOOP.
 * Return: 0; -ENOMEM.
 */
int fl_search_continue(struct fl_search *search);

/* fl_search_forget - nothing was made yet, and nothing is planned; what was counted, and
 * what was learnt of the program, stays */
void fl_search_forget(struct fl_search *search);

/*
 * fl_search_enter - from now on only what begins with one branch is searched
 * @depth: of a point of the run to be made next
 * @branch: of those that are still to be tried from there, from 1
 * Context: fl_search_plan() has returned 1; it will return 1.
 */
void fl_search_enter(struct fl_search *search, unsigned int depth,
		     unsigned int branch);

/*
 * fl_search_skip - of a search by chance: the next run is that after @run others
 * Context: fl_search_plan() has returned 1; it will return 1.
 */
void fl_search_skip(struct fl_search *search, unsigned long run);

/*
 * fl_search_pass - all that begins with the steps of the next run, as far as these are known,
 * was searched elsewhere
 * Context: fl_search_plan() has returned 1; it may return something else now.
 */
void fl_search_pass(struct fl_search *search);

/*
 * fl_search_done - an estimate of the part of all runs that was made, 0 to 1
 *
 * At each point of the path the branches known so far weigh the same (Knuth, "Estimating
 * the efficiency of backtrack programs", Math. Comp. 29, 1975, turned on the path of a
 * search from left to right).  As branches are found on the way, it errs on the high side.
 * Context: fl_search_plan() has returned 1.
 */
double fl_search_done(const struct fl_search *search);

/* fl_search_repeat - the run that was made last, once more; where it ends the world, its
 * end has a backtrace this time */
void fl_search_repeat(struct fl_search *search);

#endif /* FL_EXPLORE_SEARCH_H */
