/* SPDX-License-Identifier: GPL-2.0-only */
/* replay.c - a run under a schedule, and where it cannot follow it; see
 * schedule.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "explore/attempt.h"
#include "explore/schedule.h"
#include "machine/machine.h"

/* Return: segment @i, with its end in this turn of a loop. */
static struct fl_segment segment_of(const struct fl_replay *r, unsigned int i)
{
	struct fl_segment at = r->schedule->segments[i];

	if (r->looping)
		at.until = fl_lasso_until(&r->lasso, at.thread, at.until);
	return at;
}

static int reached(const struct fl_segment *at, struct fl_position p)
{
	return !at->to_end &&
	       (p.ops > at->until.ops ||
		(p.ops == at->until.ops && p.plain >= at->until.plain));
}

static int visible(struct fl_scheduler *scheduler, unsigned int thread,
		   struct fl_op *op)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	struct fl_segment at;

	if (!r->started || r->stop)
		return 1;
	if (r->looping)
		fl_lasso_note(&r->lasso, thread, op);
	if (op->kind == FL_OP_CHOOSE || op->kind == FL_OP_RELAX)
		return 1;
	if (r->at >= r->schedule->nr)
		return 0;
	at = segment_of(r, r->at);
	return reached(&at, fl_thread_position(r->machine, thread));
}

static unsigned int spins(struct fl_scheduler *scheduler, unsigned int thread,
			  const struct fl_op *op)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	const struct fl_attempt *attempt = fl_thread_attempt(r->machine,
							     thread);
	unsigned int last = r->attempted[thread];

	(void)op;
	if (!attempt->pending || r->looping)
		return ~0u;
	r->attempted[thread] = fl_machine_moment(r->machine);
	return attempt->number >= FL_ATTEMPTS_FREE ? last : ~0u;
}

/* A loop that waits takes another turn only if another thread has run since the
 * last. */
static int can_run(struct fl_replay *r, unsigned int id)
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

/* A thread that has made many attempts, without a step of another thread since
 * the last one, lets another thread run if one can. */
