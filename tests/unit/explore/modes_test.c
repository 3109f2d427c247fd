/* SPDX-License-Identifier: GPL-2.0-only */
/* modes_test.c - the search with a bound, and the random search */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "found.h"

/*
 * Return: the number of the first of at most @most runs that ends the world; 0:
 * none. *@cut is set if the bound left out a run.
 */
static unsigned long first_end(enum fl_search_mode mode, unsigned int number,
			       unsigned long most, int *cut)
{
	struct fl_search s;
	unsigned long found = 0;

	bare_begin(bare_two_locks, 2);
	assert_int_equal(
		fl_search_init(&s, bare_machine, mode, NULL, MOST_STEPS), 0);
	s.most = number;
	s.random = (struct fl_random){ .seed = 7, .depth = number };
	while (!found && s.runs < most && fl_search_next(&s) > 0)
		if (s.end == FL_RUN_WORLD)
			found = s.runs;
	*cut = s.cut;
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
	return found;
}

/* Without preemptions, each thread takes both locks at once. */
static void deadlock_needs_one_preemption(void **state)
{
	int cut;

	(void)state;
	assert_int_equal(first_end(FL_SEARCH_BOUNDED, 0, ~0UL, &cut), 0);
	assert_int_equal(cut, 1);
	assert_true(first_end(FL_SEARCH_BOUNDED, 1, ~0UL, &cut) > 2);
}

/* A bound that no run reaches leaves nothing out. */
static void bound_that_no_run_reaches_is_exhaustive(void **state)
{
	struct fl_search s;

	(void)state;
	bare_begin(bare_own_then_next, 2);
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_BOUNDED,
					NULL, MOST_STEPS),
			 0);
	s.most = 9;
	while (fl_search_next(&s) > 0)
		;
	assert_int_equal(s.cut, 0);
	assert_true(s.bound <= 2);
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

static void random_search_finds_a_deadlock(void **state)
{
	int cut;

	(void)state;
	assert_true(first_end(FL_SEARCH_RANDOM, 0, 1000, &cut) > 0);
	assert_true(first_end(FL_SEARCH_RANDOM, 2, 1000, &cut) > 0);
	assert_true(fl_random_chance(2, 8, 2) == 1.0 / 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlock_needs_one_preemption),
		cmocka_unit_test(bound_that_no_run_reaches_is_exhaustive),
		cmocka_unit_test(random_search_finds_a_deadlock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
