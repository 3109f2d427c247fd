/* SPDX-License-Identifier: GPL-2.0-only */
/* attempt.c - operations that a thread repeats until they take effect; see
 * attempt.h */
#include <string.h>

#include "explore/attempt.h"

/* Most steps of a loop at the end of a run that is too long. */
#define LONGEST_TURN 4000u

void fl_attempt_begin(struct fl_attempts *a, unsigned int number,
		      unsigned int steps)
{
	if (!number)
		a->nr = 0;
	a->number = number;
	memmove(&a->at[1], &a->at[0], sizeof(a->at) - sizeof(a->at[0]));
	a->at[0] = steps;
	if (a->nr < FL_ATTEMPTS_KEPT)
		a->nr++;
}

/* -- attempts without effect -- */

static int same_place(const struct fl_op *a, const struct fl_op *b)
{
	return a->kind == b->kind && a->addr == b->addr && a->pc == b->pc;
}

/* Return: the next step of @thread, from step @i on, that is not a wait;
 * trace.nr: none. */
static unsigned int next_step(const struct fl_trace *t, unsigned int thread,
			      unsigned int i)
{
	while (i < t->nr && (t->steps[i].thread != thread ||
			     t->steps[i].op.kind == FL_OP_RELAX))
		i++;
	return i;
}

/* Return: whether the last two attempts took the same steps. */
static int is_repeated(const struct fl_attempts *a, const struct fl_trace *t,
		       unsigned int thread)
{
	unsigned int before = next_step(t, thread, a->at[2]);
	unsigned int last = next_step(t, thread, a->at[1]);

	while (before < a->at[1] && last < t->nr) {
		if (!same_place(&t->steps[before].op, &t->steps[last].op) ||
		    t->steps[before].took != t->steps[last].took)
			return 0;
		before = next_step(t, thread, before + 1);
		last = next_step(t, thread, last + 1);
	}
	return before >= a->at[1] && last == t->nr;
}

unsigned int fl_attempt_since(const struct fl_attempts *a,
			      const struct fl_trace *t, unsigned int thread,
			      _Bool vain)
{
	if (!a->number || a->nr < 2)
		return ~0u;
	if (vain || fl_attempt_is_last(a) ||
	    (a->nr >= 3 && is_repeated(a, t, thread)))
		return a->at[1];
	return ~0u;
}

/* -- candidates for a livelock -- */

/* A guess that the thread waits is only the search's: the thread could run. */
static int can_run(struct fl_machine *m, unsigned int id)
{
	const struct fl_op *op = fl_thread_op(m, id);

	if (op->kind == FL_OP_RELAX)
		return !!(op->flags & FL_OP_GUESSED);
	return fl_op_enabled(m, id);
}

/* Return: whether each thread except @thread is back where it was before step
 * @loop->from. */
static int is_turn(const struct fl_trace *t, struct fl_machine *m,
		   unsigned int thread, struct fl_loop *loop)
{
	unsigned int id, i;

	loop->unfair = 0;
	for (id = 1; id < t->threads; id++) {
		if (id == thread)
			continue;
		for (i = loop->from; i < t->nr && t->steps[i].thread != id; i++)
			;
		if (i == t->nr)
			loop->unfair |= can_run(m, id);
		else if (!same_place(&t->steps[i].op, fl_thread_op(m, id)))
			return 0;
	}
	return 1;
}

int fl_attempt_loop(const struct fl_attempts *a, const struct fl_trace *t,
		    struct fl_machine *m, unsigned int thread,
		    struct fl_loop *loop)
{
	unsigned int i;

	for (i = 1; i < a->nr; i++) {
		loop->from = a->at[i];
		if (loop->from < t->nr && is_turn(t, m, thread, loop))
			return 1;
	}
	return 0;
}

int fl_attempt_tail(const struct fl_trace *t, struct fl_machine *m,
		    unsigned int thread, struct fl_loop *loop)
{
	const struct fl_op *op = fl_thread_op(m, thread);
	unsigned int most = t->nr < LONGEST_TURN ? t->nr : LONGEST_TURN, i;

	for (i = 1; i <= most; i++) {
		const struct fl_step *e = &t->steps[t->nr - i];

		loop->from = t->nr - i;
		if (e->thread == thread && same_place(&e->op, op) &&
		    is_turn(t, m, thread, loop))
			return 1;
	}
	return 0;
}
