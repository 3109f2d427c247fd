/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * share.h - which words of memory are worth a step
 *
 *  - fl_share_init(), _free(), _begin()
 *  - fl_share_look()      one access: is it a step?
 *  - fl_share_settle()    after a run: which words are steps from now on
 *  - fl_share_each(), _add()   ... and which are
 *
 * A thread need not stop before an access that no other can notice.  Nothing is known
 * of a word at first.  Where two accesses meet in it, one of them a store, that the
 * steps known so far do not order, it becomes one whose accesses are steps, and the
 * search begins again.  Words whose accesses are always ordered, by a lock say, never
 * do: to bring those the other way round is to bring the lock the other way round,
 * which is a step (Musuvathi and Qadeer, PLDI 2007, section 3.1).
 *
 * Locks and waits come first, then atomic operations and READ_ONCE() and its like,
 * then plain accesses: what the first order, the last need not.  A plain access that
 * is left is a data race, and is told of, each pair of places once.
 */
#ifndef FL_EXPLORE_SHARE_H
#define FL_EXPLORE_SHARE_H

#include "explore/trace.h"

enum fl_share_class {
	FL_SHARE_SYNC,		/* locks, waits, RCU */
	FL_SHARE_MARKED,	/* atomics, READ_ONCE(), WRITE_ONCE() */
	FL_SHARE_PLAIN,
	FL_SHARE_CLASSES
};

/* Two accesses of a word that nothing orders, one of them plain: where in the code. */
struct fl_share_race {
	unsigned long first, second;
};

#define FL_SHARE_RACES	32

struct fl_share_region;
struct fl_share_undo;

struct fl_share {
	struct fl_share_region *regions;
	unsigned int nr_regions;
	unsigned int epoch;		/* what was noted before it counts for nothing */
	unsigned int again;		/* steps that the run has in common with another */
	unsigned int moment;		/* steps of the run so far */
	unsigned long stretch;		/* a number of what is between two steps */
	struct fl_share_undo *undo;
	unsigned long nr_undo, limit_undo;
	unsigned long *found[FL_SHARE_CLASSES];	/* addresses, of this run */
	unsigned int nr_found[FL_SHARE_CLASSES];
	unsigned int limit_found[FL_SHARE_CLASSES];
	unsigned long words[FL_SHARE_CLASSES];	/* that are steps */
	struct fl_share_race races[FL_SHARE_RACES];	/* each pair once */
	unsigned int nr_races;
	unsigned int nr_settled;	/* ... of runs before this one */
	int error;
};

struct fl_machine;

/* Return: bytes of address space that fl_share_init() takes for @bytes of a machine. */
unsigned long fl_share_size(unsigned long bytes);

/* Return: 0, -ENOMEM. */
int fl_share_init(struct fl_share *share, struct fl_machine *machine);
void fl_share_free(struct fl_share *share);

/*
 * fl_share_begin - another run
 * @again: steps that it begins with as the last one that was looked at did; with those, and
 * with what follows them up to the next step, nothing is found.  0: all is looked at.
 */
void fl_share_begin(struct fl_share *share, unsigned int again);

/*
 * fl_share_look - thread @thread is about to make access @op
 * Return: is it a step?  Then @op is cut down to the words that make it one.
 */
int fl_share_look(struct fl_share *share, const struct fl_trace *trace,
		  unsigned int thread, struct fl_op *op);

/*
 * fl_share_settle - what the run has found
 * Return: how many words are new steps: with 0 the run counts.
 */
unsigned int fl_share_settle(struct fl_share *share);

/* fl_share_each - @fn for each word that is a step, by its address */
void fl_share_each(struct fl_share *share,
		   void (*fn)(void *arg, unsigned long addr), void *arg);

/* fl_share_add - the word at @addr is a step.  Return: 0; -EINVAL: there is no memory. */
int fl_share_add(struct fl_share *share, unsigned long addr);

#endif /* FL_EXPLORE_SHARE_H */
