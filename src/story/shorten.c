/* SPDX-License-Identifier: GPL-2.0-only */
/* shorten.c - find the same violation with fewer switches; see shorten.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/schedule.h"
#include "faultlab/types.h"
#include "story/shorten.h"

/* Replace numbers in the text by '#', since frames and addresses may differ. */
static void blank(const char *text, char *out, size_t size)
{
	size_t n = 0;

	while (*text && n + 2 < size) {
		if (*text >= '0' && *text <= '9') {
			out[n++] = '#';
			while ((*text >= '0' && *text <= '9') || *text == 'x' ||
			       (*text >= 'a' && *text <= 'f'))
				text++;
		} else {
			out[n++] = *text++;
		}
	}
	out[n] = '\0';
}

int fl_ends_alike(const struct fl_end *a, const struct fl_end *b)
{
	char one[sizeof(a->text)], other[sizeof(b->text)];

	if (!a || !b || a->kind != b->kind)
		return 0;
	blank(a->text, one, sizeof(one));
	blank(b->text, other, sizeof(other));
	return !strcmp(one, other);
}

struct shortening {
	struct fl_schedule *best;
	struct fl_schedule next; /* room for a candidate */
	fl_shorten_fn *fn;
	void *arg;
	unsigned int tries, left;
	int switches; /* of the best schedule */
};

/* Merge adjacent segments of the same thread. */
static void merge(struct fl_schedule *s)
{
	unsigned int i, n = 0;

	for (i = 0; i < s->nr; i++) {
		if (n && s->segments[n - 1].thread == s->segments[i].thread)
			n--;
		s->segments[n++] = s->segments[i];
	}
	s->nr = n;
}

static void copy(struct fl_schedule *to, const struct fl_schedule *from)
{
	to->nr = from->nr;
	to->nr_choices = from->nr_choices;
	memcpy(to->segments, from->segments, from->nr * sizeof(*to->segments));
	memcpy(to->choices, from->choices, from->nr_choices);
}

/* Return: 1 if the candidate is as good; it then replaces the best. */
static int try(struct shortening *s)
{
	int switches;

	if (!s->left)
		return 0;
	s->left--;
	switches = s->fn(s->arg, &s->next);
	if (switches < 0 || switches > s->switches)
		return 0;
	s->switches = switches;
	copy(s->best, &s->next);
	return 1;
}

static int without(struct shortening *s, unsigned int from, unsigned int n)
{
	copy(&s->next, s->best);
	memmove(&s->next.segments[from], &s->next.segments[from + n],
		(s->next.nr - from - n) * sizeof(*s->next.segments));
	s->next.nr -= n;
	merge(&s->next);
	/* A schedule needs at least one segment. */
	return s->next.nr ? try(s) : 0;
}

/* Let the segment's thread run to its end. */
static int to_end(struct shortening *s, unsigned int at)
{
	unsigned int i, n = at + 1;

	copy(&s->next, s->best);
	s->next.segments[at].to_end = 1;
	for (i = n; i < s->next.nr; i++)
		if (s->next.segments[i].thread != s->next.segments[at].thread)
			s->next.segments[n++] = s->next.segments[i];
	s->next.nr = n;
	merge(&s->next);
	return try(s);
}

static int drop_segments(struct shortening *s)
{
	unsigned int size, from, dropped = 0;

	for (size = s->best->nr; size; size /= 2)
		for (from = 0; from + size <= s->best->nr;)
			if (without(s, from, size))
				dropped++;
			else
				from += size;
	for (from = s->best->nr; from-- > 0;)
		if (from < s->best->nr && !s->best->segments[from].to_end)
			dropped += to_end(s, from);
	return dropped;
}

static void drop_choices(struct shortening *s)
{
	unsigned int i;

	for (i = 0; i < s->best->nr_choices; i++) {
		if (!s->best->choices[i])
			continue;
		copy(&s->next, s->best);
		s->next.choices[i] = 0;
		try(s);
	}
	while (s->best->nr_choices &&
	       !s->best->choices[s->best->nr_choices - 1])
		s->best->nr_choices--;
}

int fl_shorten(struct fl_schedule *best, fl_shorten_fn *fn, void *arg,
	       unsigned int tries)
{
	struct shortening s = {
		.best = best,
		.fn = fn,
		.arg = arg,
		.tries = tries,
		.left = tries,
	};

	s.next.segments = calloc(best->nr + 1, sizeof(*s.next.segments));
	s.next.choices = calloc(best->nr_choices + 1, 1);
	if (!s.next.segments || !s.next.choices) {
		fl_schedule_free(&s.next);
		return -ENOMEM;
	}
	s.switches = 0x7fffffff;
	copy(&s.next, best);
	try(&s);
	while (s.left && drop_segments(&s))
		;
	drop_choices(&s);
	fl_schedule_free(&s.next);
	return tries - s.left;
}
