/* SPDX-License-Identifier: GPL-2.0-only */
/* program_test.c - declarations of a program, and the verdict on it */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "program.h"

#define KERNEL	   "model"
#define CHECKPOINT "program_test.checkpoint"

static const struct fl_kernel_info *model(void)
{
	return fl_kernel_info(0);
}

/* Explore @program.  Return: the verdict. */
static enum program_verdict verdict(const struct program *program,
				    struct fl_explore_config config)
{
	struct fl_explore_result r;

	assert_true(program_explore(program, KERNEL, config, &r) >= 0);
	return program_judge(program, model(), &r);
}

static _Bool nowhere(const struct fl_kernel_info *kernel)
{
	(void)kernel;
	return 0;
}

static void never_set_up(void)
{
	fail_msg("set up on a kernel that it does not apply to");
}

static void program_that_does_not_apply_is_not_set_up(void **state)
{
	const struct program program = {
		.name = "x",
		.set_up = never_set_up,
		.applies = nowhere,
		.needs = "a feature of no kernel",
		.breaks = "C1",
	};
	struct fl_explore_config config = { 0 };
	struct fl_explore_result r;

	(void)state;
	assert_false(program_applies(&program, model()));
	assert_null(program_breaks(&program, model()));
	assert_int_equal(program_explore(&program, KERNEL, config, &r),
			 -EOPNOTSUPP);
	assert_int_equal(program_replay(&program, KERNEL, "e1:1"), -EOPNOTSUPP);
}

/* -- set-up -- */

static void fail_by_itself(void)
{
	HOLD(1 == 2);
}

static void do_violate(unsigned long number)
{
	(void)number;
	HOLD(3 == 4);
}

static void fail_in_a_thread(void)
{
	cpu(0, do_violate);
	HOLD(!fl_threads_run(p->world));
}

static void expect_set_up_failure(void (*set_up)(void), const char *part)
{
	const struct program program = { .name = "x", .set_up = set_up };
	int i;

	/* The first failure leaves nothing behind. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(program_boot(&program, KERNEL),
				 -ENOTRECOVERABLE);
		assert_non_null(strstr(program_set_up_end()->text, part));
		assert_int_equal(program_set_up_end()->kind, FL_END_VIOLATION);
	}
}

static void failed_set_up_is_reported(void **state)
{
	(void)state;
	expect_set_up_failure(fail_by_itself, "does not hold: 1 == 2");
	expect_set_up_failure(fail_in_a_thread, "does not hold: 3 == 4");
}

/* -- what is reached -- */

static unsigned long value_to_reach;

static void reads_value(void)
{
	HOLD(!p->ret[0]);
	REACH(p->value[0] == value_to_reach);
}

/* The load returns 5 or 11. */
static void load_and_store(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, load_page_0);
	cpu(1, store_page_0);
	p->check = reads_value;
}

static void program_that_reaches_nothing_is_vacuous(void **state)
{
	const struct program program = { .name = "x",
					 .set_up = load_and_store };
	struct fl_explore_config config = { 0 };

	(void)state;
	value_to_reach = 11;
	assert_int_equal(verdict(&program, config), PROGRAM_HOLDS);
	value_to_reach = 12;
	assert_int_equal(verdict(&program, config), PROGRAM_VACUOUS);
	assert_string_equal(program_not_reached(),
			    "p->value[0] == value_to_reach");
	config.max_runs = 1;
	assert_int_equal(verdict(&program, config), PROGRAM_LIMIT);
}

