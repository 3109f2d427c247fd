/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.h - run the threads of a world under every schedule that matters
 *
 *  - fl_explore(), fl_replay()
 *  - fl_world_choices()   what may go either way
 *  - fl_world_alloc()     memory that each run finds as it was
 *  - fl_world_violate()   what a program itself asserts
 *  - fl_world_check()     ... at the end of a replay
 *
 * A program sets a world up, spawns threads, and calls fl_explore() in the place of
 * fl_threads_run().  All runs begin with the world as it is then; so what threads
 * share with each other or with @check must lie in the world: fl_world_alloc().
 *
 * Steps are accesses to what threads share, and memory is sequentially consistent.
 */
#ifndef FAULTLAB_EXPLORE_H
#define FAULTLAB_EXPLORE_H

#include "faultlab/types.h"

struct fl_world;

enum fl_explore_mode {
	/* one run for each class of equivalent runs */
	FL_EXPLORE_OPTIMAL,
	/* every run: to check the above, where there are few */
	FL_EXPLORE_ALL,
	/* every run, those with the fewest preemptions first, @max_preemptions at most */
	FL_EXPLORE_BOUNDED,
	/* @max_runs by chance: with @depth 0 any thread at any step, else probabilistic
	 * concurrency testing for bugs of that depth */
	FL_EXPLORE_RANDOM,
};

#define FL_SCHEDULE	4096
#define FL_DATA_RACES	32

struct fl_explore_result;

/* What fl_explore_config.progress wants. */
enum fl_explore_wish {
	FL_EXPLORE_GO_ON,
	FL_EXPLORE_SAVE,	/* into the checkpoint, then go on */
	FL_EXPLORE_STOP,	/* as with a limit; the checkpoint is saved */
};

/* Zero means the default. */
struct fl_explore_config {
	enum fl_explore_mode mode;
	unsigned long max_runs;		/* default: no limit */
	unsigned int max_steps;		/* of one run; default 10,000 */
	unsigned int max_preemptions;	/* FL_EXPLORE_BOUNDED: default 2 */
	unsigned long seed;		/* FL_EXPLORE_RANDOM */
	unsigned int depth;		/* ... at most 8 */
	_Bool go_on;			/* after a violation */
	/* A livelock that only an unfair scheduler leads to, which leaves out a thread that can
	 * run, is a violation, too; else it is only counted. */
	_Bool unfair;

	/* Called after each run whose threads have all ended.  It may call what a test
	 * may, and fl_world_violate(). */
	void (*check)(void *arg);
	/* Return: a number that stands for the final state; asked after @check. */
	unsigned long (*state)(void *arg);
	void *arg;

	/* Called now and then between two runs, with what is known so far.  Where it
	 * stops the search, the limit is called "progress". */
	enum fl_explore_wish (*progress)(void *arg,
					 const struct fl_explore_result *so_far);
	void *progress_arg;

	/*
	 * Processes that make runs: more than one for as many cores, with the same
	 * result to the last step.  @check and @state are then called in any of them:
	 * what else they write is lost.
	 */
	unsigned int jobs;		/* default 1 */

	/*
	 * A file that the search is saved in when @progress asks for it, and when that or
	 * @max_runs stops the search; if it exists and is not empty, the search is resumed
	 * from it.  Both must be of the same program on the same kernel: @checkpoint_of
	 * names it, the rest is checked.  Not with @go_on.  One process at a time has the
	 * file.  The caller removes it.
	 */
	const char *checkpoint;
	const char *checkpoint_of;
	/* For the faultlab command: where the open file is left, still locked, if the search
	 * is complete or has found a violation.  NULL: it is closed. */
	struct fl_file *checkpoint_file;

	/* Memory of the caller's that is saved in the checkpoint, and is as it was then
	 * when the search is resumed: what @check has learned of all runs.  If it is
	 * shared with child processes, it has what is learned in any of them. */
	void *kept;
	unsigned long kept_size;	/* the same for each search of @checkpoint_of */
};

