/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spin.h - loops that wait for another thread, and do not say so
 *
 *  - fl_spin_note()    a step was taken
 *  - fl_spin_since()   is the next one another turn in vain?
 *
 * A lockless lookup that begins again until somebody else is done has as many runs as
 * one likes.  After FL_SPIN_TURNS turns, of at most FL_SPIN_STEPS steps each, that read
 * the same words at the same places of the code and stored nothing, a loop goes on when
 * one of those words is stored to, or when nobody else can go on: then it may be one
 * that ends by itself.  Of that, FL_SPIN_DOUBTS turns are enough.
 *
 * This is a guess, and the one place where runs are left out that are not equivalent to
 * others: those where such a loop has more turns before anybody acts.
 */
#ifndef FL_EXPLORE_SPIN_H
#define FL_EXPLORE_SPIN_H

#include "explore/trace.h"

#define FL_SPIN_TURNS	3u
#define FL_SPIN_STEPS	16u
#define FL_SPIN_DOUBTS	1000u

struct fl_spin {
	unsigned int nr;	/* so many of its last steps only looked */
	unsigned int at[FL_SPIN_TURNS * FL_SPIN_STEPS];	/* a ring of indices */
};

/* fl_spin_note - the thread has taken step @index of the trace */
void fl_spin_note(struct fl_spin *spin, const struct fl_trace *trace,
		  unsigned int index);

/* Return: the step with which the last turn began; ~0u: it is no such loop. */
unsigned int fl_spin_since(const struct fl_spin *spin,
			   const struct fl_trace *trace, const struct fl_op *op);

#endif /* FL_EXPLORE_SPIN_H */
