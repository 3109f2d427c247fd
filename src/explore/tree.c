/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.c - wakeup trees; see tree.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/tree.h"

#define BLOCK	256

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

int fl_sequence_begins(const struct fl_event *events, unsigned int j)
{
	unsigned int i;

	for (i = 0; i < j; i++)
		if (fl_event_dependent(&events[i], &events[j]))
			return 0;
	return 1;
}

int fl_sequence_independent(const struct fl_event *events, unsigned int nr,
			    const struct fl_event *event)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (fl_event_dependent(&events[i], event))
			return 0;
	return 1;
}

/*
 * Could the branch's step come first?  If the sequence has it, it is taken out.
 * Return: whether.
 */
static int absorb(const struct fl_branch *b, struct fl_event *events,
		  unsigned int *nr)
{
	unsigned int j;

	for (j = 0; j < *nr && events[j].thread != b->event.thread; j++)
		;
	if (j == *nr)
		return fl_sequence_independent(events, *nr, &b->event);
	if (events[j].value != b->event.value || !fl_sequence_begins(events, j))
		return 0;
	memmove(&events[j], &events[j + 1], (*nr - j - 1) * sizeof(*events));
	--*nr;
	return 1;
}

/* Return: 0, -ENOMEM. */
static int append(struct fl_pool *pool, struct fl_branch **link,
		  const struct fl_event *events, unsigned int nr)
{
	unsigned int i;

	while (*link)
		link = &(*link)->next;
	for (i = 0; i < nr; i++) {
		struct fl_branch *b = take(pool);

		if (!b)
			return -ENOMEM;
		b->event = events[i];
		b->follow = b->next = NULL;
		*link = b;
		link = &b->follow;
	}
	return 0;
}

int fl_tree_insert(struct fl_pool *pool, struct fl_branch **tree,
		   struct fl_event *events, unsigned int nr)
{
	struct fl_branch *b;

	for (b = *tree; b; ) {
		if (!absorb(b, events, &nr)) {
			b = b->next;
			continue;
		}
		if (!b->follow || !nr)
			return 0;
		tree = &b->follow;
		b = *tree;
	}
	return append(pool, tree, events, nr) ? -ENOMEM : 1;
}

int fl_tree_pop(struct fl_pool *pool, struct fl_branch **tree,
		struct fl_event *event, struct fl_branch **follow)
{
	struct fl_branch *b = *tree;

	if (!b)
		return 0;
	*tree = b->next;
	*event = b->event;
	*follow = b->follow;
	give(pool, b);
	return 1;
}

void fl_tree_drop(struct fl_pool *pool, struct fl_branch **tree)
{
	struct fl_event event;
	struct fl_branch *follow;

	while (fl_tree_pop(pool, tree, &event, &follow))
		fl_tree_drop(pool, &follow);
}