static int is_enabled(struct fl_replay *r, unsigned int id)
{
	const struct fl_op *op = fl_thread_op(r->machine, id);
	unsigned int other;

	if (can_run(r, id))
		return 1;
	if (op->kind != FL_OP_RELAX || !(op->flags & FL_OP_GUESSED))
		return 0;
	for (other = 1; other < fl_machine_threads(r->machine); other++)
		if (other != id && can_run(r, other))
			return 0;
	return 1;
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

/* Return: whether the thread of segment @at must stop, has ended or waits. */
static int is_over(struct fl_replay *r, const struct fl_segment *at)
{
	return !is_enabled(r, at->thread) ||
	       reached(at, fl_thread_position(r->machine, at->thread));
}

/* -- entries that the run cannot follow -- */

/* Only the first misfit is kept.  @kind, @at: see fl_replay.misfit */
static void misfit(struct fl_replay *r, enum fl_misfit kind, unsigned int at,
		   const char *fmt, ...) __attribute__((format(printf, 4, 5)));

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

/* Return: whether the thread has run past its last plain access. */
static int is_missed(const struct fl_segment *at, struct fl_position p)
{
	return !at->to_end && at->until.plain && p.ops > at->until.ops;
}

static const char *state_of(struct fl_replay *r, unsigned int thread)
{
	return fl_thread_op(r->machine, thread)->kind ? "waits" : "has ended";
}

/* Segment r->at is over: check that its thread has done what it says. */
static void judge_segment(struct fl_replay *r)
{
	const struct fl_segment *at = &r->schedule->segments[r->at];
	struct fl_position p = fl_thread_position(r->machine, at->thread);
	_Bool has_ended = !fl_thread_op(r->machine, at->thread)->kind;

	/* A later turn that differs from the first is not a loop. */
	if (r->looping && r->lasso.turns)
		return;
	if (!r->misfit)
		r->stopped = p;
	if (is_missed(at, p))
		misfit(r, FL_MISFIT_PLAIN, r->at,
		       "thread %u makes fewer than %u plain accesses after "
		       "its operation %u: the schedule is from another build",
		       at->thread, at->until.plain, at->until.ops);
	else if (!r->turns && reached(at, p))
		misfit(r, FL_MISFIT_IDLE, r->at,
		       "thread %u is already at its operation %u: "
		       "expected a later one",
		       at->thread, p.ops);
	else if (!r->turns && !(has_ended && !r->went[at->thread]))
		misfit(r, FL_MISFIT_IDLE, r->at,
		       "thread %u cannot run here: it %s", at->thread,
		       state_of(r, at->thread));
	else if (!at->to_end && !reached(at, p))
		misfit(r, FL_MISFIT_SHORT, r->at,
		       "thread %u %s at its operation %u: expected no "
		       "later one, got %u",
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
		error->column =
			r->misfit == FL_MISFIT_CHOICE ?
				fl_schedule_choice_at(text, r->misfit_at) :
				fl_schedule_segment_at(text, r->misfit_at);
		snprintf(error->text, sizeof(error->text), "%s", r->why);
		return -EILSEQ;
	}
	if (r->at + 1 < s->nr && !r->looping) {
		error->column = fl_schedule_segment_at(text, r->at + 1);
		snprintf(error->text, sizeof(error->text),
			 "the run ended earlier: expected no more threads");
		return -EILSEQ;
	}
	if (r->choice < s->nr_choices) {
		error->column = fl_schedule_choice_at(text, r->choice);
		snprintf(error->text, sizeof(error->text),
			 "the run makes %u choices: expected no more",
			 r->choice);
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
	case FL_MISFIT_LOOP:
		s->loops = 0;
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

/* Return: whether the next segment starts a loop that is not running yet. */
static int is_loop_ahead(const struct fl_replay *r)
{
	return r->schedule->loops && !r->looping && r->at == r->schedule->loop;
}

/* Skip the segments that are over. */
static void advance(struct fl_replay *r)
{
	while (r->at < r->schedule->nr && !is_loop_ahead(r)) {
		struct fl_segment at = segment_of(r, r->at);

		if (!is_over(r, &at))
			return;
		judge_segment(r);
		r->at++;
		r->turns = 0;
	}
}

static void begin_loop(struct fl_replay *r)
{
	r->looped = fl_lasso_begin(&r->lasso, r->machine, r->loop_turns);
	r->looping = !r->looped;
	r->stepped = r->left_out = 0;
	r->loop_choice = r->choice;
}

/* Return: @text, with the names of the threads in @threads. */
static const char *name_threads(struct fl_replay *r, unsigned int threads,
				char *text, size_t size)
{
	size_t n = 0;

	for (*text = '\0'; threads && n < size; threads &= threads - 1)
		n += snprintf(text + n, size - n, "%s%s", n ? ", " : "",
			      fl_thread_name(r->machine,
					     __builtin_ctz(threads)));
	return text;
}

static void end_in_livelock(struct fl_replay *r)
{
	char text[320], names[120], others[120];

	name_threads(r, r->stepped, names, sizeof(names));
	if (r->left_out)
		snprintf(text, sizeof(text),
			 "the same %lu operations are repeated forever by %s, "
			 "while %s can run but never does",
			 r->lasso.first_nr, names,
			 name_threads(r, r->left_out, others, sizeof(others)));
	else
		snprintf(text, sizeof(text),
			 "the same %lu operations are repeated forever by %s, "
			 "and no thread that can run is starved",
			 r->lasso.first_nr, names);
	fl_machine_livelock(r->left_out != 0, text);
}

/* End a turn.  Return: whether another one begins. */
static _Bool end_turn(struct fl_replay *r)
{
	unsigned int id;

	for (id = 1; id < fl_machine_threads(r->machine); id++)
		if (!(r->stepped >> id & 1) && is_enabled(r, id))
			r->left_out |= 1u << id;
	r->looped = fl_lasso_turn(&r->lasso, r->machine);
	if (r->looped == 1 && (!r->left_out || r->schedule->unfair))
		end_in_livelock(r);
	if (r->looped == 1)
		misfit(r, FL_MISFIT_LOOP, r->schedule->loop,
		       "the loop starves a thread that can run: expected '{' "
		       "for a loop that needs an unfair scheduler");
	if (r->looped == -EILSEQ)
		misfit(r, FL_MISFIT_LOOP, r->schedule->loop,
		       "the loop does not repeat: its turn %u differs from "
		       "the first, or changes memory that it did "
		       "not change before",
		       r->lasso.turns);
	if (r->looped)
		return 0;
	r->stepped = 0;
	r->at = r->schedule->loop;
	r->choice = r->loop_choice;
	return 1;
}

/* Return: 0: the run is over, with the loop at its end. */
static int advance_in_loop(struct fl_replay *r)
{
	if (is_loop_ahead(r)) {
		begin_loop(r);
		advance(r);
	}
	while (r->looping && r->at == r->schedule->nr) {
		if (!end_turn(r))
			return 0;
		advance(r);
	}
	return r->looped >= 0;
}

static unsigned int pick(struct fl_scheduler *scheduler)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	const struct fl_schedule *s = r->schedule;
	unsigned int id;

	r->started = 1;
	if (r->stop)
		return 0;
	advance(r);
	if (s->loops && !advance_in_loop(r))
		return 0;
	r->turns++;
	id = r->at < s->nr ? s->segments[r->at].thread : first_enabled(r);
	if (!id && !all_ended(r))
		fl_machine_deadlock(r->machine);
	r->went[id] = fl_machine_moment(r->machine) + 1;
	r->running = id;
	r->stepped |= 1u << id;
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
	       "thread %u has %u alternatives: expected a choice "
	       "from 0 to %u, got %u",
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
		       "unknown thread %u: expected 1 to %u",
		       r->schedule->segments[i].thread, threads - 1);
		return -EILSEQ;
	}
	if (threads > FL_EXPLORE_THREADS)
		return -EILSEQ;

	r->scheduler = (struct fl_scheduler){
		r->quiet, visible, spins, pick, choose, r->watch ? go : NULL,
	};
	memset(r->went, 0, sizeof(r->went));
	memset(r->attempted, 0, sizeof(r->attempted));
	r->started = r->looping = 0;
	r->looped = 0;
	r->lasso.memory = NULL;
	fl_machine_schedule(r->machine, &r->scheduler);
	ret = fl_machine_run(r->machine);
	fl_machine_schedule(r->machine, NULL);
	fl_lasso_end(&r->lasso);
	return ret;
}
