/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree.h - wakeup trees: the branches to explore from a point of a run
 *
 *  - fl_tree_insert(), fl_tree_append()
 *  - fl_tree_pop()       remove the first branch
 *
 * A tree is an ordered list of branches, each a step and a list of the branches
 * that may follow.  It never has two branches whose runs are equivalent, so
 * each class of runs is explored once (Abdulla, Aronis, Jonsson and Sagonas,
 * "Source sets: a foundation for optimal dynamic partial order reduction", J.
 * ACM 64(4), 2017, section 6).
 */
#ifndef FL_EXPLORE_TREE_H
#define FL_EXPLORE_TREE_H

#include "explore/step.h"

struct fl_branch {
	struct fl_step step; /* as known so far */
	/* First of its own branches; NULL: any continuation. */
	struct fl_branch *follow;
	struct fl_branch *next;
	_Bool late; /* added while fl_pool.late was set */
};

/* Unused branches, and the blocks that all branches are allocated from. */
struct fl_pool {
	struct fl_branch *free;
	struct fl_block *blocks;
	unsigned long live;
	_Bool late;
};

void fl_pool_free(struct fl_pool *pool);

/*
 * fl_tree_insert - ensure that a tree covers the runs that begin with a
 * sequence
 * @steps: the sequence, consumed
 * Return: 0: branches that are not late cover it; 1: it was inserted, or a late
 * branch covers it; -ENOMEM.
 */
int fl_tree_insert(struct fl_pool *pool, struct fl_branch **tree,
		   struct fl_step *steps, unsigned int nr);

/* fl_tree_append - append a branch, even if others cover it.  Return: 0,
 * -ENOMEM. */
int fl_tree_append(struct fl_pool *pool, struct fl_branch **tree,
		   const struct fl_step *step);

/* fl_tree_pop - remove the first branch; *@follow receives its branches
 * Return: whether there was one. */
int fl_tree_pop(struct fl_pool *pool, struct fl_branch **tree,
		struct fl_step *step, struct fl_branch **follow);

/* fl_tree_drop - drop all branches */
void fl_tree_drop(struct fl_pool *pool, struct fl_branch **tree);

/* Return: whether the @j-th step of a sequence is one of its initials, that is,
 * can come first. */
int fl_sequence_begins(const struct fl_step *steps, unsigned int j);

/* Return: whether @step is independent of all steps of a sequence. */
int fl_sequence_independent(const struct fl_step *steps, unsigned int nr,
			    const struct fl_step *step);

#endif /* FL_EXPLORE_TREE_H */
