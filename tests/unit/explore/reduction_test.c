/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reduction_test.c - the reduced search, on random programs
 *
 * The reduced search must find what the search of every run finds: the same
 * classes of equivalent runs, each once; the same final states; the same
 * deadlocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "found.h"
#include "generate.h"

static struct found found_in_program(enum fl_search_mode mode, int share_it)
{
	generated_begin();
	return found_by(mode, share_it, LIMIT_RUNS);
}

/*
 * Compare both searches of programs 1 to @programs of @mix.
 *
 * For a waiting loop, the search only knows a superset of what ends the wait.
 * One more turn without an effect makes another class, which the search may
 * miss, or meet twice.  So classes are not compared if a thread waits.
 *
 * Return: the number of programs that could be compared; *@ends: the number of
 * programs in which a run ended the world.
 */
static unsigned long compare(unsigned long programs, const struct op_mix *mix,
			     unsigned long *ends)
{
	unsigned long number, compared = 0, runs[2] = { 0 };

	*ends = 0;
	for (number = 1; number <= programs; number++) {
		struct found all, few;

		generate(number, mix);
		all = found_in_program(FL_SEARCH_ALL, 0);
		few = found_in_program(FL_SEARCH_OPTIMAL, 0);
		if (all.whole && few.whole) {
			int same = same_sets(&all.states, &few.states) &&
				   same_sets(&all.texts, &few.texts);

			if (!generated_waits())
				same = same && few.runs == few.classes.nr &&
				       same_sets(&all.classes, &few.classes);
			if (!same)
				generated_print();
			assert_int_equal(few.states.nr, all.states.nr);
			assert_true(same);
			compared++;
			*ends += all.ends != 0;
			runs[0] += all.runs;
			runs[1] += few.runs;
		}
		found_free(&all);
		found_free(&few);
	}
	print_message("%lu programs, %lu of them with deadlocks: %lu "
		      "runs against %lu\n",
		      compared, *ends, runs[1], runs[0]);
	return compared;
}

static void reduction_keeps_all_states(void **state)
{
	unsigned long ends;

	(void)state;
	assert_true(compare(500, &mix_any, &ends) >= 300);
	assert_true(ends >= 20);
}

static void reduction_keeps_all_states_with_grace_periods(void **state)
{
	unsigned long ends;

	(void)state;
	assert_true(compare(500, &mix_with_rcu, &ends) >= 300);
}

static void reduction_keeps_all_states_with_rcu_callbacks(void **state)
{
	unsigned long ends;

	(void)state;
	assert_true(compare(300, &mix_with_callbacks, &ends) >= 200);
}

/* Final states do not depend on which accesses are scheduling points. */
static void learn(const struct op_mix *mix)
{
	unsigned long number;

	for (number = 1; number <= 300; number++) {
		struct found all, few;

		generate(number, mix);
		few = found_in_program(FL_SEARCH_OPTIMAL, 1);
		all = found_in_program(FL_SEARCH_OPTIMAL, 0);
		if (all.whole && few.whole &&
		    (!same_sets(&all.states, &few.states) ||
		     !same_sets(&all.texts, &few.texts))) {
			generated_print();
			fail_msg("%lu states against %lu", few.states.nr,
				 all.states.nr);
		}
		found_free(&all);
		found_free(&few);
	}
}

static void discovered_scheduling_points_keep_all_states(void **state)
{
	(void)state;
	learn(&mix_any);
	learn(&mix_with_rcu);
}

static void search_is_deterministic(void **state)
{
	unsigned long number;

	(void)state;
	for (number = 1; number <= 100; number++) {
		struct found a, b;

		generate(number, &mix_any);
		a = found_in_program(FL_SEARCH_OPTIMAL, 1);
		b = found_in_program(FL_SEARCH_OPTIMAL, 1);
		assert_int_equal(a.hash, b.hash);
		found_free(&a);
		found_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reduction_keeps_all_states),
		cmocka_unit_test(reduction_keeps_all_states_with_grace_periods),
		cmocka_unit_test(reduction_keeps_all_states_with_rcu_callbacks),
		cmocka_unit_test(discovered_scheduling_points_keep_all_states),
		cmocka_unit_test(search_is_deterministic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
