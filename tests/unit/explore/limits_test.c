/* SPDX-License-Identifier: GPL-2.0-only */
/* limits_test.c - runs that do not repeat, and runs that are too long */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "found.h"

/* Outside the machine: not restored before a run. */
static unsigned long outside;

static void look_outside(void *arg)
{
	if (outside++ % 4 == 1)
		bare_load(&bare->words[1]);
	bare_same_word(arg);
	bare_same_word(arg);
}

static void run_that_does_not_repeat_is_reported(void **state)
{
	struct fl_search s;
	int ret;

	(void)state;
	bare_begin(look_outside, 3);
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL,
					NULL, MOST_STEPS),
			 0);
	while ((ret = fl_search_next(&s)) > 0 && s.runs < 100)
		;
	assert_int_equal(ret, -EILSEQ);
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

static void run_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		bare_add_return(&bare->words[0], 1);
}

static void endless_run_stops_at_the_step_limit(void **state)
{
	struct fl_search s;

	(void)state;
	bare_begin(run_for_ever, 1);
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL,
					NULL, MOST_STEPS),
			 0);
	assert_int_equal(fl_search_next(&s), 1);
	assert_int_equal(s.end, FL_RUN_LOOP);
	assert_int_equal(s.length, MOST_STEPS);
	assert_int_equal(fl_search_continue(&s), 0);
	assert_int_equal(s.end, FL_RUN_LIMIT);
	assert_int_equal(s.truncated, 1);
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

static void six_stores(void *arg)
{
	int i;

	for (i = 0; i < 6; i++)
		bare_store(&bare->words[(unsigned long)arg], i);
}

/*
 * A run that is cut off leaves steps in the trace that are not steps of later
 * runs; no thread may pass its next step because of them.  Of the 3 ^ 8 ways in
 * which three threads can take eight steps, 3 * 8 * 2 have seven steps of one
 * thread, and 3 have eight.
 */
static void all_truncated_runs_are_explored(void **state)
{
	unsigned long cut = 0;
	struct fl_search s;
	unsigned int i;
	int ret;

	(void)state;
	bare_begin(six_stores, 3);
	assert_int_equal(
		fl_search_init(&s, bare_machine, FL_SEARCH_ALL, NULL, 8), 0);
	while ((ret = fl_search_next(&s)) > 0) {
		cut += s.end == FL_RUN_LIMIT;
		for (i = 0; i < s.length; i++)
			assert_int_equal(s.positions[i].ops,
					 s.trace.steps[i].nth);
	}
	assert_int_equal(ret, 0);
	assert_int_equal(cut, 6510);
	assert_int_equal(s.runs, 6510);
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_that_does_not_repeat_is_reported),
		cmocka_unit_test(endless_run_stops_at_the_step_limit),
		cmocka_unit_test(all_truncated_runs_are_explored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
