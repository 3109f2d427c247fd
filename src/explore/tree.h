/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree.h - wakeup trees: what is still to be tried from a point of a run
 *
 *  - fl_tree_insert(), fl_tree_append()
 *  - fl_tree_pop()       the first branch
 *
 * A tree is an ordered list of branches, each a step and the list of what may follow.
 * It never has two branches whose runs are equivalent, so that each class of runs is
 * met once (Abdulla, Aronis, Jonsson and Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", J. ACM 64(4), 2017, section 6).
 */
#ifndef FL_EXPLORE_TREE_H
#define FL_EXPLORE_TREE_H

#include "explore/step.h"

struct fl_branch {
	struct fl_step step;		/* as it is known so far */
	struct fl_branch *follow;	/* first of its own branches; NULL: anything */
	struct fl_branch *next;
	_Bool late;			/* it was added when fl_pool.late was set */
};

/* Branches that are not in use, and the blocks that all are cut from. */
struct fl_pool {
	struct fl_branch *free;
	struct fl_block *blocks;
	unsigned long live;
	_Bool late;
};

void fl_pool_free(struct fl_pool *pool);

/*
 * fl_tree_insert - see to it that runs that begin with a sequence are covered
 * @steps: the sequence, used up
 * Return: 0: branches that are not late cover it; 1: it was added, or a late one covers
 * it; -ENOMEM.
 */
int fl_tree_insert(struct fl_pool *pool, struct fl_branch **tree,
		   struct fl_step *steps, unsigned int nr);

/* fl_tree_append - one more branch, whatever the others cover.  Return: 0, -ENOMEM. */
int fl_tree_append(struct fl_pool *pool, struct fl_branch **tree,
		   const struct fl_step *step);

/* fl_tree_pop - take the first branch off.  *@follow becomes what follows it.
 * Return: whether there was one. */
int fl_tree_pop(struct fl_pool *pool, struct fl_branch **tree,
		struct fl_step *step, struct fl_branch **follow);

/* fl_tree_drop - forget it all */
void fl_tree_drop(struct fl_pool *pool, struct fl_branch **tree);

/* Return: can the @j-th of a sequence be its first step? */
int fl_sequence_begins(const struct fl_step *steps, unsigned int j);

/* Return: does @step depend on none of a sequence? */
int fl_sequence_independent(const struct fl_step *steps, unsigned int nr,
			    const struct fl_step *step);

#endif /* FL_EXPLORE_TREE_H */
