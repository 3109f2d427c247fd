/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * select.c - choose the steps of the story
 *
 *  - a watched state changes
 *  - a choice is not the usual one
 *  - a thread sleeps, is woken, or does not get a lock; and the step that took
 *    that lock
 *  - two threads access the same watched memory
 *  - elsewhere, a thread accesses a word between two accesses of another, with
 *    an effect; for the folio's counts and lock, only if the lock is lost
 *  - a frame is freed that the violation names
 *  - the last step before the violation
 *
 * The story ends with a step of the code under test: the steps with which a
 * checker or the kernel's own report follows it are left out.
 *
 * Locks without waiters, and words that threads use one after the other, are
 * left out.  Of a loop with many turns, the first one is shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/step.h"
#include "story/recording.h"

static enum fl_step_effect effect_of(const struct fl_record_step *s)
{
	return fl_op_effect(&s->op, s->took);
}

static int is_lock(const struct fl_record_step *s)
{
	return s->op.kind >= FL_OP_LOCK && s->op.kind <= FL_OP_DOWNGRADE;
}

static int same_place(const struct fl_record_step *a,
		      const struct fl_record_step *b)
{
	return a->op.addr && b->op.addr &&
	       a->op.addr < b->op.addr + (b->op.size ? b->op.size : 1) &&
	       b->op.addr < a->op.addr + (a->op.size ? a->op.size : 1);
}

static int changes_state(const struct fl_recording *r,
			 const struct fl_record_step *s)
{
	unsigned int i;

	for (i = 0; i < r->nr_columns; i++)
		if (s->changed[i])
			return 1;
	return 0;
}

static int named_in(const char *name, const char *text)
{
	const char *at = strstr(text, name);
	char next = at ? at[strlen(name)] : 'x';

	return at && !(next >= '0' && next <= '9') &&
	       !(next >= 'a' && next <= 'f');
}

static int is_deadlock(const struct fl_recording *r)
{
	return r->nr && r->steps[r->nr - 1].blocked;
}

/* The folio lock is one of the folio's flags. */
static int locks_folio(const struct fl_record_step *s)
{
	return s->has_value && s->before != s->after &&
	       !strncmp(s->object, "flags ", 6);
}

static int is_event(const struct fl_recording *r,
		    const struct fl_record_step *s)
{
	if (s->blocked || (is_deadlock(r) && locks_folio(s)))
		return 1;
	switch (s->op.kind) {
	case FL_OP_WAIT:
	case FL_OP_RELAX:
	case FL_OP_RCU_WAIT:
		return 1;
	case FL_OP_CHOOSE:
		return s->took;
	case FL_OP_TRYLOCK:
	case FL_OP_TRYLOCK_SHARED:
		return !s->took;
	default:
		return (s->freed && named_in(s->object, r->end.text)) ||
		       changes_state(r, s);
	}
}

/* Return: whether a thread blocks on the lock that step @i takes before it is
 * released; *@unlock: the step that releases it. */
static int is_waited_for(const struct fl_recording *r, unsigned int i,
			 unsigned int *unlock)
{
	const struct fl_record_step *s = &r->steps[i];
	char reason[120];
	int waited = 0;
	unsigned int k;

	snprintf(reason, sizeof(reason), "blocked on %s", s->object);
	for (k = i + 1; k < r->nr; k++) {
		const struct fl_record_step *t = &r->steps[k];

		waited |= t->reason && !strcmp(t->reason, reason);
		if (t->blocked && t->thread != s->thread &&
		    !strcmp(t->object, s->object))
			waited = 1;
		if (same_place(s, t))
			waited |= t->thread != s->thread && !t->took;
		if (same_place(s, t) && t->thread == s->thread && !t->blocked) {
			*unlock = k;
			return waited;
		}
	}
	*unlock = i;
	return waited;
}

static void select_locks(struct fl_recording *r, unsigned char *need)
{
	unsigned int i, unlock;

	for (i = 0; i < r->nr; i++) {
		const struct fl_record_step *s = &r->steps[i];

		if (!is_lock(s) || s->op.kind == FL_OP_UNLOCK ||
		    s->op.kind == FL_OP_UNLOCK_SHARED)
			continue;
		if (is_waited_for(r, i, &unlock))
			need[i] = need[unlock] = 1;
	}
}

