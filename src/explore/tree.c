/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.c - wakeup trees; see tree.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/tree.h"

#define BLOCK 256

struct fl_block {
	struct fl_block *next;
	struct fl_branch branches[BLOCK];
};

static struct fl_branch *take(struct fl_pool *pool)
{
	struct fl_branch *b;
	unsigned int i;

	if (!pool->free) {
		struct fl_block *block = malloc(sizeof(*block));

		if (!block)
			return NULL;
		block->next = pool->blocks;
		pool->blocks = block;
		for (i = 0; i < BLOCK; i++) {
			block->branches[i].next = pool->free;
			pool->free = &block->branches[i];
		}
	}
	b = pool->free;
	pool->free = b->next;
	pool->live++;
	return b;
}

static void give(struct fl_pool *pool, struct fl_branch *b)
{
	b->next = pool->free;
	pool->free = b;
	pool->live--;
}

void fl_pool_free(struct fl_pool *pool)
{
	struct fl_block *block;

	while ((block = pool->blocks)) {
		pool->blocks = block->next;
		free(block);
	}
	memset(pool, 0, sizeof(*pool));
}

int fl_sequence_begins(const struct fl_step *steps, unsigned int j)
{
	unsigned int i;

	for (i = 0; i < j; i++)
		if (fl_steps_dependent(&steps[i], &steps[j]))
			return 0;
	return 1;
}

int fl_sequence_independent(const struct fl_step *steps, unsigned int nr,
			    const struct fl_step *step)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (fl_steps_dependent(&steps[i], step))
			return 0;
	return 1;
}

/*
 * Check whether the branch's step is a weak initial of the sequence.  If so,
 * and if the sequence contains it, remove it.  Return: whether it is.
 */
static int absorb(const struct fl_branch *b, struct fl_step *steps,
		  unsigned int *nr)
{
	unsigned int j;

	for (j = 0; j < *nr && steps[j].thread != b->step.thread; j++)
		;
	if (j == *nr)
		return fl_sequence_independent(steps, *nr, &b->step);
	if (steps[j].value != b->step.value || !fl_sequence_begins(steps, j))
		return 0;
	memmove(&steps[j], &steps[j + 1], (*nr - j - 1) * sizeof(*steps));
	--*nr;
	return 1;
}

/* Return: 0, -ENOMEM. */
static int append(struct fl_pool *pool, struct fl_branch **link,
		  const struct fl_step *steps, unsigned int nr)
{
	unsigned int i;

	while (*link)
		link = &(*link)->next;
	for (i = 0; i < nr; i++) {
		struct fl_branch *b = take(pool);

		if (!b)
			return -ENOMEM;
		b->step = steps[i];
		b->late = pool->late;
		b->follow = b->next = NULL;
		*link = b;
		link = &b->follow;
	}
	return 0;
}

int fl_tree_append(struct fl_pool *pool, struct fl_branch **tree,
		   const struct fl_step *step)
{
	return append(pool, tree, step, 1);
}

int fl_tree_insert(struct fl_pool *pool, struct fl_branch **tree,
		   struct fl_step *steps, unsigned int nr)
{
	struct fl_branch *b;
	int late = 0;

	for (b = *tree; b;) {
		if (!absorb(b, steps, &nr)) {
			b = b->next;
			continue;
		}
		late |= b->late;
		if (!b->follow || !nr)
			return late;
		tree = &b->follow;
		b = *tree;
	}
	return append(pool, tree, steps, nr) ? -ENOMEM : 1;
}

int fl_tree_pop(struct fl_pool *pool, struct fl_branch **tree,
		struct fl_step *step, struct fl_branch **follow)
{
	struct fl_branch *b = *tree;

	if (!b)
		return 0;
	*tree = b->next;
	*step = b->step;
	*follow = b->follow;
	give(pool, b);
	return 1;
}

void fl_tree_drop(struct fl_pool *pool, struct fl_branch **tree)
{
	struct fl_step step;
	struct fl_branch *follow;

	while (fl_tree_pop(pool, tree, &step, &follow))
		fl_tree_drop(pool, &follow);
}
