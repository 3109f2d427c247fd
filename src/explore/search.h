/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * search.h - run the threads of a machine under every schedule that matters
 *
 *  - fl_search_init(), _init_beside(), _free()
 *  - fl_search_next()   make the next run
 *  - fl_search_plan(), _make()   the same in two halves
 *  - fl_search_settle()   complete the path after adopted runs
 *  - fl_search_forget(), _enter(), _skip(), _pass()   restrict the search
 *  - fl_search_done()   estimate the progress
 *
 * The search is stateless: a run begins at the machine's snapshot, repeats a
 * prefix of the previous run, and continues in another way.  The branches to
 * try are derived from the runs: if two steps race, the search tries their
 * reversal.  FL_SEARCH_OPTIMAL explores each class of equivalent runs exactly
 * once; FL_SEARCH_ALL makes every run, to check the former.  The other two
 * modes find a violation sooner, or none.
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
	 * All runs without preemption, then those with one, and so on up to the
	 * bound.  A preemption is a switch from a thread that could continue
	 * (Musuvathi and Qadeer, PLDI 2007).
	 */
	FL_SEARCH_BOUNDED,
	/* Random runs, without end: random.h. */
	FL_SEARCH_RANDOM,
};

/* A point of the current run, before its step. */
struct fl_node {
	struct fl_step step;	/* the step taken from here */
	struct fl_branch *tree; /* wakeup tree: branches to explore */
	/* Sleep set: threads already explored. */
	unsigned int sleep;
	unsigned int done;	    /* branches explored before @step's */
	unsigned short preemptions; /* on the way to this point */
	/* Taking the step by another thread is a preemption. */
	_Bool preempts;
	unsigned long began; /* runs before @step was first taken */
	/* Per sleeping thread whose step is a choice: the explored
	 * alternatives, bit n for alternative n. */
	unsigned char covered[FL_EXPLORE_THREADS];
};

enum fl_run_end {
	FL_RUN_ENDED, /* all threads have ended */
	FL_RUN_WORLD, /* the world has ended: a violation */
	/* No continuation is left to explore: redundant, not counted as a
	 * run. */
	FL_RUN_BLOCKED,
	/* The run has more steps than allowed. */
	FL_RUN_LIMIT,
	FL_RUN_LOOP,  /* perhaps a livelock: fl_search.loop */
	FL_RUN_ERROR, /* see fl_search.error */
};

struct fl_search {
	struct fl_scheduler scheduler; /* first */
	struct fl_machine *machine;
	/* Search whose snapshot is used; NULL: its own. */
	struct fl_search *beside;
	enum fl_search_mode mode;
	unsigned int bound, most; /* FL_SEARCH_BOUNDED: current, last */
	_Bool cut;		  /* the bound has excluded a step */
	struct fl_random random;
	struct fl_share *share; /* visible words; NULL: all words */
	struct fl_trace trace;	/* of the last run not adopted */
	struct fl_pool pool;
	struct fl_node *nodes;
	/* Position of the thread before each step of the current run. */
	struct fl_position *positions;
	struct fl_step *sequence;
	struct fl_step *copy; /* of @sequence */
	unsigned int replay;  /* length of the prefix to repeat */
	unsigned int new;     /* first step that no earlier run had */
	/* Leading steps unchanged since the machine's last run. */
	unsigned int same;
	_Bool planned; /* the next run is known */
	/* All runs with the prefix were explored elsewhere. */
	_Bool passed;
	/* The machine is not in the snapshot's state. */
	_Bool ran;
	/* A planned step was not enabled. */
	_Bool fell;
	/* The program has made choices. */
	_Bool has_choices;
	/* Per thread: steps it took in spite of the guess that it waits. */
	unsigned int doubts[FL_EXPLORE_THREADS];
	unsigned int running; /* the thread that took the last step */
	struct fl_spin spins[FL_EXPLORE_THREADS];
	struct fl_attempts attempts[FL_EXPLORE_THREADS];
	struct fl_loop loop; /* for FL_RUN_LOOP */
	_Bool looped;	     /* @loop is one, and ends the run */
	/* A thread has repeated an operation in the run. */
	_Bool retried;
	/* Also look for loops that leave out a thread. */
	_Bool unfair;
	/* The next run continues the last one. */
	_Bool continued;
	struct fl_set refuted; /* loops proved not to repeat */
	/* At the end of the run: next operation of each thread, and its
	 * position. */
	struct fl_op next[FL_EXPLORE_THREADS];
	struct fl_position stopped[FL_EXPLORE_THREADS];
	unsigned int ready; /* threads that were enabled then */
	/* Nothing is explored from points before @base.  Sequences for their
	 * trees are recorded in @before, unless branches that are not late
	 * cover them.  NULL: not recorded. */
	unsigned int base;
	struct fl_sequences *before;
	struct fl_ahead *ahead; /* helpers of this search, or NULL */
	_Bool told;		/* the run was adopted from a helper */
	unsigned long result;	/* the helper's result of the run */
	enum fl_run_end end;
	unsigned int length; /* of the run, in steps */
	uint64_t hash;	     /* of the run: fl_trace_hash() */
	int error;	     /* -errno; -EILSEQ: not repeatable */

