/* SPDX-License-Identifier: GPL-2.0-only */
/* schedule.c - who ran when, as a line of text; see schedule.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/schedule.h"
#include "explore/search.h"
#include "machine/machine.h"

#define PREFIX	"e1:"

void fl_schedule_free(struct fl_schedule *s)
{
	free(s->segments);
	free(s->choices);
	memset(s, 0, sizeof(*s));
}

static int reserve(struct fl_schedule *s, unsigned int segments,
		   unsigned int choices)
{
	memset(s, 0, sizeof(*s));
	s->segments = calloc(segments + 1, sizeof(*s->segments));
	s->choices = calloc(choices + 1, 1);
	if (s->segments && s->choices)
		return 0;
	fl_schedule_free(s);
	return -ENOMEM;
}

/* -- of a run -- */

/* Return: the next step of the thread that takes step @i, or trace.nr. */
static unsigned int next_of(const struct fl_trace *t, unsigned int i)
{
	unsigned int k = i + 1;

	while (k < t->nr && t->steps[k].thread != t->steps[i].thread)
		k++;
	return k;
}

/* Where a thread stops that takes no step any more: at its end, where it waits, or
 * before a step that it did not come to, since another has ended the world. */
static struct fl_segment last_of(const struct fl_search *search,
				 unsigned int thread)
{
	const struct fl_trace *t = &search->trace;
	_Bool ran_last = t->nr && t->steps[t->nr - 1].thread == thread;
	_Bool pending = search->next[thread].kind;

	return (struct fl_segment){
		.thread = thread,
		.to_end = !pending || (ran_last && search->end != FL_RUN_LOOP),
		.until = search->stopped[thread],
	};
}

/* The world has ended before any step: threads begin one after the other. */
static void before_any_step(const struct fl_search *search,
			    struct fl_schedule *s)
{
	unsigned int id;

	for (id = 1; id < search->trace.threads; id++) {
		s->segments[s->nr++] = last_of(search, id);
		if (s->segments[s->nr - 1].to_end)
			return;
	}
}

/* A thread stops before its next step, whose position is known if it came to it. */
int fl_schedule_of(const struct fl_search *search, struct fl_schedule *s)
{
	const struct fl_trace *t = &search->trace;
	unsigned int i, next;

	if (reserve(s, t->nr + t->threads, t->nr))
		return -ENOMEM;
	s->loops = search->end == FL_RUN_LOOP;
	if (!t->nr)
		before_any_step(search, s);
	for (i = 0; i < t->nr; i++) {
		_Bool turn = s->loops && i + 1 == search->loop.from;

		if (t->steps[i].op.kind == FL_OP_CHOOSE)
			s->choices[s->nr_choices++] = t->steps[i].value;
		if (i + 1 < t->nr && !turn &&
		    t->steps[i + 1].thread == t->steps[i].thread)
			continue;
		next = next_of(t, i);
		s->segments[s->nr] = last_of(search, t->steps[i].thread);
		if (next < t->nr) {
			s->segments[s->nr].to_end = 0;
			s->segments[s->nr].until = search->positions[next];
		}
		s->nr++;
		if (turn)
			s->loop = s->nr;
	}
	return 0;
}

/* -- as text -- */

size_t fl_schedule_print(const struct fl_schedule *s, char *text, size_t size)
{
	size_t n = 0;
	unsigned int i;

#define PUT(...) \
	(n += snprintf(n < size ? text + n : NULL, n < size ? size - n : 0, \
		       __VA_ARGS__))
	PUT(PREFIX);
	for (i = 0; i < s->nr; i++) {
		const struct fl_segment *at = &s->segments[i];

		PUT("%s%s%u", i ? "," : "",
		    s->loops && i == s->loop ? "[" : "", at->thread);
		if (!at->to_end)
			PUT("@%u", at->until.ops);
		if (!at->to_end && at->until.plain)
			PUT("+%u", at->until.plain);
	}
	if (s->loops)
		PUT("]");
	for (i = 0; i < s->nr_choices; i++)
		PUT("%s%u", i ? "." : ";", s->choices[i]);
#undef PUT
	return n;
}

static int number(const char **at, unsigned int *out)
{
	char *end;

	if (**at < '0' || **at > '9')
		return -EINVAL;
	*out = strtoul(*at, &end, 10);
	*at = end;
	return 0;
}

/* One segment.  Return: 0, -EINVAL. */
static int parse_segment(const char **at, struct fl_segment *out)
{
	*out = (struct fl_segment){ .to_end = 1 };
	if (number(at, &out->thread) || !out->thread)
		return -EINVAL;
	if (**at != '@')
		return 0;
	++*at;
	out->to_end = 0;
	if (number(at, &out->until.ops))
		return -EINVAL;
	if (**at != '+')
		return 0;
	++*at;
	return number(at, &out->until.plain);
}

static int parse(const char **at, struct fl_schedule *s)
{
	unsigned int value;

	/* Nothing: the world ended before the first step. */
	if (!**at)
		return 0;
	do {
		if (**at == '[' && !s->loops) {
			s->loops = 1;
			s->loop = s->nr;
			++*at;
		}
		if (parse_segment(at, &s->segments[s->nr++]))
			return -EINVAL;
		if (s->loops && s->segments[s->nr - 1].to_end)
			return -EINVAL;
	} while (**at == ',' && ++*at);
	if (s->loops && *(*at)++ != ']')
		return -EINVAL;
	if (**at == ';') {
		do {
			++*at;
			if (number(at, &value) || value > 255)
				return -EINVAL;
			s->choices[s->nr_choices++] = value;
		} while (**at == '.');
	}
	return **at ? -EINVAL : 0;
}

