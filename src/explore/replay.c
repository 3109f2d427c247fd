/* SPDX-License-Identifier: GPL-2.0-only */
/* replay.c - a run after a schedule, and what it could not follow; see schedule.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "explore/schedule.h"
#include "machine/machine.h"

static int reached(const struct fl_segment *at, struct fl_position p)
{
	return !at->to_end && (p.ops > at->until.ops ||
			       (p.ops == at->until.ops &&
				p.plain >= at->until.plain));
}

static int visible(struct fl_scheduler *scheduler, unsigned int thread,
		   struct fl_op *op)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	const struct fl_schedule *s = r->schedule;

	if (!r->started)
		return 1;
	if (op->kind == FL_OP_CHOOSE || op->kind == FL_OP_RELAX ||
	    (r->at < s->nr && reached(&s->segments[r->at],
				      fl_thread_position(r->machine, thread))))
		return 1;
	return 0;
}

static unsigned int spins(struct fl_scheduler *scheduler, unsigned int thread,
			  const struct fl_op *op)
{
	(void)scheduler;
	(void)thread;
	(void)op;
	return ~0u;
}

/* A loop that waits has another turn only if somebody else went since the last. */
static int is_enabled(struct fl_replay *r, unsigned int id)
{
	const struct fl_op *op = fl_thread_op(r->machine, id);
	unsigned int other;

	if (op->kind != FL_OP_RELAX)
		return fl_op_enabled(r->machine, id);
	for (other = 1; other < fl_machine_threads(r->machine); other++)
		if (other != id && r->went[other] > op->value)
			return 1;
	return 0;
}

static unsigned int first_enabled(struct fl_replay *r)
{
	unsigned int id;

	for (id = 1; id < fl_machine_threads(r->machine); id++)
		if (is_enabled(r, id))
			return id;
	return 0;
}

static int all_ended(struct fl_replay *r)
{
	unsigned int id;

	for (id = 1; id < fl_machine_threads(r->machine); id++)
		if (fl_thread_op(r->machine, id)->kind)
			return 0;
	return 1;
}

/* Is the thread of segment @at to stop, or has it ended or to wait? */
static int is_over(struct fl_replay *r, const struct fl_segment *at)
{
	return !is_enabled(r, at->thread) ||
	       reached(at, fl_thread_position(r->machine, at->thread));
}

/* -- what does not fit the run -- */

