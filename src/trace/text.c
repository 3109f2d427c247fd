/* SPDX-License-Identifier: GPL-2.0-only */
/* text.c - steps in words: what one does, and why a violation could come about */
#include <stdio.h>
#include <string.h>

#include "trace/recording.h"

static const char *value(const struct fl_record_step *s, unsigned long v,
			 char buf[24])
{
	const char *format = v < 10000 || v > ~9999UL ? "%ld" : "%#lx";

	if (s->op.size == 4)
		v = v > 0xffffd8f0UL ? (unsigned long)(int)v : v;
	format = v < 10000 || v > ~9999UL ? "%ld" : "%#lx";
	snprintf(buf, 24, format, v);
	return buf;
}

static void put_access(const struct fl_record_step *s, _Bool changes, char *text,
		       unsigned long size)
{
	char before[24], after[24];
	const char *was = s->was, *is = s->column >= 0 ?
		s->state[s->column] : NULL;

	if (!was || !is) {
		was = value(s, s->before, before);
		is = value(s, s->after, after);
		if (!s->has_value) {
			snprintf(text, size, "%s %s", changes ? "write" : "read",
				 s->object);
			return;
		}
	}
	if (changes)
		snprintf(text, size, "%s: %s -> %s", s->object, was, is);
	else
		snprintf(text, size, "%s = %s", s->object, was);
}

void fl_step_text(const struct fl_record_step *s, char *text,
		  unsigned long size)
{
	const char *o = s->object;

	switch (s->op.kind) {
	case FL_OP_LOAD:
		put_access(s, 0, text, size);
		return;
	case FL_OP_STORE:
		if (s->freed)
			snprintf(text, size, "free %s", o);
		else
			put_access(s, 1, text, size);
		return;
	case FL_OP_RMW:
		put_access(s, 1, text, size);
		return;
	case FL_OP_CAS:
	case FL_OP_UNLESS:
		put_access(s, s->took, text, size);
		return;
	case FL_OP_LOCK:
		snprintf(text, size, "lock %s", o);
		return;
	case FL_OP_LOCK_SHARED:
		snprintf(text, size, "lock %s, shared", o);
		return;
	case FL_OP_TRYLOCK:
	case FL_OP_TRYLOCK_SHARED:
		snprintf(text, size, "trylock %s = %d", o, s->took);
		return;
	case FL_OP_UNLOCK:
	case FL_OP_UNLOCK_SHARED:
		snprintf(text, size, "unlock %s", o);
		return;
	case FL_OP_DOWNGRADE:
		snprintf(text, size, "downgrade %s", o);
		return;
	case FL_OP_WAIT:
		snprintf(text, size, "woken");
		return;
	case FL_OP_WAKE:
		snprintf(text, size, "%s", o);
		return;
	case FL_OP_RCU_READ:
		snprintf(text, size, "RCU section");
		return;
	case FL_OP_RCU_SYNC:
		snprintf(text, size, "grace period begins");
		return;
	case FL_OP_RCU_WAIT:
		snprintf(text, size, "grace period ends");
		return;
	case FL_OP_RELAX:
		snprintf(text, size, "waits no more");
		return;
	default:
		snprintf(text, size, "a choice");
		return;
	}
}

unsigned int fl_step_function(const struct fl_record_step *s)
{
	unsigned int i;
	size_t len;

	for (i = 0; i < s->nr_frames; i++) {
		len = strlen(s->frames[i].file);
		if (len < 2 || strcmp(s->frames[i].file + len - 2, ".h"))
			return i;
	}
	return 0;
}

/* -- because -- */

/* How much a step says of a violation: a mapping or a right that changes, more than a
 * count or a lock; a frame that is freed, most. */
static unsigned int weight(const struct fl_recording *r,
			   const struct fl_record_step *s)
{
	unsigned int c, w = 0;

	if (s->freed)
		return 3;
	for (c = 0; c < r->nr_columns; c++) {
		if (!s->changed[c])
			continue;
		if (!r->of_folio[c])
			return 2;
		w = 1;
	}
	return w;
}

/* Of the steps of other threads than @thread the one that matters most, and of those
 * the last.  Return: NULL: none. */
static const struct fl_record_step *culprit(const struct fl_recording *r,
					    unsigned int thread)
{
	const struct fl_record_step *found = NULL, *s;

	for (s = r->steps; s < r->steps + r->nr; s++)
		if (s->number && s->thread != thread && weight(r, s) &&
		    (!found || weight(r, s) >= weight(r, found)))
			found = s;
	return found;
}

static const struct fl_record_step *
neighbour(const struct fl_recording *r, const struct fl_record_step *of,
	  unsigned int thread, int way)
{
	const struct fl_record_step *s;

	for (s = of + way; s >= r->steps && s < r->steps + r->nr; s += way)
		if (s->number && s->thread == thread)
			return s;
	return NULL;
}

/* Who is it that was interrupted: the one whose world ended, or the last to run. */
static unsigned int victim(const struct fl_recording *r)
{
	return r->ended_by ? r->ended_by : r->nr ?
		r->steps[r->nr - 1].thread : 0;
}

const struct fl_record_step *fl_turn(const struct fl_recording *r)
{
	return culprit(r, victim(r));
}

static void put_step(const struct fl_recording *r,
		     const struct fl_record_step *s, char *text, size_t size)
{
	char what[100];

	fl_step_text(s, what, sizeof(what));
	snprintf(text, size, "step %u of %.16s (%.60s)", s->number,
		 r->threads[s->thread], what);
}

void fl_because(const struct fl_recording *r, char *text, unsigned long size)
{
	unsigned int thread = victim(r);
	const struct fl_record_step *s = culprit(r, thread), *a, *b;
	char one[100], before[100] = "", after[100] = "";

	*text = '\0';
	if (!s)
		return;
	a = neighbour(r, s, thread, -1);
	b = neighbour(r, s, thread, 1);
	put_step(r, s, one, sizeof(one));
	if (a)
		put_step(r, a, before, sizeof(before));
	if (b)
		put_step(r, b, after, sizeof(after));
	if (a || b)
		snprintf(text, size, "%s came%s%s%s%s%s", one,
			 a ? " after " : "", before, a && b ? " and" : "",
			 b ? " before " : "", after);
}
