/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule.h - a schedule as a line of text, and its replay
 *
 *   e1:1@12,2@5+1,1,2;0.1
 *
 * Thread 1 runs until it is about to take its 12th operation (struct
 * fl_position), then thread 2 until one plain access after its 5th, then 1 and
 * finally 2 to their ends or until they wait.  The choices follow the
 * semicolon, in the order in which they were made.  A schedule is the same for
 * every compiler, unless it has a plus sign.
 *
 *   e1:2@9,[1@12,2@17]
 *
 * The last segments, in brackets, are the first turn of a loop, which a replay
 * makes FL_LASSO_TURNS times: in each turn, each thread stops after as many
 * more operations.  In braces, the loop may leave out a thread that can run, so
 * it needs an unfair scheduler.
 *
 *  - fl_schedule_of()      the schedule of a search's last run
 *  - fl_schedule_parse(), _print(), _free()
 *  - fl_replay_run()       make one run under a schedule
 *  - fl_replay_fits()      did the run follow the schedule?
 */
#ifndef FL_EXPLORE_SCHEDULE_H
#define FL_EXPLORE_SCHEDULE_H

#include <stddef.h>

#include "explore/lasso.h"
#include "explore/step.h"
#include "faultlab/types.h"

struct fl_segment {
	unsigned int thread;
	_Bool to_end;
	struct fl_position until;
};

struct fl_schedule {
	struct fl_segment *segments;
	unsigned int nr;
	unsigned char *choices;
	unsigned int nr_choices;
	_Bool loops;	   /* the schedule ends in a loop */
	unsigned int loop; /* first segment of the loop */
	/* The loop may leave out a thread that can run. */
	_Bool unfair;
};

struct fl_search;

/* Return: 0, -ENOMEM. */
int fl_schedule_of(const struct fl_search *search,
		   struct fl_schedule *schedule);

/*
 * fl_schedule_parse - parse a line of text
 * @error: NULL, or receives where and why it is rejected
 * Return: 0; -EINVAL with *@error; -ENOMEM.
 */
int fl_schedule_parse(const char *text, struct fl_schedule *schedule,
		      struct fl_schedule_error *error);

/* Return: the column, from 1, at which segment @i or choice @i, from 0, of a
 * well-formed schedule begins. */
unsigned int fl_schedule_segment_at(const char *text, unsigned int i);
unsigned int fl_schedule_choice_at(const char *text, unsigned int i);

/* As snprintf().  Return: length of the complete text. */
size_t fl_schedule_print(const struct fl_schedule *schedule, char *text,
			 size_t size);

void fl_schedule_free(struct fl_schedule *schedule);

/* Called for each operation of a run, before it is made, on the stack of its
 * thread. */
typedef void fl_replay_fn(void *arg, unsigned int thread,
			  const struct fl_op *op);

enum fl_misfit {
	FL_MISFIT_NONE,
	/* fl_replay.misfit_at is a segment, from 0, whose thread: */
	FL_MISFIT_IDLE,	 /* takes no step */
	FL_MISFIT_SHORT, /* waits or ends before its stop */
	FL_MISFIT_PLAIN, /* makes fewer plain accesses: other build */
	FL_MISFIT_LOOP,	 /* begins a loop that does not repeat */
	/* fl_replay.misfit_at is a choice, from 0, that has fewer
	 * alternatives. */
	FL_MISFIT_CHOICE,
};

struct fl_replay {
	struct fl_scheduler scheduler; /* first */
	struct fl_machine *machine;
	const struct fl_schedule *schedule;
	fl_replay_fn *watch; /* may be NULL */
	void *arg;
	_Bool quiet; /* no backtrace if the world ends */
	/* Set by @watch: end the run before the next step. */
	_Bool stop;
	unsigned int at, choice; /* current segment, next choice */
	/* Times that segment's thread was picked so far. */
	unsigned int turns;
	unsigned int running; /* the thread picked last */
	/* The first entry of the schedule that the run could not follow, and
	 * ignored. */
	enum fl_misfit misfit;
	unsigned int misfit_at;
	/* FL_MISFIT_PLAIN: position at which the thread did stop. */
	struct fl_position stopped;
	char why[160];
	_Bool started;
	/* Step count at each thread's last step. */
	unsigned int went[FL_EXPLORE_THREADS];
	/* Step count at the start of each thread's last attempt. */
	unsigned int attempted[FL_EXPLORE_THREADS];

	/* The loop at the end of the run. */
	unsigned int loop_turns; /* set by the caller, for the lasso */
	struct fl_lasso lasso;
	_Bool looping;		  /* the run is in a turn */
	unsigned int loop_choice; /* first choice in a turn */
	unsigned int stepped;	  /* threads with a step in this turn */
	/* Threads that could run, but took no step, in any turn. */
	unsigned int left_out;
	/* 1: the loop is proved; -EILSEQ: it does not repeat; -ENOMEM. */
	int looped;
};

/*
 * fl_replay_run - run the threads of @machine under @schedule; after its last
 * entry, run them to their ends, the lowest number first
 * Context: the machine has no other scheduler.
 *
 * If the schedule ends in a loop, the run ends after the last turn.  A proved
 * loop is a livelock and ends the world, unless only an unfair scheduler leads
 * to it (replay->left_out) and schedule->unfair is not set.  The result is in
 * replay->looped.
 * Return: 0; -EILSEQ: the schedule names a thread that the machine does not
 * have, or the machine has too many; -ENOTRECOVERABLE: the world ended.  After
 * replay->stop, threads remain in the middle of their functions.
 */
int fl_replay_run(struct fl_replay *replay);

/*
 * fl_replay_fits - check whether the last run followed its whole schedule
 * @text: the text that the schedule was parsed from
 * @error: NULL, or receives where and why the run could not follow it
 * Return: 0; -EILSEQ with *@error.
 */
int fl_replay_fits(const struct fl_replay *replay, const char *text,
		   struct fl_schedule_error *error);

/*
 * fl_replay_trim - fix one entry of the schedule that the last run could not
 * follow
 *
 * The fixed schedule makes the same run.
 * Return: 1: it was changed; 0: the run followed the whole schedule.
 */
int fl_replay_trim(const struct fl_replay *replay,
		   struct fl_schedule *schedule);

#endif /* FL_EXPLORE_SCHEDULE_H */
