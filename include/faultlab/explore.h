/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.h - run the threads of a world under every schedule that matters
 *
 *  - fl_explore(), fl_replay()
 *  - fl_world_choices()   which choices the search decides, FL_CHOOSE_* of
 *                         types.h
 *  - fl_world_alloc()     memory that is the same at the start of each run
 *  - fl_world_violate()   assertions of the program itself
 *  - fl_world_check()     a check after a replay
 *
 * A program sets up a world, spawns threads, and calls fl_explore() instead of
 * fl_threads_run().  All runs start from the state of the world at that call.
 * Therefore data that threads share with each other or with @check must lie in
 * the world: allocate it with fl_world_alloc().
 *
 * Steps are accesses to memory that threads share; memory is sequentially
 * consistent.
 */
#ifndef FAULTLAB_EXPLORE_H
#define FAULTLAB_EXPLORE_H

#include "faultlab/types.h"

struct fl_world;

enum fl_explore_mode {
	/* One run per class of equivalent runs. */
	FL_EXPLORE_OPTIMAL,
	/* Every run.  Checks FL_EXPLORE_OPTIMAL on small programs. */
	FL_EXPLORE_ALL,
	/* Every run with at most @max_preemptions preemptions, those with the
	 * fewest first. */
	FL_EXPLORE_BOUNDED,
	/* Random runs, @max_runs of them.  If @depth is 0, each step picks any
	 * thread; otherwise, probabilistic concurrency testing for bugs of that
	 * depth. */
	FL_EXPLORE_RANDOM,
};

#define FL_SCHEDULE   4096
#define FL_DATA_RACES 32

struct fl_explore_result;

/* What fl_explore_config.progress requests. */
enum fl_explore_wish {
	FL_EXPLORE_CONTINUE,
	FL_EXPLORE_SAVE, /* save the checkpoint and continue */
	FL_EXPLORE_STOP, /* save the checkpoint and stop */
};

/* Zero means the default. */
struct fl_explore_config {
	enum fl_explore_mode mode;
	unsigned long max_runs;	      /* default: no limit */
	unsigned int max_steps;	      /* of one run; default 10,000 */
	unsigned int max_preemptions; /* FL_EXPLORE_BOUNDED: default 2 */
	unsigned long seed;	      /* FL_EXPLORE_RANDOM */
	unsigned int depth;	      /* FL_EXPLORE_RANDOM: at most 8 */
	_Bool keep_going;	      /* continue after a violation */
	/* Report a livelock under an unfair scheduler as a violation.  Such a
	 * livelock needs a scheduler that leaves out a thread that can run.  By
	 * default it is only counted. */
	_Bool unfair;

	/* Called after each run in which all threads have ended.  It may call
	 * any function that a test may, and fl_world_violate(). */
	void (*check)(void *arg);
	/* Return: a number that identifies the final state.  Called after
	 * @check. */
	unsigned long (*state)(void *arg);
	void *arg;

	/* Called regularly between runs, with the results so far.  If it stops
	 * the search, fl_explore_result.limit is "progress". */
	enum fl_explore_wish (*progress)(
		void *arg, const struct fl_explore_result *so_far);
	void *progress_arg;

	/*
	 * Number of processes that make runs, to use that many cores.  The
	 * result is the same to the last step.  @check and @state are then
	 * called in any of these processes; whatever else they write is lost.
	 */
	unsigned int jobs; /* default 1 */

	/*
	 * File that the search is saved in when @progress requests it, and when
	 * @progress or @max_runs stops the search.  If the file exists and is
	 * not empty, the search resumes from it.  Program and kernel must be
	 * those that wrote the file: @checkpoint_of names the program, the rest
	 * is checked.  Not with @keep_going.  Only one process at a time can
	 * use the file.  The caller removes it.
	 */
	const char *checkpoint;
	const char *checkpoint_of;
	/* For the faultlab command: receives the open file, still locked, if
	 * the search is complete or has found a violation.  NULL: the file is
	 * closed. */
	struct fl_file *checkpoint_file;

	/* Memory of the caller that is saved in the checkpoint and restored
	 * when the search resumes: what @check has learned from all runs.
	 * If child processes share it, it has what @check learned in any of
	 * them. */
	void *kept;
	unsigned long kept_size; /* the same for all of @checkpoint_of */
};

