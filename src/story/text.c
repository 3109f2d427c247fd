/* SPDX-License-Identifier: GPL-2.0-only */
/* text.c - describe what a step does, and why a violation was possible */
#include <stdio.h>
#include <string.h>

#include "story/recording.h"

static const char *value(const struct fl_record_step *s, _Bool after,
			 char buf[40])
{
	unsigned long v = after ? s->after : s->before;
	const char *format;

	if (s->points[after]) {
		snprintf(buf, 40, "&%.30s", s->points[after]);
		return buf;
	}
	if (s->op.size == 4)
		v = v > 0xffffd8f0UL ? (unsigned long)(int)v : v;
	format = v < 10000 || v > ~9999UL ? "%ld" : "%#lx";
	snprintf(buf, 40, format, v);
	return buf;
}

static void put_access(const struct fl_record_step *s, _Bool changes,
		       char *text, unsigned long size)
{
	char before[40], after[40];
	const char *was = s->was,
		   *is = s->column >= 0 ? s->state[s->column] : NULL;

	if (!was || !is) {
		was = value(s, 0, before);
		is = value(s, 1, after);
		if (!s->has_value) {
			snprintf(text, size, "%s %s",
				 changes ? "write" : "read", s->object);
			return;
		}
	}
	if (changes && s->column >= 0 && s->has_value && !strcmp(was, is) &&
	    s->before != s->after)
		snprintf(text, size, "%s: %s, other bits", s->object, is);
	else if (changes && !strcmp(was, is))
		snprintf(text, size, "%s: %s, as before", s->object, is);
	else if (changes)
		snprintf(text, size, "%s: %s -> %s", s->object, was, is);
	else
		snprintf(text, size, "%s = %s", s->object, was);
}

