/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spin.h - loops that wait for another thread without announcing it
 *
 *  - fl_spin_note()    record a step
 *  - fl_spin_since()   is the next step another turn without effect?
 *
 * A lockless retry loop has unboundedly many runs.  A loop is guessed to wait
 * after FL_SPIN_TURNS turns, of at most FL_SPIN_STEPS steps each, that read the
 * same words at the same code addresses and store nothing.  Such a loop
 * continues when one of those words is stored to, or when no other thread can
 * continue: then it may end by itself, and gets at most FL_SPIN_DOUBTS more
 * turns.
 *
 * This is a guess: it leaves out runs that are not equivalent to any other,
 * those in which such a loop takes more turns before another thread acts.
 */
#ifndef FL_EXPLORE_SPIN_H
#define FL_EXPLORE_SPIN_H

#include "explore/trace.h"

#define FL_SPIN_TURNS  3u
#define FL_SPIN_STEPS  16u
#define FL_SPIN_DOUBTS 1000u

struct fl_spin {
	unsigned int nr; /* number of last steps that only read */
	/* Their indices: a ring. */
	unsigned int at[FL_SPIN_TURNS * FL_SPIN_STEPS];
};

/* fl_spin_note - record that the thread has taken step @index of the trace */
void fl_spin_note(struct fl_spin *spin, const struct fl_trace *trace,
		  unsigned int index);

/* Return: the first step of the last turn; ~0u: not such a loop. */
unsigned int fl_spin_since(const struct fl_spin *spin,
			   const struct fl_trace *trace,
			   const struct fl_op *op);

#endif /* FL_EXPLORE_SPIN_H */
