/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * share.h - find the visible words: those whose accesses are steps
 *
 *  - fl_share_init(), _free(), _begin()
 *  - fl_share_look()      check one access: is it a step?
 *  - fl_share_settle()    after a run: add the new visible words
 *  - fl_share_each(), _add()   list and add visible words
 *
 * A thread need not stop before an access that no other thread can observe.  At
 * first no word is visible.  If two accesses to a word, at least one of them a
 * store, are not ordered by the steps known so far, the word becomes visible,
 * and the search restarts.  Words whose accesses are always ordered, for
 * example by a lock, never become visible: reversing their accesses means
 * reversing the lock, which is a step (Musuvathi and Qadeer, PLDI 2007, section
 * 3.1).
 *
 * Locks and waits come first, then atomic operations, READ_ONCE() and the like,
 * then plain accesses: accesses that the earlier classes order need not be
 * steps.  A remaining plain access is a data race; each pair of places is
 * reported once.
 */
#ifndef FL_EXPLORE_SHARE_H
#define FL_EXPLORE_SHARE_H

#include "explore/trace.h"

enum fl_share_class {
	FL_SHARE_SYNC,	 /* locks, waits, RCU */
	FL_SHARE_MARKED, /* atomics, READ_ONCE(), WRITE_ONCE() */
	FL_SHARE_PLAIN,
	FL_SHARE_CLASSES
};

/* Code addresses of two accesses to a word that nothing orders, at least one of
 * them plain. */
struct fl_share_race {
	unsigned long first, second;
};

#define FL_SHARE_RACES 32

struct fl_share_region;
struct fl_share_undo;

struct fl_share {
	struct fl_share_region *regions;
	unsigned int nr_regions;
	unsigned int epoch;  /* other epochs' shadow data is void */
	unsigned int again;  /* leading steps not examined again */
	unsigned int moment; /* steps in the run so far */
	/* Number of this interval between steps. */
	unsigned long stretch;
	struct fl_share_undo *undo;
	unsigned long nr_undo, limit_undo;
	unsigned long *found[FL_SHARE_CLASSES]; /* addresses, in this run */
	unsigned int nr_found[FL_SHARE_CLASSES];
	unsigned int limit_found[FL_SHARE_CLASSES];
	unsigned long words[FL_SHARE_CLASSES]; /* number of visible words */
	struct fl_share_race races[FL_SHARE_RACES]; /* each pair once */
	unsigned int nr_races;
	unsigned int nr_settled; /* of them, known before this run */
	int error;
};

struct fl_machine;

/* Return: size of the address range that fl_share_init() takes for a machine of
 * @bytes bytes. */
unsigned long fl_share_size(unsigned long bytes);

/* Return: 0, -ENOMEM. */
int fl_share_init(struct fl_share *share, struct fl_machine *machine);
void fl_share_free(struct fl_share *share);

/*
 * fl_share_begin - start another run
 * @again: number of leading steps equal to those of the last examined run;
 *         they, and what follows them up to the next step, are not examined
 *         again. 0: everything is examined.
 */
void fl_share_begin(struct fl_share *share, unsigned int again);

/*
 * fl_share_look - check access @op that thread @thread is about to make
 * Return: whether it is a step.  If so, @op is reduced to its visible words.
 */
int fl_share_look(struct fl_share *share, const struct fl_trace *trace,
		  unsigned int thread, struct fl_op *op);

/*
 * fl_share_settle - add the visible words that the run has found
 * Return: number of new visible words; if it is 0, the run counts.
 */
unsigned int fl_share_settle(struct fl_share *share);

/* fl_share_each - call @fn with the address of each visible word */
void fl_share_each(struct fl_share *share,
		   void (*fn)(void *arg, unsigned long addr), void *arg);

/* fl_share_add - make the word at @addr visible.  Return: 0; -EINVAL: not an
 * address of the machine. */
int fl_share_add(struct fl_share *share, unsigned long addr);

#endif /* FL_EXPLORE_SHARE_H */