	unsigned long runs, blocked, steps;
	unsigned long truncated; /* ended with FL_RUN_LIMIT */
	unsigned long taken;	 /* runs adopted from helpers */
	unsigned int deepest;
	unsigned int restarts; /* after new visible words were found */
};

/*
 * fl_search_init - start a search of @machine's threads from its current state
 *
 * Takes the snapshot.
 * @steps: most steps of one run
 * @share: visible words, owned by the caller; NULL: every access is a step
 * Return: 0; -EINVAL: too many threads; -ENOMEM, -EBUSY.
 */
int fl_search_init(struct fl_search *search, struct fl_machine *machine,
		   enum fl_search_mode mode, struct fl_share *share,
		   unsigned int steps);

/*
 * fl_search_init_beside - start another search of the same threads, between two
 * runs of @other
 *
 * Context: @other makes no run until this search is freed.
 * Return: 0, -ENOMEM.
 */
int fl_search_init_beside(struct fl_search *search, struct fl_search *other,
			  enum fl_search_mode mode, struct fl_share *share);

/* Return: approximate size of fl_search_init()'s allocations for runs of @steps
 * steps, in bytes. */
unsigned long fl_search_size(unsigned int threads, unsigned int steps);

/* fl_search_free - end the search; the machine returns to the snapshot, and its
 * threads have not started */
void fl_search_free(struct fl_search *search);

/*
 * fl_search_next - make the next run
 * Return: 1: a run was made; search->end says how it ended, and the machine is
 * left as the run has left it, unless the run was adopted; 0: no run is left;
 * -errno.
 */
int fl_search_next(struct fl_search *search);

/*
 * fl_search_plan - determine the next run, as fl_search_next() would
 *
 * While runs of a part are adopted, only the part is known: fl_search_settle().
 * Return: 1: there is a next run; 0: no run is left; -errno.
 */
int fl_search_plan(struct fl_search *search);

/*
 * fl_search_make - make the planned run
 * Context: fl_search_plan() has returned 1.
 * Return: 0: search->end says how it ended; 1: it does not count, because new
 * visible words were found; -errno.
 */
int fl_search_make(struct fl_search *search);

/*
 * fl_search_settle - determine the next run with its complete path
 * Return: as fl_search_plan().
 */
int fl_search_settle(struct fl_search *search);

/*
 * fl_search_continue - continue after a loop that is not a livelock: the next
 * run extends the last one.  If that would be too long, the last run ends with
 * FL_RUN_LIMIT.
 * Context: search->end is FL_RUN_LOOP.
 * Return: 0; -ENOMEM.
 */
int fl_search_continue(struct fl_search *search);

/* fl_search_forget - drop the path; counts and visible words stay */
void fl_search_forget(struct fl_search *search);

/*
 * fl_search_enter - restrict the search to one branch
 * @depth: of a point of the next run
 * @branch: number among the branches of its tree, from 1
 * Context: fl_search_plan() has returned 1, and will return 1.
 */
void fl_search_enter(struct fl_search *search, unsigned int depth,
		     unsigned int branch);

/*
 * fl_search_skip - in a random search, continue with run number @run
 * Context: fl_search_plan() has returned 1, and will return 1.
 */
void fl_search_skip(struct fl_search *search, unsigned long run);

/*
 * fl_search_pass - skip all runs that begin with the known steps of the next
 * run: they were explored elsewhere
 * Context: fl_search_plan() has returned 1; it may return another value now.
 */
void fl_search_pass(struct fl_search *search);

/*
 * fl_search_done - estimate the explored fraction of all runs, 0 to 1
 *
 * At each point of the path, all branches known so far have the same weight
 * (Knuth, "Estimating the efficiency of backtrack programs", Math. Comp. 29,
 * 1975, applied to the path of a search from left to right).  Since more
 * branches are found later, the estimate is too high.
 * Context: fl_search_plan() has returned 1.
 */
double fl_search_done(const struct fl_search *search);

/* fl_search_repeat - make the last run once more; if it ends the world, the end
 * has a backtrace this time */
void fl_search_repeat(struct fl_search *search);

#endif /* FL_EXPLORE_SEARCH_H */
