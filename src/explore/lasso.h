/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lasso.h - proof that a run has come into a loop that it can repeat without end
 *
 *  - fl_lasso_begin(), _note(), _turn(), _end()
 *  - fl_lasso_until()     where a thread stops in the next turn
 *
 *   first step          the loop begins
 *     o---------------------o------------+
 *                           |            |    the same turn FL_LASSO_TURNS times
 *                           +------------+
 *
 * A candidate is a schedule whose last segments are a turn.  They are repeated, each
 * thread as many operations further on.  The loop is proved if in each turn all threads make
 * the same operations in the same order, and memory at the end of each turn is what it was
 * at the end of the one before, counters excepted: words that changed in the first half of
 * the turns (machine/recur.c).
 */
#ifndef FL_EXPLORE_LASSO_H
#define FL_EXPLORE_LASSO_H

#include <stdint.h>

#include "explore/step.h"

#define FL_LASSO_TURNS	64u

struct fl_recurrence;

struct fl_lasso {
	unsigned int most;		/* turns: FL_LASSO_TURNS, or only as many as are shown */
	unsigned int turns;		/* that are over */
	unsigned long nr;		/* operations of this turn */
	uint64_t hash;			/* ... what they are */
	unsigned long first_nr;		/* the same of the first turn */
	uint64_t first_hash;
	struct fl_position from[FL_EXPLORE_THREADS];	/* where it began, */
	struct fl_position by[FL_EXPLORE_THREADS];	/* ... and how far a turn leads */
	struct fl_recurrence *memory;
};

/*
 * fl_lasso_begin - the first turn begins
 * @turns: 0: FL_LASSO_TURNS; fewer show a loop that was proved before: memory is not compared
 * Return: 0, -ENOMEM.
 */
int fl_lasso_begin(struct fl_lasso *lasso, struct fl_machine *machine,
		   unsigned int turns);

/* fl_lasso_note - a thread is about to make an operation in a turn */
void fl_lasso_note(struct fl_lasso *lasso, unsigned int thread,
		   const struct fl_op *op);

/*
 * fl_lasso_turn - a turn is over
 * Return: 0: another one is to be made; 1: it is proved; -EILSEQ: the turn is unlike those
 * before it; -ENOMEM.
 */
int fl_lasso_turn(struct fl_lasso *lasso, struct fl_machine *machine);

/* Return: where @thread, which stops at @until in the first turn, stops in this one. */
struct fl_position fl_lasso_until(const struct fl_lasso *lasso,
				  unsigned int thread,
				  struct fl_position until);

/* fl_lasso_end - free what it keeps */
void fl_lasso_end(struct fl_lasso *lasso);

#endif /* FL_EXPLORE_LASSO_H */
