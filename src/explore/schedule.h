/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule.h - who ran when, as a line of text, and a run made after it
 *
 *   e1:1@12,2@5+1,1,2;0.1
 *
 * Thread 1 runs until it is about to take its 12th operation (struct fl_position), then
 * thread 2 until one plain access after its 5th, then 1 and at last 2 to their ends or
 * until they wait.  After the semicolon stand the choices, in the order in which they
 * were made.  A line is the same for every compiler, unless it has a plus.
 *
 *   e1:2@9,[1@12,2@17]
 *
 * The last segments, in brackets, are the first turn of a loop, which a replay makes
 * FL_LASSO_TURNS times: each thread stops as many operations later in each turn.  In braces,
 * the loop may leave out a thread that can run, so that it needs an unfair scheduler.
 *
 *  - fl_schedule_of()      of the run that a search made last
 *  - fl_schedule_parse(), _print(), _free()
 *  - fl_replay_run()       one run after a schedule
 *  - fl_replay_fits()      is the schedule one of that program?
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
	_Bool loops;			/* it ends in a loop, */
	unsigned int loop;		/* ... which begins with this segment, */
	_Bool unfair;			/* ... and may leave out a thread that can run */
};

struct fl_search;

/* Return: 0, -ENOMEM. */
int fl_schedule_of(const struct fl_search *search, struct fl_schedule *schedule);

/*
 * fl_schedule_parse - read a line of text
 * @error: NULL, or where and why it is refused
 * Return: 0; -EINVAL with *@error; -ENOMEM.
 */
int fl_schedule_parse(const char *text, struct fl_schedule *schedule,
		      struct fl_schedule_error *error);

/* Return: the column, from 1, where segment @i or choice @i, from 0, of a schedule that can
 * be parsed begins. */
unsigned int fl_schedule_segment_at(const char *text, unsigned int i);
unsigned int fl_schedule_choice_at(const char *text, unsigned int i);

/* As snprintf(): Return: the length of all of it. */
size_t fl_schedule_print(const struct fl_schedule *schedule, char *text,
			 size_t size);

void fl_schedule_free(struct fl_schedule *schedule);

/* One operation of a run, before it is made, on the stack of its thread. */
typedef void fl_replay_fn(void *arg, unsigned int thread, const struct fl_op *op);

enum fl_misfit {
	FL_MISFIT_NONE,
	/* fl_replay.misfit_at is a segment, from 0: */
	FL_MISFIT_IDLE,		/* its thread takes no step; */
	FL_MISFIT_SHORT,	/* ... waits or ends before it is where it should stop; */
	FL_MISFIT_PLAIN,	/* ... makes fewer plain accesses: another build's */
	FL_MISFIT_LOOP,		/* ... begins a loop that does not repeat */
	FL_MISFIT_CHOICE,	/* misfit_at is a choice, from 0: there are not so many
				 * alternatives */
};

struct fl_replay {
	struct fl_scheduler scheduler;	/* first */
	struct fl_machine *machine;
	const struct fl_schedule *schedule;
	fl_replay_fn *watch;		/* NULL: nobody */
	void *arg;
	_Bool quiet;			/* no backtrace where the world ends */
	_Bool stop;			/* set by @watch: the run ends before the next step */
	unsigned int at, choice;	/* segment, choice */
	unsigned int turns;		/* of that segment's thread, so far */
	unsigned int running;		/* the thread picked last */
	/* The first entry of the schedule that the run could not follow; the run then
	 * ignores that entry. */
	enum fl_misfit misfit;
	unsigned int misfit_at;
	struct fl_position stopped;	/* FL_MISFIT_PLAIN: where the thread did stop */
	char why[160];
	_Bool started;
	unsigned int went[FL_EXPLORE_THREADS];	/* the moment of its last step */
	unsigned int attempted[FL_EXPLORE_THREADS];	/* ... before its last attempt */

	/* The loop at its end: */
	unsigned int loop_turns;	/* the caller's, for fl_lasso_begin() */
	struct fl_lasso lasso;
	_Bool looping;			/* the run is in a turn */
	unsigned int loop_choice;	/* the first choice of a turn */
	unsigned int stepped;		/* threads that took a step in this turn */
	unsigned int left_out;		/* threads that could, and did not, in any turn */
	int looped;			/* 1: the loop is proved; -EILSEQ: it is none; -ENOMEM */
};

/*
 * fl_replay_run - run the threads of @machine after @schedule, and then on, the lowest
 * first, to their ends
 * Context: the machine has no other scheduler.
 *
 * If it ends in a loop, the run ends after the last turn: the world with it, as this is a
 * livelock, unless only an unfair scheduler leads to it (replay->left_out) and
 * schedule->unfair is not set.  replay->looped has the result.
 * Return: 0; -EILSEQ: it names a thread that the machine does not have, or the machine has too
 * many; -ENOTRECOVERABLE: the world ended.  After replay->stop threads are left in the middle.
 */
int fl_replay_run(struct fl_replay *replay);

/*
 * fl_replay_fits - has the last run followed all of its schedule?
 * @text: which the schedule was parsed from
 * @error: NULL, or where and why the run could not follow it
 * Return: 0; -EILSEQ with *@error.
 */
int fl_replay_fits(const struct fl_replay *replay, const char *text,
		   struct fl_schedule_error *error);

/*
 * fl_replay_trim - change one entry of the schedule that the last run could not follow
 *
 * The schedule makes the same run as before.
 * Return: 1: it is changed; 0: the run has followed all of it.
 */
int fl_replay_trim(const struct fl_replay *replay, struct fl_schedule *schedule);

#endif /* FL_EXPLORE_SCHEDULE_H */
