/* SPDX-License-Identifier: GPL-2.0-only */
/* spin.c - loops that wait for another thread without announcing it; see
 * spin.h */
#include "explore/spin.h"

#define RING (FL_SPIN_TURNS * FL_SPIN_STEPS)

void fl_spin_note(struct fl_spin *spin, const struct fl_trace *trace,
		  unsigned int index)
{
	const struct fl_step *e = &trace->steps[index];

	if (e->effect != FL_EFFECT_READ || e->op.kind == FL_OP_RELAX)
		spin->nr = 0;
	else
		spin->at[spin->nr++ % RING] = index;
}

/* Return: the operation that the thread made @back steps ago. */
static const struct fl_op *look(const struct fl_spin *spin,
				const struct fl_trace *trace, unsigned int back)
{
	return &trace->steps[spin->at[(spin->nr - back) % RING]].op;
}

static int same(const struct fl_op *a, const struct fl_op *b)
{
	return a->addr == b->addr && a->pc == b->pc && a->kind == b->kind;
}

/* Return: whether the last turns had @steps steps each, and @op is the first of
 * another one. */
static int turns(const struct fl_spin *spin, const struct fl_trace *trace,
		 const struct fl_op *op, unsigned int steps)
{
	unsigned int i;

	if (!same(look(spin, trace, steps), op))
		return 0;
	for (i = 1; i + steps <= FL_SPIN_TURNS * steps; i++)
		if (!same(look(spin, trace, i), look(spin, trace, i + steps)))
			return 0;
	return 1;
}

unsigned int fl_spin_since(const struct fl_spin *spin,
			   const struct fl_trace *trace, const struct fl_op *op)
{
	unsigned int steps;

	if (op->kind == FL_OP_RELAX)
		return ~0u;
	for (steps = 1;
	     steps <= FL_SPIN_STEPS && steps * FL_SPIN_TURNS <= spin->nr;
	     steps++)
		if (turns(spin, trace, op, steps))
			return spin->at[(spin->nr - steps) % RING];
	return ~0u;
}