/* An access to data, not to a lock. */
static int is_access(const struct fl_record_step *s)
{
	return s->op.kind && s->op.kind <= FL_OP_UNLESS && !s->freed;
}

/* Return: the last access to the same place before @s; NULL. */
static const struct fl_record_step *before(const struct fl_recording *r,
					   const struct fl_record_step *s)
{
	const struct fl_record_step *t;

	for (t = s; t-- > r->steps;)
		if (is_access(t) && same_place(s, t))
			return t;
	return NULL;
}

static int writes(const struct fl_record_step *s)
{
	return effect_of(s) == FL_EFFECT_WRITE;
}

static int is_of_folio(const struct fl_recording *r,
		       const struct fl_record_step *s)
{
	return s->column >= 0 ? r->of_folio[s->column] :
				!!strstr(s->object, "mapcount ");
}

/* For mappings and rights: select each step in which two threads meet there.
 * The folio's counts and lock are used for many purposes, so only steps that
 * change a state matter. */
static void select_meetings(struct fl_recording *r, unsigned char *need)
{
	const struct fl_record_step *s, *t;

	for (s = r->steps; s < r->steps + r->nr; s++) {
		if (!is_access(s) || (s->column < 0 && !s->data) ||
		    is_of_folio(r, s))
			continue;
		t = before(r, s);
		if (t && t->thread != s->thread && (writes(s) || writes(t)))
			need[s - r->steps] = need[t - r->steps] = 1;
	}
}

/*
 * Elsewhere: two accesses of one thread, and one of another thread in between
 * that cannot be moved before or after both (Lu et al., AVIO, ASPLOS 2006):
 *
 *   read  WRITE read     the two reads differ
 *   write WRITE read     the read does not return what was written
 *   write READ  write    the other thread sees an intermediate value
 *   read  WRITE write    the write is based on an outdated value
 */
static int is_torn(const struct fl_record_step *first,
		   const struct fl_record_step *other,
		   const struct fl_record_step *second)
{
	if (writes(other))
		return !writes(first) || !writes(second);
	return writes(first) && writes(second);
}

/* For a folio only the loss of its lock counts: its words have many uses. */
static int may_be_torn(const struct fl_recording *r,
		       const struct fl_record_step *s)
{
	return is_access(s) && (!is_of_folio(r, s) || fl_lock_lost(r, s));
}

static void select_torn(struct fl_recording *r, unsigned char *need)
{
	const struct fl_record_step *first, *other, *second;

	for (second = r->steps; second < r->steps + r->nr; second++) {
		other = may_be_torn(r, second) ? before(r, second) : NULL;
		if (!other || other->thread == second->thread)
			continue;
		for (first = before(r, other);
		     first && first->thread != second->thread;)
			first = before(r, first);
		if (first && is_torn(first, other, second))
			need[first - r->steps] = need[other - r->steps] =
				need[second - r->steps] = 1;
	}
}

/* -- turns of a loop -- */

#define MOST_TURN   64 /* steps in one turn */
#define LEAST_TURNS 3  /* to be folded */

/* Return: whether two steps do the same in the same place.  Other values than
 * states may differ, as in a loop that counts. */
static int alike(const struct fl_recording *r, const struct fl_record_step *a,
		 const struct fl_record_step *b)
{
	if (a->thread != b->thread || a->op.kind != b->op.kind ||
	    a->op.addr != b->op.addr || a->took != b->took || a->blocked ||
	    b->blocked || !a->nr_frames || !b->nr_frames ||
	    a->frames[0].function != b->frames[0].function ||
	    a->frames[0].line != b->frames[0].line)
		return 0;
	return !memcmp(a->state, b->state, r->nr_columns * sizeof(a->state[0]));
}

/* Return: the end of the shown steps from @at on in which each step is like the
 * one @len later. */
static unsigned int periodic(const struct fl_recording *r,
			     const unsigned int *shown, unsigned int nr,
			     unsigned int at, unsigned int len)
{
	while (at + len < nr &&
	       alike(r, &r->steps[shown[at]], &r->steps[shown[at + len]]))
		at++;
	return at + len < nr ? at + len : nr;
}

/* Replace turns of @len steps from @at to @end, except the
 * first, by a count. */
