/* SPDX-License-Identifier: GPL-2.0-only */
/* lasso.c - proof that a run can repeat a loop without end; see lasso.h */
#include <errno.h>
#include <string.h>

#include "explore/lasso.h"
#include "explore/mix.h"
#include "machine/machine.h"

int fl_lasso_begin(struct fl_lasso *l, struct fl_machine *m, unsigned int turns)
{
	unsigned int id;

	memset(l, 0, sizeof(*l));
	l->most = turns ? turns : FL_LASSO_TURNS;
	for (id = 1; id < fl_machine_threads(m); id++)
		l->from[id] = fl_thread_position(m, id);
	if (turns)
		return 0;
	l->memory = fl_recurrence_begin(m);
	return l->memory ? 0 : -ENOMEM;
}

void fl_lasso_end(struct fl_lasso *l)
{
	fl_recurrence_end(l->memory);
	l->memory = NULL;
}

/* Addresses are not hashed: a turn may allocate and free. */
void fl_lasso_note(struct fl_lasso *l, unsigned int thread,
		   const struct fl_op *op)
{
	l->nr++;
	l->hash = fl_mix(l->hash ^ op->pc);
	l->hash = fl_mix(l->hash ^ ((uint64_t)op->size << 32 | op->kind << 16 |
				    op->flags << 8 | thread));
}

/* Count operations if the turn has any, else plain accesses. */
static struct fl_position distance(struct fl_position from,
				   struct fl_position to)
{
	if (to.ops != from.ops)
		return (struct fl_position){ to.ops - from.ops, 0 };
	return (struct fl_position){ 0, to.plain - from.plain };
}

static void measure(struct fl_lasso *l, struct fl_machine *m)
{
	unsigned int id;

	for (id = 1; id < fl_machine_threads(m); id++)
		l->by[id] = distance(l->from[id], fl_thread_position(m, id));
	l->first_nr = l->nr;
	l->first_hash = l->hash;
}

int fl_lasso_turn(struct fl_lasso *l, struct fl_machine *m)
{
	_Bool learn = l->turns < FL_LASSO_TURNS / 2;
	int changed = 0;

	if (!l->turns++)
		measure(l, m);
	if (!l->nr || l->nr != l->first_nr || l->hash != l->first_hash)
		return -EILSEQ;
	l->nr = l->hash = 0;
	if (l->memory)
		changed = fl_recurrence_turn(l->memory, learn);
	if (changed < 0)
		return changed;
	if (changed && !learn)
		return -EILSEQ;
	return l->turns == l->most;
}

struct fl_position fl_lasso_until(const struct fl_lasso *l, unsigned int thread,
				  struct fl_position until)
{
	until.ops += l->turns * l->by[thread].ops;
	until.plain += l->turns * l->by[thread].plain;
	return until;
}
