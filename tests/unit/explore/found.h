/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * found.h - search the threads of a bare machine, and compare what is found
 */
#ifndef FL_TESTS_FOUND_H
#define FL_TESTS_FOUND_H

#include "explore/ahead.h"
#include "explore/search.h"
#include "explore/set.h"

#define MOST_STEPS 2000
#define LIMIT_RUNS 10000UL

struct found {
	struct fl_set classes, states;
	unsigned long runs, blocked, steps, ends, hash, taken;
	struct fl_set texts; /* how the world ended */
	int whole;	     /* no limit was reached */
	unsigned int cut, bound, deepest, restarts;
	/* Digest of the scheduling points and of the data races. */
	unsigned long shared;
};

/*
 * found_by - make at most @limit runs of bare_machine, and destroy it
 * @share_it: learn which accesses are scheduling points; otherwise all are
 *
 * The caller frees the sets with found_free().
 */
struct found found_by(enum fl_search_mode mode, int share_it,
		      unsigned long limit);
/* The same, with helpers. */
struct found found_with_helpers(enum fl_search_mode mode, int share_it,
				unsigned long limit,
				const struct fl_ahead_config *helpers);
void found_free(struct found *f);

/* Return: a digest of all that threads share or leave behind. */
unsigned long final_state(void);
/* The final state as the result of a run, for helpers. */
int judge_final_state(void *arg, unsigned long *result);

int same_sets(const struct fl_set *a, const struct fl_set *b);

#endif /* FL_TESTS_FOUND_H */