static void fold(struct fl_recording *r, unsigned char *need,
		 const unsigned int *shown, unsigned int nr, unsigned int at,
		 unsigned int len, unsigned int end)
{
	unsigned int i;

	for (i = at + len; i < end; i++)
		need[shown[i]] = 0;
	*(end < nr ? &r->steps[shown[end]].turns :
		     &r->turns) = (end - at) / len - 1;
	*(end < nr ? &r->steps[shown[end]].turn : &r->turn) = len;
}

static void fold_turns(struct fl_recording *r, unsigned char *need,
		       unsigned int *shown)
{
	unsigned int nr = 0, at, len, end = 0, i;

	for (i = 0; i < r->nr; i++)
		if (need[i])
			shown[nr++] = i;
	for (at = 0; at < nr; at++) {
		for (len = 1; len <= MOST_TURN; len++) {
			end = periodic(r, shown, nr, at, len);
			if (end >= at + LEAST_TURNS * len)
				break;
		}
		if (len > MOST_TURN)
			continue;
		/* Show extra steps before the loop, so that its
		 * turns are whole. */
		fold(r, need, shown, nr, at + (end - at) % len, len, end);
		at = end - 1;
	}
}

/* Return: the number of steps in a turn, if the steps before @end are
 * LEAST_TURNS such turns; 0: they are not. */
static unsigned int last_turn(const struct fl_recording *r, unsigned int end)
{
	unsigned int len, i;

	for (len = 1; len * LEAST_TURNS <= end; len++) {
		for (i = end - len * LEAST_TURNS; i < end - len; i++)
			if (!alike(r, &r->steps[i], &r->steps[i + len]))
				break;
		if (i == end - len)
			return len;
	}
	return 0;
}

/* For a livelock without a selected step in its last turns: select what these
 * turns read and write.  The last step may be the first of another turn. */
static void select_turns(struct fl_recording *r, unsigned char *need)
{
	unsigned int end = r->nr, len = last_turn(r, end), i;

	if (!len && end)
		len = last_turn(r, --end);
	if (memchr(need + end - len * LEAST_TURNS, 1, len * LEAST_TURNS))
		return;
	for (i = end - len * LEAST_TURNS; i < end; i++)
		if (is_access(&r->steps[i]) &&
		    (r->steps[i].column >= 0 || r->steps[i].data))
			need[i] = 1;
}

/* -- the end -- */

const struct fl_record_step *fl_recording_last(const struct fl_recording *r)
{
	unsigned int i = r->nr;

	while (i && r->steps[i - 1].report)
		i--;
	return i ? &r->steps[i - 1] : NULL;
}

static int is_in_story(const struct fl_recording *r, const unsigned char *need,
		       unsigned int thread)
{
	unsigned int i;

	for (i = 0; i < r->nr; i++)
		if (need[i] && r->steps[i].thread == thread)
			return 1;
	return 0;
}

/* Leave out the steps of the report.  If none was made, or if the story would
 * have no step of the thread that ended the world, select the last one of the
 * code under test. */
static void select_end(const struct fl_recording *r, unsigned char *need)
{
	const struct fl_record_step *last = fl_recording_last(r);
	unsigned int i, end = last ? last - r->steps + 1 : 0;

	for (i = end; i < r->nr; i++)
		need[i] = 0;
	if (r->ended_by && last &&
	    (end == r->nr || !is_in_story(r, need, r->ended_by)))
		need[end - 1] = 1;
}

void fl_recording_select(struct fl_recording *r)
{
	unsigned int *shown = calloc(r->nr + 1, sizeof(*shown));
	unsigned char *need = calloc(r->nr + 1, 1);
	unsigned int i;

	for (i = 0; need && i < r->nr; i++)
		need[i] = is_event(r, &r->steps[i]);
	if (need) {
		select_locks(r, need);
		select_meetings(r, need);
		select_torn(r, need);
		if (r->endless)
			select_turns(r, need);
		else
			select_end(r, need);
	}
	if (need && shown)
		fold_turns(r, need, shown);
	r->shown = 0;
	for (i = 0; i < r->nr; i++)
		r->steps[i].number = !need || need[i] ? ++r->shown : 0;
	free(shown);
	free(need);
}
