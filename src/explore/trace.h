/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - the steps of one run, in order, and which of them race
 *
 *  - fl_trace_init(), _begin(), _free()
 *  - fl_trace_add()
 *  - fl_trace_ordered()    happens-before
 *  - fl_trace.races        pairs that could have come in the other order
 *
 * Happens-before is kept as vector clocks (Fidge 1988, Mattern 1989): clock[i][t] is
 * how many steps of thread t happen before step i, or are it.
 *
 * A run that begins as the one before did is the same so far: what was found out of its
 * first steps is kept.
 */
#ifndef FL_EXPLORE_TRACE_H
#define FL_EXPLORE_TRACE_H

#include <stdint.h>

#include "explore/step.h"

struct fl_object;
struct fl_undo;

/* Step @second could have come before step @first, which it depends on, and nothing
 * that lies between them in happens-before hinders it. */
struct fl_race {
	unsigned int first, second;
};

#define FL_TRACE_NONE	(~0u)

struct fl_trace {
	unsigned int threads;		/* including number 0 */
	unsigned int nr, limit;
	unsigned int known;		/* steps, from the first, of this run or before */
	unsigned int pending;		/* steps after the nr of the run */
	struct fl_step *steps;
	unsigned int *clocks;		/* (1 + nr) * threads */
	uint64_t *hashes;		/* of the steps up to each */
	unsigned int last[FL_EXPLORE_THREADS];	/* step of each thread: index + 1 */
	/* The first of each, and which of the same thread came after a step, if that is not of
	 * another thread by now: fl_trace_next(). */
	unsigned int first[FL_EXPLORE_THREADS];
	unsigned int *next;

	unsigned int races_from;	/* only of a second step from here on */
	struct fl_race *races;
	unsigned int nr_races, limit_races;

	struct fl_object *objects;	/* a hash table, by address */
	unsigned int object_mask, nr_objects;
	struct fl_undo *undo;
	unsigned int nr_undo, limit_undo;
};

/* Return: 0, -ENOMEM. */
int fl_trace_init(struct fl_trace *trace, unsigned int threads,
		  unsigned int limit);
void fl_trace_free(struct fl_trace *trace);

/* Return: bytes that fl_trace_init() allocates for the steps, about. */
unsigned long fl_trace_size(unsigned int threads, unsigned int limit);

/* fl_trace_begin - an empty one; races are noted from step @races_from on, and the steps
 * before it, as far as there were any, are known: fl_trace_again() */
void fl_trace_begin(struct fl_trace *trace, unsigned int races_from);

/*
 * fl_trace_add - thread @thread takes a step that is not known
 * @took: fl_op_takes(), before it
 * Return: its index; -ENOSPC: the limit is reached; -ENOMEM.
 */
int fl_trace_add(struct fl_trace *trace, unsigned int thread,
		 const struct fl_op *op, int took, unsigned int value);

/*
 * fl_trace_add_pending - a step that @thread would take, if it could, after the last one
 *
 * It races as others do, but is none of the run: its index, from nr on, is only that of
 * fl_trace.steps.  Return: 0, -ENOSPC, -ENOMEM.
 */
int fl_trace_add_pending(struct fl_trace *trace, unsigned int thread,
			 const struct fl_op *op);

/* Return: the clock of step @i. */
static inline const unsigned int *fl_trace_clock(const struct fl_trace *trace,
						 unsigned int i)
{
	return &trace->clocks[(i + 1) * trace->threads];
}

/* Return: the clock of the last step of @thread. */
static inline const unsigned int *fl_trace_now(const struct fl_trace *trace,
					       unsigned int thread)
{
	return &trace->clocks[trace->last[thread] * trace->threads];
}

/* fl_trace_again - the next step is taken, which is known: nr < known.  Return: its index. */
static inline unsigned int fl_trace_again(struct fl_trace *trace)
{
	unsigned int index = trace->nr++;

	trace->last[trace->steps[index].thread] = trace->nr;
	return index;
}

/* Return: which of the known steps @thread takes next; FL_TRACE_NONE. */
static inline unsigned int fl_trace_next(const struct fl_trace *trace,
					 unsigned int thread)
{
	unsigned int last = trace->last[thread];
	unsigned int i = last ? trace->next[last - 1] : trace->first[thread];

	if (i < trace->known && trace->steps[i].thread == thread &&
	    trace->steps[i].nth == fl_trace_now(trace, thread)[thread] + 1)
		return i;
	return FL_TRACE_NONE;
}

/* Return: does step @a happen before step @b > @a? */
static inline int fl_trace_ordered(const struct fl_trace *trace, unsigned int a,
				   unsigned int b)
{
	const struct fl_step *e = &trace->steps[a];

	return fl_trace_clock(trace, b)[e->thread] >= e->nth;
}

/* Return: has come what @op, a FL_OP_RELAX of @thread, waits for? */
int fl_trace_changed(struct fl_trace *trace, unsigned int thread,
		     const struct fl_op *op);

/* Return: a number that tells the first @steps of two runs apart, the same where those are
 * the same; of steps that are known. */
static inline uint64_t fl_trace_hash_of(const struct fl_trace *trace,
					unsigned int steps)
{
	return steps ? trace->hashes[steps - 1] : 0;
}

/* Return: ... all steps. */
static inline uint64_t fl_trace_hash(const struct fl_trace *trace)
{
	return fl_trace_hash_of(trace, trace->nr);
}

/* Return: the same, whichever of the equivalent runs it is. */
uint64_t fl_trace_class(const struct fl_trace *trace);

#endif /* FL_EXPLORE_TRACE_H */
