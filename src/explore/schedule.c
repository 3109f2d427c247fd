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
	_Bool pending = fl_thread_op(search->machine, thread)->kind;

	return (struct fl_segment){
		.thread = thread, .to_end = ran_last || !pending,
		.until = fl_thread_position(search->machine, thread),
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
	if (!t->nr)
		before_any_step(search, s);
	for (i = 0; i < t->nr; i++) {
		if (t->steps[i].op.kind == FL_OP_CHOOSE)
			s->choices[s->nr_choices++] = t->steps[i].value;
		if (i + 1 < t->nr && t->steps[i + 1].thread == t->steps[i].thread)
			continue;
		next = next_of(t, i);
		s->segments[s->nr] = last_of(search, t->steps[i].thread);
		if (next < t->nr) {
			s->segments[s->nr].to_end = 0;
			s->segments[s->nr].until = search->positions[next];
		}
		s->nr++;
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

		PUT("%s%u", i ? "," : "", at->thread);
		if (!at->to_end)
			PUT("@%u", at->until.ops);
		if (!at->to_end && at->until.plain)
			PUT("+%u", at->until.plain);
	}
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
		if (parse_segment(at, &s->segments[s->nr++]))
			return -EINVAL;
	} while (**at == ',' && ++*at);
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

/* Has the thread gone on beyond the last plain access? */
static int is_missed(struct fl_replay *r, const struct fl_segment *at)
{
	struct fl_position p = fl_thread_position(r->machine, at->thread);

	return !at->to_end && at->until.plain && p.ops > at->until.ops;
}

static unsigned int pick(struct fl_scheduler *scheduler)
{
	struct fl_replay *r = (struct fl_replay *)scheduler;
	const struct fl_schedule *s = r->schedule;
	unsigned int id;

	r->started = 1;
	while (r->at < s->nr && is_over(r, &s->segments[r->at])) {
		if (is_missed(r, &s->segments[r->at]) && !r->missed)
			r->missed = r->at + 1;
		r->at++;
	}
	id = r->at < s->nr ? s->segments[r->at].thread : first_enabled(r);
	if (!id && !all_ended(r))
		fl_machine_deadlock(r->machine);
	r->went[id] = fl_machine_moment(r->machine) + 1;
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
	r->started = 0;
	fl_machine_schedule(r->machine, &r->scheduler);
	ret = fl_machine_run(r->machine);
	fl_machine_schedule(r->machine, NULL);
	return ret;
}