struct fl_explore_result {
	unsigned long runs;	 /* runs made to their ends */
	unsigned long blocked;	 /* redundant runs, abandoned */
	unsigned long truncated; /* of @runs: cut off by @max_steps */
	unsigned long violations;
	/* Livelocks under an unfair scheduler. */
	unsigned long unfair;
	char unfair_schedule[FL_SCHEDULE]; /* of the first of them */
	/* Random runs made to look for livelocks, once a run has repeated an
	 * operation.  Not counted in @runs. */
	unsigned long probes;
	unsigned long steps;  /* of all runs */
	unsigned int deepest; /* steps of the longest run */
	/* Restarts until all words that threads share were known. */
	unsigned int restarts;
	/* Words whose accesses are steps: locks, atomics, plain. */
	unsigned long shared[3];
	/* Plain accesses of kernel code that nothing orders, as KCSAN reports
	 * them: advice, not violations.  Each pair of places appears once:
	 * "function() file:line". */
	struct fl_data_race {
		char first[96], second[96];
	} data_races[FL_DATA_RACES];
	unsigned int nr_data_races;
	unsigned long states;	   /* distinct states, see @state */
	unsigned long states_hash; /* equal for equal sets of states */
	double done;		   /* fraction explored, estimated */
	/* Runs made before the checkpoint was saved, counted in all figures. */
	unsigned long resumed;
	/* 0, or -errno if the checkpoint could not be saved: the file is as it
	 * was before.  -EEXIST: another program has changed it. */
	int save_error;
	/* With -EWOULDBLOCK: PID of the holder of the checkpoint, or 0. */
	int checkpoint_holder;
	_Bool exhaustive;
	const char *limit; /* limit that was reached, or NULL */
	/* FL_EXPLORE_RANDOM with a depth: lower bound of the probability that
	 * any one run hits a bug of that depth. */
	double chance;
	/* FL_EXPLORE_BOUNDED: the bound on preemptions of the last runs. */
	unsigned int preemptions;
	struct fl_end end; /* of the first violation */
	/* Schedule of that run, for fl_replay(); "" if there is none, or it is
	 * too long. */
	char schedule[FL_SCHEDULE];
	unsigned long hash; /* of all steps of all runs */
};

/*
 * fl_explore - explore the threads spawned so far
 *
 * Context: not a simulated thread.  Afterwards the world is as it was before,
 * with its threads not yet started, whatever the result.
 * Return: 0: no run has violated anything; 1: a violation; -EINVAL: no thread
 * or more than 15, FL_EXPLORE_RANDOM without @max_runs or with too large a
 * @depth, @checkpoint with @keep_going, @checkpoint in a program without a
 * build ID, or too long a name in @checkpoint_of; -EWOULDBLOCK: another process
 * holds the checkpoint; -EISDIR, -ENXIO: the checkpoint is not a regular file;
 * -EBADMSG: it is not a checkpoint, or is damaged; -ESTALE: it is of another
 * search; -EOVERFLOW: its runs are longer than @max_steps; -EILSEQ: a run did
 * not repeat, because threads share data outside the world; -ENOMEM;
 * -ENOTRECOVERABLE: the world had ended before; another -errno: a failed
 * operation on @checkpoint before the first run.
 */
int fl_explore(struct fl_world *world, const struct fl_explore_config *config,
	       struct fl_explore_result *result);

/*
 * fl_replay - run the threads spawned so far under a schedule
 * @schedule: from fl_explore(), of the same program on the same kernel
 *
 * Context: as fl_threads_run(), which it replaces: the world is left as the run
 * has left it.
 * Return: 0; -EINVAL: @schedule is malformed; -EILSEQ: the run cannot follow
 * it, because it is of another program, kernel or (if it has a plus sign)
 * build; -ENOMEM; -ENOTRECOVERABLE: the world ended.
 */
int fl_replay(struct fl_world *world, const char *schedule);

/*
 * fl_world_check - call @check as fl_explore() does after a run
 * For example, after fl_replay().
 * Return: 0; -ENOTRECOVERABLE: the world ended during @check or before.
 */
int fl_world_check(struct fl_world *world, void (*check)(void *arg), void *arg);

/*
 * fl_world_choices - set which choices the search decides from now on
 * @what: FL_CHOOSE_*
 *
 * fl_explore() tries both outcomes of each; fl_replay() takes that of the
 * schedule.
 */
void fl_world_choices(struct fl_world *world, unsigned int what);

/*
 * fl_world_alloc - Return: zeroed memory, part of the world and freed with it;
 * or NULL.
 */
void *fl_world_alloc(struct fl_world *world, unsigned long size);

/* fl_world_violate - end the world; @fmt describes the violation
 * Context: a simulated thread, or a check of fl_explore(). */
void fl_world_violate(struct fl_world *world, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

#endif /* FAULTLAB_EXPLORE_H */
