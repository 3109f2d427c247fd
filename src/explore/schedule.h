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
 * FL_LASSO_TURNS times: each thread stops as many operations later in each turn.
 *
 *  - fl_schedule_of()      of the run that a search made last
 *  - fl_schedule_parse(), _print(), _free()
 *  - fl_replay_run()       one run after a schedule
 */
#ifndef FL_EXPLORE_SCHEDULE_H
#define FL_EXPLORE_SCHEDULE_H

#include <stddef.h>

#include "explore/lasso.h"
#include "explore/step.h"

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
	unsigned int loop;		/* ... which begins with this segment */
};

struct fl_search;

/* Return: 0, -ENOMEM. */
int fl_schedule_of(const struct fl_search *search, struct fl_schedule *schedule);

/* Return: 0; -EINVAL: *@where is where it stops making sense; -ENOMEM. */
int fl_schedule_parse(const char *text, struct fl_schedule *schedule,
		      const char **where);

/* As snprintf(): Return: the length of all of it. */
size_t fl_schedule_print(const struct fl_schedule *schedule, char *text,
			 size_t size);

void fl_schedule_free(struct fl_schedule *schedule);

/* One operation of a run, before it is made, on the stack of its thread. */
typedef void fl_replay_fn(void *arg, unsigned int thread, const struct fl_op *op);

struct fl_replay {
	struct fl_scheduler scheduler;	/* first */
	struct fl_machine *machine;
	const struct fl_schedule *schedule;
	fl_replay_fn *watch;		/* NULL: nobody */
	void *arg;
	_Bool quiet;			/* no backtrace where the world ends */
	unsigned int at, choice;	/* segment, choice */
	unsigned int loop_choice;	/* the first of a turn */
	/*
	 * A segment, from 1, whose plain accesses there were not that many of: another
	 * compiler has made the code.  0: none.
	 */
	unsigned int missed;
	_Bool started;
	unsigned int went[FL_EXPLORE_THREADS];	/* the moment of its last step */
	unsigned int turns;		/* of a loop: fl_lasso_begin() */
	_Bool accept_unfair;		/* a loop that needs an unfair scheduler ends the world, too */
	struct fl_lasso lasso;
	_Bool looping;			/* it is in a turn */
	unsigned int stepped;		/* threads that took a step in it */
	unsigned int left_out;		/* ... and those that could, and did not, in any turn */
	int looped;			/* 1: the loop is proved; -EILSEQ: it is none; -ENOMEM */
};

/*
 * fl_replay_run - run the threads of @machine after @schedule, and then on, the lowest
 * first, to their ends
 * Context: the machine has no other scheduler.
 *
 * If it ends in a loop, the run ends after the last turn: the world with it, as this is a
 * livelock, unless only an unfair scheduler leads to it (replay->left_out) and
 * replay->accept_unfair is not set.  replay->looped has the result.
 * Return: 0; -EILSEQ: it names a thread that the machine does not have, or the machine has too
 * many; -ENOTRECOVERABLE: the world ended.
 */
int fl_replay_run(struct fl_replay *replay);

#endif /* FL_EXPLORE_SCHEDULE_H */
