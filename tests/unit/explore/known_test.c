/* SPDX-License-Identifier: GPL-2.0-only */
/* known_test.c - known programs have their known number of classes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "bare.h"
#include "found.h"

static void expect_runs(void (*fn)(void *), unsigned int threads,
			unsigned long runs)
{
	struct found f;

	bare_begin(fn, threads);
	f = found_by(FL_SEARCH_OPTIMAL, 0, LIMIT_RUNS);
	assert_int_equal(f.runs, runs);
	assert_int_equal(f.blocked, 0);
	assert_int_equal(f.classes.nr, runs);
	found_free(&f);
}

static void lock_acquisitions_have_one_run_per_order(void **state)
{
	(void)state;
	expect_runs(bare_lock_and_count, 2, 2);
	expect_runs(bare_lock_and_count, 4, 24);
	expect_runs(bare_lock_and_count, 7, 5040);
}

static void readers_of_neighbours_have_the_known_number_of_classes(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 2; n <= 10; n += 4)
		expect_runs(bare_own_then_next, n, (1UL << n) - 1);
}

static void independent_threads_have_one_run(void **state)
{
	(void)state;
	expect_runs(bare_own_word, 10, 1);
}

static void writers_of_a_word_have_one_run_per_order(void **state)
{
	(void)state;
	expect_runs(bare_same_word, 5, 120);
}

static void expect_folio_pattern(void (*finder)(void *), unsigned int finders,
				 unsigned long runs)
{
	struct found f;

	bare_begin_folio(finder, finders);
	f = found_by(FL_SEARCH_OPTIMAL, 0, ~0UL);
	assert_int_equal(f.runs, runs);
	assert_int_equal(f.blocked, 0);
	assert_int_equal(f.ends, 0);
	found_free(&f);
}

/* GenMC and Nidhugg report these numbers for the same program. */
static void folio_pattern_has_the_known_number_of_classes(void **state)
{
	(void)state;
	expect_folio_pattern(bare_find_page, 1, 9);
	expect_folio_pattern(bare_find_page, 2, 497);
	expect_folio_pattern(bare_find_page, 3, 169755);
	expect_folio_pattern(bare_find_page_at_once, 2, 192);
}

static void deadlock_is_found_and_reported(void **state)
{
	struct found f;
	struct fl_search s;

	(void)state;
	bare_begin(bare_two_locks, 2);
	f = found_by(FL_SEARCH_OPTIMAL, 0, LIMIT_RUNS);
	assert_int_equal(f.runs, 3);
	assert_int_equal(f.ends, 1);
	found_free(&f);

	bare_begin(bare_two_locks, 2);
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL,
					NULL, MOST_STEPS),
			 0);
	while (fl_search_next(&s) > 0 && s.end != FL_RUN_WORLD)
		;
	assert_non_null(fl_machine_end(bare_machine));
	assert_non_null(strstr(fl_machine_end(bare_machine)->text,
			       "C14 deadlock: thread 1 (t) waits for lock"));
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lock_acquisitions_have_one_run_per_order),
		cmocka_unit_test(
			readers_of_neighbours_have_the_known_number_of_classes),
		cmocka_unit_test(independent_threads_have_one_run),
		cmocka_unit_test(writers_of_a_word_have_one_run_per_order),
		cmocka_unit_test(folio_pattern_has_the_known_number_of_classes),
		cmocka_unit_test(deadlock_is_found_and_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