void fl_step_text(const struct fl_record_step *s, char *text,
		  unsigned long size)
{
	const char *o = s->object;

	if (s->blocked) {
		snprintf(text, size, "waits for %s", o);
		return;
	}
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
		snprintf(text, size, "RCU section begins");
		return;
	case FL_OP_RCU_DONE:
		snprintf(text, size, "RCU section ends");
		return;
	case FL_OP_RCU_SYNC:
	case FL_OP_RCU_CALL:
		snprintf(text, size, "grace period begins");
		return;
	case FL_OP_RCU_WAIT:
		snprintf(text, size, "grace period ends");
		return;
	case FL_OP_RELAX:
		snprintf(text, size, "stops waiting");
		return;
	default:
		snprintf(text, size, "%s%s", s->took ? "" : "not: ", o);
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

/* Return: how much a step explains a violation: a freed frame explains most,
 * then a change of a mapping or a right, then of a count or a lock. */
static unsigned int weight(const struct fl_recording *r,
			   const struct fl_record_step *s)
{
	unsigned int c, w = 0;

	if (s->freed)
		return 3;
	if (s->data && s->before != s->after)
		return 2;
	for (c = 0; c < r->nr_columns; c++) {
		if (!s->changed[c])
			continue;
		if (!r->of_folio[c])
			return 2;
		w = 1;
	}
	return w;
}

/* Return: of the steps of threads other than @thread, the one with the highest
 * weight, and of several the last; NULL: none. */
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

static const struct fl_record_step *neighbour(const struct fl_recording *r,
					      const struct fl_record_step *of,
					      unsigned int thread, int way)
{
	const struct fl_record_step *s;

	for (s = of + way; s >= r->steps && s < r->steps + r->nr; s += way)
		if (s->number && s->thread == thread)
			return s;
	return NULL;
}

/* Return: the interrupted thread: it ended the world, or else ran last. */
static unsigned int victim(const struct fl_recording *r)
{
	return r->ended_by ? r->ended_by :
	       r->nr	   ? r->steps[r->nr - 1].thread :
			     0;
}

static int same_place(const struct fl_record_step *a,
		      const struct fl_record_step *b)
{
	return a->op.addr && a->op.addr < b->op.addr + b->op.size &&
	       b->op.addr < a->op.addr + a->op.size;
}

/* Return: whether @s set the state that @last is about.  With a column, the
 * shown state must change; otherwise any bit of the word. */
static _Bool made(const struct fl_record_step *s,
		  const struct fl_record_step *last)
{
	if (last->column >= 0)
		return s->changed[last->column];
	return s->has_value && s->before != s->after && same_place(s, last);
}

/* Return: another thread's step that set what the last step found; NULL. */
static const struct fl_record_step *seen_last(const struct fl_recording *r)
{
	const struct fl_record_step *last = r->steps + r->nr - 1, *s;

	for (s = last; r->ended_by && s-- > r->steps;)
		if (made(s, last))
			return s->thread != last->thread && s->number ? s :
									NULL;
	return NULL;
}

/* Return: the column of the folio's lock or references; -1: none. */
static int folio_column(const struct fl_recording *r, const char *name)
{
	unsigned int c;

	for (c = 0; c < r->nr_columns; c++)
		if (r->of_folio[c] && !strcmp(r->columns[c], name))
			return c;
	return -1;
}

static _Bool is_held(const struct fl_recording *r,
		     const struct fl_record_step *s)
{
	return !strcmp(s->state[folio_column(r, "lock")], "held");
}

const struct fl_record_step *fl_lock_lost(const struct fl_recording *r,
					  const struct fl_record_step *s)
{
	int lock = folio_column(r, "lock"), refs = folio_column(r, "refs");
	const struct fl_record_step *taken = s;
	_Bool released, left;

	if (lock < 0 || refs < 0)
		return NULL;
	released = s->changed[lock] && !is_held(r, s);
	left = s->changed[refs] && !strcmp(s->state[refs], "0") &&
	       is_held(r, s);
	if (!released && !left)
		return NULL;
	while (taken-- > r->steps)
		if (taken->changed[lock])
			return taken->thread != s->thread ? taken : NULL;
	return NULL;
}

/* Return: the last shown step that loses a lock taken by a shown one; NULL. */
static const struct fl_record_step *loss(const struct fl_recording *r)
{
	const struct fl_record_step *s, *taken;

	for (s = r->steps + r->nr; s-- > r->steps;) {
		taken = s->number ? fl_lock_lost(r, s) : NULL;
		if (taken && taken->number)
			return s;
	}
	return NULL;
}

const struct fl_record_step *fl_turn(const struct fl_recording *r)
{
	const struct fl_record_step *s = loss(r);

	if (!s && r->nr)
		s = seen_last(r);
	return s ? s : culprit(r, victim(r));
}

static void put_step(const struct fl_recording *r,
		     const struct fl_record_step *s, char *text, size_t size)
{
	char what[100];

	fl_step_text(s, what, sizeof(what));
	snprintf(text, size, "step %u of %.16s (%.60s)", s->number,
		 r->threads[s->thread], what);
}

/* A deadlock: no thread can continue. */
static void put_waiters(const struct fl_recording *r, char *text, size_t size)
{
	const struct fl_record_step *s;
	char one[100];
	size_t n = 0;

	for (s = r->steps; s < r->steps + r->nr; s++) {
		if (!s->blocked || n >= size)
			continue;
		put_step(r, s, one, sizeof(one));
		n += snprintf(text + n, size - n, "%s%s", n ? ", and " : "",
			      one);
	}
	if (n < size)
		snprintf(text + n, size - n, ": no other thread can run");
}

static void put_loss(const struct fl_recording *r,
		     const struct fl_record_step *s, char *text, size_t size)
{
	_Bool left = is_held(r, s);
	char one[100], lock[100];

	put_step(r, s, one, sizeof(one));
	put_step(r, fl_lock_lost(r, s), lock, sizeof(lock));
	snprintf(text, size, "%s %s %s %s", one,
		 left ? "released the folio that" : "cleared the lock that",
		 lock, left ? "had locked" : "had taken");
}

void fl_because(const struct fl_recording *r, char *text, unsigned long size)
{
	unsigned int thread = victim(r);
	const struct fl_record_step *s = fl_turn(r), *a, *b;
	char one[100], before[100] = "", after[100] = "";
	_Bool seen;

	*text = '\0';
	if (r->nr && r->steps[r->nr - 1].blocked) {
		put_waiters(r, text, size);
		return;
	}
	if (!s)
		return;
	if (s == loss(r)) {
		put_loss(r, s, text, size);
		return;
	}
	seen = s == seen_last(r);
	a = neighbour(r, s, thread, -1);
	b = seen ? neighbour(r, r->steps + r->nr, thread, -1) :
		   neighbour(r, s, thread, 1);
	if (b && b < s)
		b = NULL;
	/* A checker saw it, in a step that the story does not show. */
	if (r->steps[r->nr - 1].report)
		seen = 0;
	put_step(r, s, one, sizeof(one));
	if (a)
		put_step(r, a, before, sizeof(before));
	if (b)
		put_step(r, b, after, sizeof(after));
	if (seen)
		snprintf(text, size, "%s saw the result of %s%s%s", after, one,
			 a ? ", which came after " : "", before);
	else if (a || b)
		snprintf(text, size, "%s came%s%s%s%s%s", one,
			 a ? " after " : "", before, a && b ? " and" : "",
			 b ? " before " : "", after);
}
