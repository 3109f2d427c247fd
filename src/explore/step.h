/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * step.h - one step of a run, and the dependence of steps
 *
 *  - struct fl_step
 *  - fl_steps_dependent()
 *
 * Two runs are equivalent if one results from the other by exchanging adjacent
 * independent steps (Mazurkiewicz 1977): then every thread sees the same in
 * both.
 *
 * Effect of a step on its object, and which effects are dependent:
 *
 *             READ   SHARE   WRITE
 *   READ       -      dep     dep     a load, a trylock that fails, the
 *                                     beginning of a grace period
 *   SHARE             -       dep     a reader takes or releases a lock, the
 *                                     beginning of an RCU section
 *   WRITE                     dep     everything else, such as queueing a
 *                                     callback
 *
 * A choice touches no object.  Nor does the end of an RCU section or of a grace
 * period: if the section began before the grace period, the end of the latter
 * waits for the end of the former.  This order cannot be reversed, so it is
 * only in happens-before (trace.c).
 */
#ifndef FL_EXPLORE_STEP_H
#define FL_EXPLORE_STEP_H

#include "machine/sched.h"

#define FL_EXPLORE_THREADS 16 /* including thread 0, the host */

enum fl_step_effect {
	FL_EFFECT_NONE,
	FL_EFFECT_READ,
	FL_EFFECT_SHARE,
	FL_EFFECT_WRITE,
};

struct fl_step {
	struct fl_op op;
	unsigned char thread;
	unsigned char effect; /* enum fl_step_effect */
	unsigned char took;   /* fl_op_takes() */
	unsigned char value;  /* of a choice: the alternative */
	unsigned int nth;     /* number in its thread, from 1 */
	/* Last write to its object, as index + 1; 0: none. */
	unsigned int before;
	/* Of a release: its acquisition, as index + 1; 0: none. */
	unsigned int acquired;
};

/*
 * Return: effect of @op if fl_op_takes() returns @took.  For a step that will
 * be taken in another place @took is unknown: @took of 1 errs on the side of
 * dependence.
 */
static inline enum fl_step_effect fl_op_effect(const struct fl_op *op, int took)
{
	switch (op->kind) {
	case FL_OP_NONE:
	case FL_OP_CHOOSE:
	case FL_OP_RCU_DONE:
	case FL_OP_RCU_WAIT:
		return FL_EFFECT_NONE;
	case FL_OP_LOAD:
	case FL_OP_RELAX:
	case FL_OP_RCU_SYNC:
		return FL_EFFECT_READ;
	case FL_OP_CAS:
	case FL_OP_UNLESS:
	case FL_OP_TRYLOCK:
		return took ? FL_EFFECT_WRITE : FL_EFFECT_READ;
	case FL_OP_TRYLOCK_SHARED:
		return took ? FL_EFFECT_SHARE : FL_EFFECT_READ;
	case FL_OP_LOCK_SHARED:
	case FL_OP_UNLOCK_SHARED:
	case FL_OP_RCU_READ:
		return FL_EFFECT_SHARE;
	default:
		return FL_EFFECT_WRITE;
	}
}

/* Objects are words of four bytes; the object of a lock is the first four bytes
 * of its lock word. */
static inline unsigned long fl_op_first(const struct fl_op *op)
{
	return op->addr >> 2;
}

static inline unsigned long fl_op_last(const struct fl_op *op)
{
	/* It may read any word. */
	if (op->kind == FL_OP_RELAX)
		return ~0UL;
	if (op->kind >= FL_OP_LOCK && op->kind <= FL_OP_RCU_WAIT)
		return op->addr >> 2;
	return (op->addr + (op->size ? op->size - 1 : 0)) >> 2;
}

/* Return: whether two operations of different threads are dependent. */
static inline int fl_ops_dependent(const struct fl_op *a,
				   enum fl_step_effect effect_a,
				   const struct fl_op *b,
				   enum fl_step_effect effect_b)
{
	if (!effect_a || !effect_b ||
	    (effect_a == effect_b && effect_a != FL_EFFECT_WRITE))
		return 0;
	return fl_op_first(a) <= fl_op_last(b) &&
	       fl_op_first(b) <= fl_op_last(a);
}

static inline int fl_steps_dependent(const struct fl_step *a,
				     const struct fl_step *b)
{
	return a->thread == b->thread ||
	       fl_ops_dependent(&a->op, a->effect, &b->op, b->effect);
}

#endif /* FL_EXPLORE_STEP_H */
