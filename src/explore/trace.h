/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - the steps of one run, in order, and their races
 *
 *  - fl_trace_init(), _begin(), _free()
 *  - fl_trace_add()
 *  - fl_trace_ordered()    happens-before
 *  - fl_trace.races        pairs of steps that can be reversed
 *
 * Happens-before is kept as vector clocks (Fidge 1988, Mattern 1989):
 * clock[i][t] is the number of steps of thread t that happen before step i, or
 * are step i.
 *
 * A run that starts with a prefix of the previous run shares its state up to
 * there: what was derived from the prefix is kept.
 */
#ifndef FL_EXPLORE_TRACE_H
#define FL_EXPLORE_TRACE_H

#include <stdint.h>

#include "explore/step.h"

struct fl_object;
struct fl_undo;

/* A race: step @second depends on step @first, and could have come before it;
 * no step between them in happens-before prevents that. */
struct fl_race {
	unsigned int first, second;
};

#define FL_TRACE_NONE (~0u)

struct fl_trace {
	unsigned int threads; /* including thread 0 */
	unsigned int nr, limit;
	/* Leading steps that are known, from this run or the previous one. */
	unsigned int known;
	/* Pending steps, stored after the @nr steps of the run. */
	unsigned int pending;
	struct fl_step *steps;
	unsigned int *clocks; /* (1 + nr) * threads */
	uint64_t *hashes;     /* hash of the steps up to each one */
	/* Per thread: its last step, as index + 1. */
	unsigned int last[FL_EXPLORE_THREADS];
	/* Steps of each thread as a list, see fl_trace_next(): its first step,
	 * and for each step the next one of its thread, unless a step of
	 * another thread has its index by now. */
	unsigned int first[FL_EXPLORE_THREADS];
	unsigned int *next;

	/* Record races only if @second is at least this. */
	unsigned int races_from;
	struct fl_race *races;
	unsigned int nr_races, limit_races;

	struct fl_object *objects; /* a hash table, by address */
	unsigned int object_mask, nr_objects;
	struct fl_undo *undo;
	unsigned int nr_undo, limit_undo;
};

/* Return: 0, -ENOMEM. */
int fl_trace_init(struct fl_trace *trace, unsigned int threads,
		  unsigned int limit);
void fl_trace_free(struct fl_trace *trace);

/* Return: approximate size of fl_trace_init()'s allocations for the steps, in
 * bytes. */
unsigned long fl_trace_size(unsigned int threads, unsigned int limit);

/* fl_trace_begin - start an empty trace that records races from step
 * @races_from on.  Earlier steps of the previous run stay known:
 * fl_trace_again(). */
void fl_trace_begin(struct fl_trace *trace, unsigned int races_from);

/*
 * fl_trace_add - add a step of @thread that is not known
 * @took: fl_op_takes(), before the step
 * Return: its index; -ENOSPC: the limit is reached; -ENOMEM.
 */
int fl_trace_add(struct fl_trace *trace, unsigned int thread,
		 const struct fl_op *op, int took, unsigned int value);

/*
 * fl_trace_add_pending - add a step that @thread would take after the last one,
 * if it were enabled
 *
 * It races as other steps do, but is not part of the run: its index, at least
 * nr, is valid only for fl_trace.steps.  Return: 0, -ENOSPC, -ENOMEM.
 */
int fl_trace_add_pending(struct fl_trace *trace, unsigned int thread,
			 const struct fl_op *op);

/* Return: the vector clock of step @i. */
static inline const unsigned int *fl_trace_clock(const struct fl_trace *trace,
						 unsigned int i)
{
	return &trace->clocks[(i + 1) * trace->threads];
}

/* Return: the vector clock of the last step of @thread. */
static inline const unsigned int *fl_trace_now(const struct fl_trace *trace,
					       unsigned int thread)
{
	return &trace->clocks[trace->last[thread] * trace->threads];
}

/* fl_trace_again - take the next step, which is known: nr < known.  Return: its
 * index. */
static inline unsigned int fl_trace_again(struct fl_trace *trace)
{
	unsigned int index = trace->nr++;

	trace->last[trace->steps[index].thread] = trace->nr;
	return index;
}

/* Return: the known step that @thread takes next; FL_TRACE_NONE. */
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

/* Return: whether step @a happens before step @b > @a. */
static inline int fl_trace_ordered(const struct fl_trace *trace, unsigned int a,
				   unsigned int b)
{
	const struct fl_step *e = &trace->steps[a];

	return fl_trace_clock(trace, b)[e->thread] >= e->nth;
}

/* Return: whether the change that @op, a FL_OP_RELAX of @thread, waits for has
 * happened. */
int fl_trace_changed(struct fl_trace *trace, unsigned int thread,
		     const struct fl_op *op);

/* Return: a hash of the first @steps steps, which must be known. */
static inline uint64_t fl_trace_hash_of(const struct fl_trace *trace,
					unsigned int steps)
{
	return steps ? trace->hashes[steps - 1] : 0;
}

/* Return: a hash of all steps. */
static inline uint64_t fl_trace_hash(const struct fl_trace *trace)
{
	return fl_trace_hash_of(trace, trace->nr);
}

/* Return: a hash of the Mazurkiewicz trace, the same for all equivalent
 * runs. */
uint64_t fl_trace_class(const struct fl_trace *trace);

#endif /* FL_EXPLORE_TRACE_H */
