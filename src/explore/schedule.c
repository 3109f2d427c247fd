/* SPDX-License-Identifier: GPL-2.0-only */
/* schedule.c - a schedule as a line of text; see schedule.h */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/schedule.h"
#include "explore/search.h"
#include "number.h"

#define PREFIX "e1:"

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

/* -- the schedule of a run -- */

/* Return: the next step of the thread that takes step @i, or trace.nr. */
static unsigned int next_of(const struct fl_trace *t, unsigned int i)
{
	unsigned int k = i + 1;

	while (k < t->nr && t->steps[k].thread != t->steps[i].thread)
		k++;
	return k;
}

/* Return: the last segment of a thread: it stops at its end, where it waits, or
 * before a step that it did not reach, because another thread has ended the
 * world. */
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

/* The world has ended before the first step: threads start one after the
 * other. */
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

/* Return: a segment in which a thread stops before its next step, whose
 * position is known if the thread reached it. */
static struct fl_segment segment_after(const struct fl_search *search,
				       unsigned int step)
{
	const struct fl_trace *t = &search->trace;
	struct fl_segment at = last_of(search, t->steps[step].thread);
	unsigned int next = next_of(t, step);

	if (next < t->nr) {
		at.to_end = 0;
		at.until = search->positions[next];
	}
	return at;
}

static int same_position(struct fl_position a, struct fl_position b)
{
	return a.ops == b.ops && a.plain == b.plain;
}

/*
 * Append a segment.  A wait that the search has guessed is a step, but not an
 * operation: a segment of only such waits is left out.
 * @stopped: position of each thread
 */
static void append(struct fl_schedule *s, struct fl_segment at,
		   struct fl_position stopped[FL_EXPLORE_THREADS])
{
	if (!at.to_end && same_position(at.until, stopped[at.thread]))
		return;
	stopped[at.thread] = at.until;
	s->segments[s->nr++] = at;
}

int fl_schedule_of(const struct fl_search *search, struct fl_schedule *s)
{
	struct fl_position stopped[FL_EXPLORE_THREADS];
	const struct fl_trace *t = &search->trace;
	unsigned int i;

	if (reserve(s, t->nr + t->threads, t->nr))
		return -ENOMEM;
	memcpy(stopped, search->stopped, sizeof(stopped));
	for (i = t->nr; i--;)
		stopped[t->steps[i].thread] = search->positions[i];
	s->loops = search->end == FL_RUN_LOOP;
	s->unfair = s->loops && search->loop.unfair;
	if (!t->nr)
		before_any_step(search, s);
	for (i = 0; i < t->nr; i++) {
		if (s->loops && i == search->loop.from)
			s->loop = s->nr;
		if (t->steps[i].op.kind == FL_OP_CHOOSE)
			s->choices[s->nr_choices++] = t->steps[i].value;
		if (i + 1 == t->nr ||
		    (s->loops && i + 1 == search->loop.from) ||
		    t->steps[i + 1].thread != t->steps[i].thread)
			append(s, segment_after(search, i), stopped);
	}
	return 0;
}

/* -- as text -- */

size_t fl_schedule_print(const struct fl_schedule *s, char *text, size_t size)
{
	size_t n = 0;
	unsigned int i;

#define PUT(...)                                                            \
	(n += snprintf(n < size ? text + n : NULL, n < size ? size - n : 0, \
		       __VA_ARGS__))
	PUT(PREFIX);
	for (i = 0; i < s->nr; i++) {
		const struct fl_segment *at = &s->segments[i];

		PUT("%s%s%u", i ? "," : "",
		    !s->loops || i != s->loop ? "" :
		    s->unfair		      ? "{" :
						"[",
		    at->thread);
		if (!at->to_end)
			PUT("@%u", at->until.ops);
		if (!at->to_end && at->until.plain)
			PUT("+%u", at->until.plain);
	}
	if (s->loops)
		PUT(s->unfair ? "}" : "]");
	for (i = 0; i < s->nr_choices; i++)
		PUT("%s%u", i ? "." : ";", s->choices[i]);
#undef PUT
	return n;
}

struct parser {
	const char *text, *at;
	struct fl_schedule *schedule;
	struct fl_schedule_error *error;
};

/* Report what is expected at the parser's position.  Return: -EINVAL. */
static int expected(const struct parser *p, const char *what)
{
	struct fl_schedule_error *e = p->error;
	char got[24] = "the end of the schedule";

	if (*p->at)
		snprintf(got, sizeof(got), "'%c'",
			 *p->at >= ' ' && *p->at <= '~' ? *p->at : '?');
	e->column = p->at - p->text + 1;
	snprintf(e->text, sizeof(e->text), "expected %s, got %s", what, got);
	return -EINVAL;
}