/* The first one is kept.  @kind, @at: fl_replay.misfit */
static void misfit(struct fl_replay *r, enum fl_misfit kind, unsigned int at,
		   const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void misfit(struct fl_replay *r, enum fl_misfit kind, unsigned int at,
		   const char *fmt, ...)
{
	va_list args;

	if (r->misfit)
		return;
	r->misfit = kind;
	r->misfit_at = at;
	va_start(args, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, args);
	va_end(args);
}

/* Has the thread gone beyond the last plain access? */
static int is_missed(const struct fl_segment *at, struct fl_position p)
{
	return !at->to_end && at->until.plain && p.ops > at->until.ops;
}

static const char *state_of(struct fl_replay *r, unsigned int thread)
{
	return fl_thread_op(r->machine, thread)->kind ? "waits" : "has ended";
}

/* Segment r->at is over.  Does it say what its thread has done? */
static void judge_segment(struct fl_replay *r)
{
	const struct fl_segment *at = &r->schedule->segments[r->at];
	struct fl_position p = fl_thread_position(r->machine, at->thread);
	_Bool has_ended = !fl_thread_op(r->machine, at->thread)->kind;

	if (!r->misfit)
		r->stopped = p;
	if (is_missed(at, p))
		misfit(r, FL_MISFIT_PLAIN, r->at,
		       "thread %u makes fewer than %u plain accesses after its operation %u: the schedule is of another build",
		       at->thread, at->until.plain, at->until.ops);
	else if (!r->turns && reached(at, p))
		misfit(r, FL_MISFIT_IDLE, r->at,
		       "thread %u is at its operation %u already: expected a later one",
		       at->thread, p.ops);
	else if (!r->turns && !(has_ended && !r->went[at->thread]))
		misfit(r, FL_MISFIT_IDLE, r->at,
		       "thread %u cannot run here: it %s", at->thread,
		       state_of(r, at->thread));
	else if (!at->to_end && !reached(at, p))
		misfit(r, FL_MISFIT_SHORT, r->at,
		       "thread %u %s at its operation %u: expected no later one, got %u",
		       at->thread, state_of(r, at->thread), p.ops,
		       at->until.ops);
}

int fl_replay_fits(const struct fl_replay *r, const char *text,
		   struct fl_schedule_error *error)
{
	const struct fl_schedule *s = r->schedule;
	struct fl_schedule_error unused;

	if (!error)
		error = &unused;
	if (r->misfit) {
		error->column = r->misfit == FL_MISFIT_CHOICE ?
			fl_schedule_choice_at(text, r->misfit_at) :
			fl_schedule_segment_at(text, r->misfit_at);
		snprintf(error->text, sizeof(error->text), "%s", r->why);
		return -EILSEQ;
	}
	if (r->at + 1 < s->nr) {
		error->column = fl_schedule_segment_at(text, r->at + 1);
		snprintf(error->text, sizeof(error->text),
			 "the run has ended before: expected no more threads");
		return -EILSEQ;
	}
	if (r->choice < s->nr_choices) {
		error->column = fl_schedule_choice_at(text, r->choice);
		snprintf(error->text, sizeof(error->text),
			 "the run makes %u choices: expected no more", r->choice);
		return -EILSEQ;
	}
	return 0;
}

int fl_replay_trim(const struct fl_replay *r, struct fl_schedule *s)
{
	struct fl_segment *at = &s->segments[r->misfit_at];

	switch (r->misfit) {
	case FL_MISFIT_IDLE:
		s->nr--;
		memmove(at, at + 1, (s->nr - r->misfit_at) * sizeof(*at));
		return 1;
	case FL_MISFIT_SHORT:
		at->to_end = 1;
		return 1;
	case FL_MISFIT_PLAIN:
		at->until = r->stopped;
		return 1;
	case FL_MISFIT_CHOICE:
		s->choices[r->misfit_at] = 0;
		return 1;
	case FL_MISFIT_NONE:
		break;
	}
	if (r->at + 1 >= s->nr && r->choice == s->nr_choices)
		return 0;
	if (r->at + 1 < s->nr)
		s->nr = r->at + 1;
	s->nr_choices = r->choice;
	return 1;
}

/* -- which thread runs -- */

static unsigned int pick(struct fl_scheduler *scheduler)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	const struct fl_schedule *s = r->schedule;
	unsigned int id;

	r->started = 1;
	while (r->at < s->nr && is_over(r, &s->segments[r->at])) {
		judge_segment(r);
		r->at++;
		r->turns = 0;
	}
	r->turns++;
	id = r->at < s->nr ? s->segments[r->at].thread : first_enabled(r);
	if (!id && !all_ended(r))
		fl_machine_deadlock(r->machine);
	r->went[id] = fl_machine_moment(r->machine) + 1;
	r->running = id;
	return id;
}

static unsigned int choose(struct fl_scheduler *scheduler)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	unsigned int size = fl_thread_op(r->machine, r->running)->size, value;

	if (r->choice == r->schedule->nr_choices)
		return 0;
	value = r->schedule->choices[r->choice++];
	if (value < size)
		return value;
	misfit(r, FL_MISFIT_CHOICE, r->choice - 1,
	       "thread %u has %u alternatives: expected a choice from 0 to %u, got %u",
	       r->running, size, size - 1, value);
	return 0;
}

static void go(struct fl_scheduler *scheduler, unsigned int thread,
	       const struct fl_op *op)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;

	r->watch(r->arg, thread, op);
}

int fl_replay_run(struct fl_replay *r)
{
	unsigned int i, threads = fl_machine_threads(r->machine);
	int ret;

	r->at = r->choice = r->turns = r->running = r->misfit = 0;
	for (i = 0; i < r->schedule->nr; i++) {
		if (r->schedule->segments[i].thread < threads)
			continue;
		misfit(r, FL_MISFIT_IDLE, i,
		       "there is no thread %u: expected one from 1 to %u",
		       r->schedule->segments[i].thread, threads - 1);
		return -EILSEQ;
	}
	if (threads > FL_EXPLORE_THREADS)
		return -EILSEQ;

	r->scheduler = (struct fl_scheduler){
		r->quiet, visible, spins, pick, choose, r->watch ? go : NULL,
	};
	memset(r->went, 0, sizeof(r->went));
	r->started = 0;
	fl_machine_schedule(r->machine, &r->scheduler);
	ret = fl_machine_run(r->machine);
	fl_machine_schedule(r->machine, NULL);
	return ret;
}