struct fl_explore_result {
	unsigned long runs;		/* that were made to their ends */
	unsigned long blocked;		/* that turned out to be redundant */
	unsigned long truncated;	/* of @runs: ended by @max_steps, not by the threads */
	unsigned long violations;
	unsigned long unfair;		/* livelocks that need an unfair scheduler */
	char unfair_schedule[FL_SCHEDULE];	/* of the first of them */
	/* Random runs beside the search that looked for a livelock, once a run has repeated an
	 * operation.  They are not among @runs. */
	unsigned long probes;
	unsigned long steps;		/* of all runs */
	unsigned int deepest;		/* steps of the longest */
	unsigned int restarts;		/* until it was known what threads share */
	unsigned long shared[3];	/* words that are steps: locks, atomics, plain */
	/* Plain accesses of kernel code that nothing orders, as KCSAN reports them: advice,
	 * no violation.  Each pair of places once: "function() file:line". */
	struct fl_data_race {
		char first[96], second[96];
	} data_races[FL_DATA_RACES];
	unsigned int nr_data_races;
	unsigned long states;		/* different ones, as @state tells */
	unsigned long states_hash;	/* the same for the same set of states */
	double done;			/* which part of it all, by estimate while it goes on */
	unsigned long resumed;		/* runs that the checkpoint had; counts include them */
	int save_error;			/* -errno: the checkpoint could not be saved, and is
					 * as it was before; -EEXIST: another program has
					 * changed it */
	int checkpoint_holder;		/* with -EWOULDBLOCK: the process that has it, or 0 */
	_Bool exhaustive;
	const char *limit;		/* which was reached, or NULL */
	/* FL_EXPLORE_RANDOM with a depth: how probable it is at least that one run meets
	 * a bug of that depth. */
	double chance;
	unsigned int preemptions;	/* FL_EXPLORE_BOUNDED: of the last runs */
	struct fl_end end;		/* of the first violation */
	char schedule[FL_SCHEDULE];	/* of that run, for fl_replay(); "": none, or
					 * it is too long */
	unsigned long hash;		/* of all steps of all runs */
};

/*
 * fl_explore - explore the threads spawned so far
 *
 * Context: not a simulated thread.  Afterwards the world is as it was before, its
 * threads not begun, whatever was found.
 * Return: 0: all held as far as was looked; 1: a violation; -EINVAL: more than 15
 * threads, or none, or FL_EXPLORE_RANDOM without @max_runs, or @go_on with @checkpoint,
 * whose build must have an id; -EWOULDBLOCK: another process has the checkpoint;
 * -EISDIR, -ENXIO: it is no regular file; -EBADMSG: the file is no checkpoint, or is
 * damaged; -ESTALE: it is of something else; -EOVERFLOW: its runs are longer than
 * @max_steps; -EILSEQ: a run did not repeat: threads share what is not in the world; -ENOMEM; -ENOTRECOVERABLE:
 * the world had ended before; -errno of what could not be done to @checkpoint before the
 * first run.
 */
int fl_explore(struct fl_world *world, const struct fl_explore_config *config,
	       struct fl_explore_result *result);

/*
 * fl_replay - run the threads spawned so far after a schedule
 * @schedule: as fl_explore() told it, of the same program on the same kernel
 *
 * Context: as fl_threads_run(), which it stands in for: the world is as the run left it.
 * Return: 0; -EINVAL: no schedule; -EILSEQ: the run could not follow it, because it is of
 * another program, kernel or (a plus sign) build; -ENOMEM; -ENOTRECOVERABLE: the world
 * ended.
 */
int fl_replay(struct fl_world *world, const char *schedule);

/*
 * fl_world_check - call @check as fl_explore() does after a run: after fl_replay(), say
 * Return: 0; -ENOTRECOVERABLE: the world ended in it, or before.
 */
int fl_world_check(struct fl_world *world, void (*check)(void *arg), void *arg);

/* What else may go either way in a run; without it, it goes the first way. */
#define FL_CHOOSE_ALLOC	0x1u	/* an allocation that may fail does, once in a thread */
#define FL_CHOOSE_TLB	0x2u	/* a TLB entry is evicted before it is used */
/* A fatal signal has come for a thread where the kernel asks, or is about to wait in a way
 * that one ends; once in a thread, and it stays pending. */
#define FL_CHOOSE_SIGNAL	0x4u
/* A trylock of a folio, a page table, the mmap lock or another one fails, as somebody
 * outside the program holds it; once in a thread. */
#define FL_CHOOSE_BUSY	0x8u
/* RCU callbacks have a thread of their own, "RCU", which runs them at any time after the
 * readers that were there have left; else they are run after all threads. */
#define FL_CHOOSE_RCU	0x10u

/* fl_world_choices - from now on these are tried both ways by fl_explore(), and by
 * fl_replay() gone as the schedule says.  @what: FL_CHOOSE_* */
void fl_world_choices(struct fl_world *world, unsigned int what);

/* fl_world_alloc - Return: zeroed memory that goes with the world; NULL. */
void *fl_world_alloc(struct fl_world *world, unsigned long size);

/* fl_world_violate - end the world: @fmt tells what was broken.
 * Context: a simulated thread, or a check of fl_explore(). */
void fl_world_violate(struct fl_world *world, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

#endif /* FAULTLAB_EXPLORE_H */