/* @what: a noun phrase, such as "a thread".  Return: 0, -EINVAL. */
static int number(struct parser *p, const char *what, unsigned long min,
		  unsigned long max, unsigned int *out)
{
	const char *from = p->at;
	unsigned long value;
	char range[100];

	if (fl_number_scan(&p->at, min, max, &value)) {
		p->at = from;
		snprintf(range, sizeof(range), "%s, a number from %lu to %lu",
			 what, min, max);
		if (*from < '0' || *from > '9')
			return expected(p, range);
		p->error->column = from - p->text + 1;
		snprintf(p->error->text, sizeof(p->error->text),
			 "expected %s, got '%.*s'", range,
			 (int)strspn(from, "0123456789") < 30 ?
				 (int)strspn(from, "0123456789") :
				 30,
			 from);
		return -EINVAL;
	}
	*out = value;
	return 0;
}

/* Parse one segment.  Return: 0, -EINVAL. */
static int parse_segment(struct parser *p, struct fl_segment *out)
{
	*out = (struct fl_segment){ .to_end = 1 };
	if (number(p, "a thread", 1, FL_EXPLORE_THREADS - 1, &out->thread))
		return -EINVAL;
	if (*p->at != '@')
		return p->schedule->loops ? expected(p, "'@', as each thread "
							"of a loop must stop") :
					    0;
	p->at++;
	out->to_end = 0;
	if (number(p, "an operation", 0, UINT_MAX, &out->until.ops))
		return -EINVAL;
	if (*p->at != '+')
		return 0;
	p->at++;
	return number(p, "a count of plain accesses", 1, UINT_MAX,
		      &out->until.plain);
}

static int parse_choices(struct parser *p)
{
	struct fl_schedule *s = p->schedule;
	unsigned int value;

	do {
		p->at++;
		if (number(p, "a choice", 0, UCHAR_MAX, &value))
			return -EINVAL;
		s->choices[s->nr_choices++] = value;
	} while (*p->at == '.');
	return *p->at ? expected(p, "'.' or the end") : 0;
}

static int parse(struct parser *p)
{
	struct fl_schedule *s = p->schedule;
	const struct fl_segment *last;

	const char *prefix = PREFIX;

	while (*prefix && *p->at == *prefix) {
		p->at++;
		prefix++;
	}
	if (*prefix)
		return expected(p, "\"" PREFIX "\"");
	for (;; p->at++) {
		if ((*p->at == '[' || *p->at == '{') && !s->loops) {
			s->loops = 1;
			s->loop = s->nr;
			s->unfair = *p->at++ == '{';
		}
		if (parse_segment(p, &s->segments[s->nr++]))
			return -EINVAL;
		if (*p->at != ',')
			break;
	}
	if (s->loops) {
		if (*p->at != (s->unfair ? '}' : ']'))
			return expected(p, s->unfair ? "'+', ',' or '}'" :
						       "'+', ',' or ']'");
		p->at++;
	}
	if (*p->at == ';')
		return parse_choices(p);
	if (s->loops && *p->at)
		return expected(p, "';' or the end");
	last = &s->segments[s->nr - 1];
	return !*p->at ? 0 :
			 expected(p, last->to_end ? "'@', ',', ';' or the end" :
				     !last->until.plain ?
						    "'+', ',', ';' or the end" :
						    "',', ';' or the end");
}

int fl_schedule_parse(const char *text, struct fl_schedule *s,
		      struct fl_schedule_error *error)
{
	struct fl_schedule_error unused;
	struct parser p = {
		.text = text,
		.at = text,
		.schedule = s,
		.error = error ? error : &unused,
	};
	size_t most = strlen(text);

	if (reserve(s, most, most))
		return -ENOMEM;
	if (!parse(&p))
		return 0;
	fl_schedule_free(s);
	return -EINVAL;
}

unsigned int fl_schedule_segment_at(const char *text, unsigned int i)
{
	const char *at = text + strlen(PREFIX);

	while (i--)
		at = strchr(at, ',') + 1;
	return at - text + 1;
}

unsigned int fl_schedule_choice_at(const char *text, unsigned int i)
{
	const char *at = strchr(text, ';') + 1;

	while (i--)
		at = strchr(at, '.') + 1;
	return at - text + 1;
}