/* A helper of a search is such a child. */
static void conditions_reached_in_a_child_process_count(void **state)
{
	const struct program program = { .name = "x",
					 .set_up = load_and_store };
	static const char text[] = "a condition";
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(program_boot(&program, KERNEL), 0);
	program_reach(text, 0);
	assert_ptr_equal(program_not_reached(), text);
	child = fork();
	if (!child) {
		program_reach(text, 1);
		program_reach("another", 0);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_string_equal(program_not_reached(), "another");
	fl_world_shutdown(p->world, NULL);
}

/*
 * A search in pieces, each in a process that knows nothing of the earlier
 * pieces.  The first piece has the runs that load 5, or the last piece has
 * those that load 11.
 */
static void checkpoint_keeps_reached_conditions(void **state)
{
	const struct program program = { .name = "x",
					 .set_up = load_and_store };
	unsigned int pieces;

	(void)state;
	for (value_to_reach = 5; value_to_reach <= 11; value_to_reach += 6) {
		struct fl_explore_config config = {
			.checkpoint = CHECKPOINT,
			.checkpoint_of = "x",
		};

		remove(CHECKPOINT);
		pieces = 0;
		do {
			config.max_runs = ++pieces;
		} while (verdict(&program, config) == PROGRAM_LIMIT);
		assert_null(program_not_reached());
		assert_in_range(pieces, 3, 1000);
	}
	remove(CHECKPOINT);
}

/* -- what is declared -- */

static void never_11(void)
{
	HOLD(p->value[0] != 11);
}

static void load_stored(void)
{
	load_and_store();
	p->check = never_11;
}

static void violation_is_expected_only_if_declared(void **state)
{
	const struct fl_explore_config config = { .jobs = 1 };
	struct program program = { .name = "x", .set_up = load_stored };

	(void)state;
	assert_int_equal(verdict(&program, config), PROGRAM_VIOLATION);
	program.breaks = "C1 exclusive";
	assert_int_equal(verdict(&program, config), PROGRAM_VIOLATION);
	program.breaks = "value[0] != 11";
	assert_int_equal(verdict(&program, config), PROGRAM_BREAKS);
	program.breaks_on = nowhere;
	assert_int_equal(verdict(&program, config), PROGRAM_VIOLATION);
	value_to_reach = 11;
	program.set_up = load_and_store;
	assert_int_equal(verdict(&program, config), PROGRAM_HOLDS);
	program.breaks_on = NULL;
	assert_int_equal(verdict(&program, config), PROGRAM_NOT_FOUND);
}

/* Compare a search of @program, stopped after @runs, with the declaration. */
static enum program_answer answer(const struct program *program,
				  unsigned long runs)
{
	const struct fl_explore_config config = { .max_runs = runs, .jobs = 1 };
	struct fl_explore_result r;
	enum program_answer answer;
	const char *why;
	int ret = program_explore(program, KERNEL, config, &r);

	answer = program_compare(program, model(), ret, &r, &why);
	assert_int_equal(!why, answer == PROGRAM_AS_DECLARED);
	return answer;
}

/*
 * A program is explored up to its bound: what it declares and what REACH()
 * names must be found by then.  Any other limit leaves the program undecided.
 */
static void bound_of_a_program_decides_but_other_limits_do_not(void **state)
{
	struct program program = { .name = "x", .set_up = load_and_store };

	(void)state;
	value_to_reach = 11;
	assert_int_equal(answer(&program, 0), PROGRAM_AS_DECLARED);
	assert_int_equal(answer(&program, 1), PROGRAM_UNDECIDED);
	program.bound = 2;
	assert_int_equal(answer(&program, 1), PROGRAM_UNDECIDED);
	value_to_reach = 12;
	assert_int_equal(answer(&program, 1), PROGRAM_UNDECIDED);
	assert_int_equal(answer(&program, 2), PROGRAM_DIFFERS);
	program.bound = 0;
	assert_int_equal(answer(&program, 2), PROGRAM_UNDECIDED);
	assert_int_equal(answer(&program, 0), PROGRAM_DIFFERS);
	value_to_reach = 11;
	program.breaks = "value[0] != 11";
	assert_int_equal(answer(&program, 0), PROGRAM_DIFFERS);
	assert_int_equal(answer(&program, 2), PROGRAM_UNDECIDED);
	program.bound = 2;
	assert_int_equal(answer(&program, 1), PROGRAM_UNDECIDED);
	assert_int_equal(answer(&program, 2), PROGRAM_DIFFERS);
	program.set_up = load_stored;
	program.bound = 0;
	assert_int_equal(answer(&program, 0), PROGRAM_AS_DECLARED);
	program.breaks = NULL;
	assert_int_equal(answer(&program, 0), PROGRAM_DIFFERS);
}

static void lack_of_resources_is_no_result(void **state)
{
	const struct program program = { .name = "x", .set_up = load_stored };
	const struct fl_explore_result none = { 0 };
	const char *why;

	(void)state;
	assert_int_equal(program_compare(&program, model(), -ENOMEM, &none,
					 &why),
			 PROGRAM_NO_RESULT);
	assert_string_equal(why, strerror(ENOMEM));
	assert_int_equal(program_compare(&program, model(), -EAGAIN, &none,
					 &why),
			 PROGRAM_NO_RESULT);
	assert_int_equal(program_compare(&program, model(), -ENOEXEC, &none,
					 &why),
			 PROGRAM_DIFFERS);
	assert_int_equal(program_compare(&program, model(), -ENOTRECOVERABLE,
					 &none, &why),
			 PROGRAM_DIFFERS);
	assert_int_equal(program_compare(&program, model(), -EILSEQ, &none,
					 &why),
			 PROGRAM_DIFFERS);
}

static void missing_stub_is_no_violation(void **state)
{
	const struct program program = { .name = "x", .breaks = "stub" };
	struct fl_explore_result r = { .violations = 1 };

	(void)state;
	strcpy(r.end.text, "faultlab: internal bug: missing stub: f");
	r.end.kind = FL_END_MISSING_STUB;
	assert_int_equal(program_judge(&program, model(), &r), PROGRAM_GAP);
	r.end.kind = FL_END_INTERNAL;
	assert_int_equal(program_judge(&program, model(), &r), PROGRAM_GAP);
	r.end.kind = FL_END_KERNEL_BUG;
	assert_int_equal(program_judge(&program, model(), &r), PROGRAM_BREAKS);
}

static void load_without_end(unsigned long number)
{
	unsigned long value;

	for (;;)
		fl_load(p->process, FL_PAGE * number + 0x40000000UL, &value);
}

static void set_up_without_end(void)
{
	cpu(0, load_without_end);
}

static void endless_run_is_not_recorded(void **state)
{
	const struct program program = { .name = "x",
					 .set_up = set_up_without_end };
	const struct fl_record_config config = { 0 };
	const struct fl_kernel_info *kernel;
	struct fl_recording *recording = NULL;
	unsigned int i;

	(void)state;
	for (i = 0; (kernel = fl_kernel_info(i)); i++) {
		assert_int_equal(program_record(&program, kernel->name, "e1:1",
						config, &recording),
				 -E2BIG);
		assert_null(recording);
	}
}

static void program_with_a_condition_states_its_needs(void **state)
{
	const struct program *program = program_first();
	unsigned int with_needs = 0;

	(void)state;
	for (; program; program = program->next) {
		assert_int_equal(!program->applies, !program->needs);
		with_needs += program->needs != NULL;
	}
	assert_true(with_needs >= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(program_that_does_not_apply_is_not_set_up),
		cmocka_unit_test(failed_set_up_is_reported),
		cmocka_unit_test(program_that_reaches_nothing_is_vacuous),
		cmocka_unit_test(conditions_reached_in_a_child_process_count),
		cmocka_unit_test(checkpoint_keeps_reached_conditions),
		cmocka_unit_test(violation_is_expected_only_if_declared),
		cmocka_unit_test(missing_stub_is_no_violation),
		cmocka_unit_test(endless_run_is_not_recorded),
		cmocka_unit_test(
			bound_of_a_program_decides_but_other_limits_do_not),
		cmocka_unit_test(lack_of_resources_is_no_result),
		cmocka_unit_test(program_with_a_condition_states_its_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