int fl_schedule_parse(const char *text, struct fl_schedule *s,
		      const char **where)
{
	size_t most = strlen(text);

	*where = text;
	if (strncmp(text, PREFIX, strlen(PREFIX)))
		return -EINVAL;
	*where += strlen(PREFIX);
	if (reserve(s, most, most))
		return -ENOMEM;
	if (!parse(where, s))
		return 0;
	fl_schedule_free(s);
	return -EINVAL;
}

/* -- a run after it -- */

/* Return: where segment @i ends, in this turn of a loop. */
static struct fl_segment segment_of(const struct fl_replay *r, unsigned int i)
{
	struct fl_segment at = r->schedule->segments[i];

	if (r->looping)
		at.until = fl_lasso_until(&r->lasso, at.thread, at.until);
	return at;
}

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
	struct fl_segment at;

	if (!r->started)
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

/* Has the thread gone on beyond the last plain access? */
static int is_missed(struct fl_replay *r, const struct fl_segment *at)
{
	struct fl_position p = fl_thread_position(r->machine, at->thread);

	return !at->to_end && at->until.plain && p.ops > at->until.ops;
}

/* Is the next segment the first of a loop that has not begun? */
static int is_loop_ahead(const struct fl_replay *r)
{
	return r->schedule->loops && !r->looping &&
	       r->at == r->schedule->loop;
}

/* Go past the segments that are over. */
static void advance(struct fl_replay *r)
{
	const struct fl_schedule *s = r->schedule;

	while (r->at < s->nr && !is_loop_ahead(r)) {
		struct fl_segment at = segment_of(r, r->at);

		if (!is_over(r, &at))
			return;
		if (is_missed(r, &at) && !r->missed)
			r->missed = r->at + 1;
		r->at++;
	}
}

/* -- the loop at its end -- */

static void begin_loop(struct fl_replay *r)
{
	r->looped = fl_lasso_begin(&r->lasso, r->machine, r->turns);
	r->looping = !r->looped;
	r->stepped = r->left_out = 0;
	r->loop_choice = r->choice;
}

/* Return: the names of the threads in @threads, in @text. */
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
			 "the same %lu operations are repeated without end by %s, while %s can run and does not",
			 r->lasso.first_nr, names,
			 name_threads(r, r->left_out, others, sizeof(others)));
	else
		snprintf(text, sizeof(text),
			 "the same %lu operations are repeated without end by %s, and no thread that can run is left out",
			 r->lasso.first_nr, names);
	fl_machine_livelock(r->left_out != 0, text);
}

/* A turn is over.  Return: whether another one begins. */
static _Bool end_turn(struct fl_replay *r)
{
	unsigned int id;

	for (id = 1; id < fl_machine_threads(r->machine); id++)
		if (!(r->stepped >> id & 1) && is_enabled(r, id))
			r->left_out |= 1u << id;
	r->looped = fl_lasso_turn(&r->lasso, r->machine);
	if (r->looped == 1 && (!r->left_out || r->accept_unfair))
		end_in_livelock(r);
	if (r->looped)
		return 0;
	r->stepped = 0;
	r->at = r->schedule->loop;
	r->choice = r->loop_choice;
	return 1;
}

static unsigned int pick(struct fl_scheduler *scheduler)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	const struct fl_schedule *s = r->schedule;
	unsigned int id;

	r->started = 1;
	advance(r);
	if (is_loop_ahead(r)) {
		begin_loop(r);
		advance(r);
	}
	while (r->looping && r->at == s->nr) {
		if (!end_turn(r))
			return 0;
		advance(r);
	}
	if (r->looped < 0)
		return 0;
	id = r->at < s->nr ? s->segments[r->at].thread : first_enabled(r);
	if (!id && !all_ended(r))
		fl_machine_deadlock(r->machine);
	r->went[id] = fl_machine_moment(r->machine) + 1;
	r->stepped |= 1u << id;
	return id;
}

static unsigned int choose(struct fl_scheduler *scheduler)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;

	if (r->choice < r->schedule->nr_choices)
		return r->schedule->choices[r->choice++];
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
	unsigned int i;
	int ret;

	for (i = 0; i < r->schedule->nr; i++)
		if (r->schedule->segments[i].thread >=
		    fl_machine_threads(r->machine))
			return -EILSEQ;
	if (fl_machine_threads(r->machine) > FL_EXPLORE_THREADS)
		return -EILSEQ;

	r->scheduler = (struct fl_scheduler){
		r->quiet, visible, spins, pick, choose, r->watch ? go : NULL,
	};
	r->at = r->choice = r->missed = 0;
	memset(r->went, 0, sizeof(r->went));
	r->started = r->looping = 0;
	r->looped = 0;
	r->lasso.memory = NULL;
	fl_machine_schedule(r->machine, &r->scheduler);
	ret = fl_machine_run(r->machine);
	fl_machine_schedule(r->machine, NULL);
	fl_lasso_end(&r->lasso);
	return ret;
}
