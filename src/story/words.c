/* SPDX-License-Identifier: GPL-2.0-only */
/* words.c - words of memory that threads share; a hash table by address */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/step.h"
#include "story/words.h"

#define WORD 8UL

struct fl_word {
	unsigned long key;		 /* address / WORD; 0: free */
	unsigned short touched, changed; /* bit masks of threads */
};

static struct fl_word *slot(struct fl_word *at, unsigned long mask,
			    unsigned long key)
{
	unsigned long i = key * 0x9e3779b97f4a7c15UL >> 20 & mask;

	while (at[i].key && at[i].key != key)
		i = (i + 1) & mask;
	return &at[i];
}

static int grow(struct fl_words *w)
{
	unsigned long mask = w->at ? 2 * w->mask + 1 : 4095, i;
	struct fl_word *at = calloc(mask + 1, sizeof(*at));

	if (!at) {
		w->error = -ENOMEM;
		return -ENOMEM;
	}
	for (i = 0; w->at && i <= w->mask; i++)
		if (w->at[i].key)
			*slot(at, mask, w->at[i].key) = w->at[i];
	free(w->at);
	w->at = at;
	w->mask = mask;
	return 0;
}

/* Get the first and last word of an operation.  A lock is one,
 * a choice none. */
static int range(const struct fl_op *op, unsigned long *first,
		 unsigned long *last)
{
	if (!op->addr)
		return 0;
	*first = *last = op->addr / WORD;
	if (op->kind < FL_OP_LOCK && op->size)
		*last = (op->addr + op->size - 1) / WORD;
	return 1;
}

void fl_words_note(struct fl_words *w, unsigned int thread,
		   const struct fl_op *op, int took)
{
	enum fl_step_effect effect = fl_op_effect(op, took);
	unsigned long key, last;

	if (op->kind == FL_OP_RELAX || !range(op, &key, &last))
		return;
	for (; key <= last; key++) {
		struct fl_word *word;

		if (2 * w->nr >= w->mask && grow(w))
			return;
		word = slot(w->at, w->mask, key);
		w->nr += !word->key;
		word->key = key;
		word->touched |= 1u << thread;
		if (effect >= FL_EFFECT_SHARE)
			word->changed |= 1u << thread;
	}
}

int fl_words_shared(const struct fl_words *w, const struct fl_op *op)
{
	unsigned long key, last;

	if (!w->at || !range(op, &key, &last))
		return 0;
	for (; key <= last; key++) {
		const struct fl_word *word = slot(w->at, w->mask, key);

		if (word->changed && word->touched & (word->touched - 1))
			return 1;
	}
	return 0;
}

void fl_words_free(struct fl_words *w)
{
	free(w->at);
	memset(w, 0, sizeof(*w));
}
