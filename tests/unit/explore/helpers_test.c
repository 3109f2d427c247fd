/* SPDX-License-Identifier: GPL-2.0-only */
/* helpers_test.c - helper processes do not change the result of a search */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "explore/ahead.h"
#include "found.h"
#include "generate.h"

/*
 * The search of a part must report exactly those insertions that only its own
 * late branches cover.
 */
static void insertions_covered_by_late_branches_are_reported(void **state)
{
	const struct fl_step a = {
		.op = { .addr = 8, .size = 8, .kind = FL_OP_STORE },
		.thread = 1,
		.effect = FL_EFFECT_WRITE,
		.took = 1,
	};
	struct fl_step b = a, steps[2];
	struct fl_pool pool = { .late = 0 };
	struct fl_branch *tree = NULL;

	(void)state;
	b.thread = 2;
	steps[0] = a;
	assert_int_equal(fl_tree_insert(&pool, &tree, steps, 1), 1);
	pool.late = 1;
	steps[0] = a;
	steps[1] = b;
	assert_int_equal(fl_tree_insert(&pool, &tree, steps, 2), 0);
	steps[0] = b;
	steps[1] = a;
	assert_int_equal(fl_tree_insert(&pool, &tree, steps, 2), 1);
	steps[0] = b;
	steps[1] = a;
	assert_int_equal(fl_tree_insert(&pool, &tree, steps, 2), 1);
	steps[0] = a;
	assert_int_equal(fl_tree_insert(&pool, &tree, steps, 1), 0);
	assert_int_equal(pool.live, 3);
	fl_tree_drop(&pool, &tree);
	fl_pool_free(&pool);
}

/*
 * Make the same search without and with helpers.  Return: the runs adopted from
 * helpers.
 */
static unsigned long expect_same(void (*begin)(void), enum fl_search_mode mode,
				 int share, unsigned long limit,
				 struct fl_ahead_config helpers)
{
	struct found alone, helped;

	helpers.helpers = 2;
	helpers.judge = judge_final_state;
	begin();
	alone = found_by(mode, share, limit);
	begin();
	helped = found_with_helpers(mode, share, limit, &helpers);
	assert_int_equal(helped.hash, alone.hash);
	assert_int_equal(helped.runs, alone.runs);
	assert_int_equal(helped.blocked, alone.blocked);
	assert_int_equal(helped.steps, alone.steps);
	assert_int_equal(helped.ends, alone.ends);
	assert_int_equal(helped.cut, alone.cut);
	assert_int_equal(helped.bound, alone.bound);
	assert_int_equal(helped.deepest, alone.deepest);
	assert_int_equal(helped.restarts, alone.restarts);
	assert_int_equal(helped.shared, alone.shared);
	assert_true(same_sets(&helped.states, &alone.states));
	assert_true(same_sets(&helped.texts, &alone.texts));
	found_free(&alone);
	found_free(&helped);
	return helped.taken;
}

static unsigned int finders; /* of the next search */

static void begin_folio_pattern(void)
{
	bare_begin_folio(bare_find_page, finders);
}

/*
 * The result does not depend on which runs helpers make, in which part of the
 * search, or when they start.
 */
static void helpers_do_not_change_the_result(void **state)
{
	static const enum fl_search_mode modes[] = {
		FL_SEARCH_OPTIMAL,
		FL_SEARCH_ALL,
		FL_SEARCH_BOUNDED,
		FL_SEARCH_RANDOM,
	};
	unsigned long number, taken[4] = { 0 };
	unsigned int i;

	(void)state;
	for (number = 1; number <= 60; number++)
		for (i = 0; i < 4; i++) {
			const struct fl_ahead_config helpers = {
				.worth = 1 + number % 8,
				.wait = 1,
				.most = number % 5 * (number % 7),
			};

			generate(number, &mix_any);
			taken[i] += expect_same(
				generated_begin, modes[i], number & 1,
				modes[i] == FL_SEARCH_RANDOM ? 100 : LIMIT_RUNS,
				helpers);
		}
	for (finders = 2; finders <= 3; finders++)
		for (i = 1; i <= 64; i *= 4) {
			struct fl_ahead_config helpers = {
				.worth = i,
				.most = i,
			};

			taken[0] += expect_same(begin_folio_pattern,
						FL_SEARCH_OPTIMAL, 0,
						LIMIT_RUNS, helpers);
			helpers.wait = 1;
			taken[0] += expect_same(begin_folio_pattern,
						FL_SEARCH_OPTIMAL, 0,
						LIMIT_RUNS, helpers);
		}
	print_message("helpers made %lu, %lu, %lu, %lu runs\n", taken[0],
		      taken[1], taken[2], taken[3]);
	for (i = 0; i < 4; i++)
		assert_true(taken[i] >= 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			insertions_covered_by_late_branches_are_reported),
		cmocka_unit_test(helpers_do_not_change_the_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
