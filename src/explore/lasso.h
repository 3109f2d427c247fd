/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lasso.h - proof that a run has reached a loop that it can repeat without end
 *
 *  - fl_lasso_begin(), _note(), _turn(), _end()
 *  - fl_lasso_until()     where a thread stops in the next turn
 *
 *   first step          the loop begins
 *     o---------------------o----------+
 *                           |          |    the same turn FL_LASSO_TURNS times
 *                           +----------+
 *
 * A candidate is a schedule whose last segments are a turn.  A replay repeats
 * them, with each thread advanced by the operations of a turn.  The loop is
 * proved if in each turn all threads make the same operations in the same
 * order, and memory at the end of each turn is what it was at the end of the
 * previous one.  Counters are excepted: words that changed in the first half of
 * the turns (machine/recur.c).
 */
#ifndef FL_EXPLORE_LASSO_H
#define FL_EXPLORE_LASSO_H

#include <stdint.h>

#include "explore/step.h"

#define FL_LASSO_TURNS 64u

struct fl_recurrence;

struct fl_lasso {
	/* Number of turns: FL_LASSO_TURNS, or fewer if the loop is only
	 * shown. */
	unsigned int most;
	unsigned int turns;	/* turns completed */
	unsigned long nr;	/* operations in this turn */
	uint64_t hash;		/* of those operations */
	unsigned long first_nr; /* of the first turn */
	uint64_t first_hash;
	/* Position of each thread before the loop, and its advance per turn. */
	struct fl_position from[FL_EXPLORE_THREADS];
	struct fl_position by[FL_EXPLORE_THREADS];
	struct fl_recurrence *memory;
};

/*
 * fl_lasso_begin - start the first turn
 * @turns: 0: FL_LASSO_TURNS; fewer turns show a loop that was proved before,
 *         without comparing memory
 * Return: 0, -ENOMEM.
 */
int fl_lasso_begin(struct fl_lasso *lasso, struct fl_machine *machine,
		   unsigned int turns);

/* fl_lasso_note - record an operation that a thread is about to make in a
 * turn */
void fl_lasso_note(struct fl_lasso *lasso, unsigned int thread,
		   const struct fl_op *op);

/*
 * fl_lasso_turn - end a turn
 * Return: 0: another turn must follow; 1: the loop is proved; -EILSEQ: the turn
 * differs from those before it; -ENOMEM.
 */
int fl_lasso_turn(struct fl_lasso *lasso, struct fl_machine *machine);

/* Return: where @thread, which stops at @until in the first turn, stops in this
 * one. */
struct fl_position fl_lasso_until(const struct fl_lasso *lasso,
				  unsigned int thread,
				  struct fl_position until);

/* fl_lasso_end - free the resources of the proof */
void fl_lasso_end(struct fl_lasso *lasso);

#endif /* FL_EXPLORE_LASSO_H */
