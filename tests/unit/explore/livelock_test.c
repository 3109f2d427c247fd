/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * livelock_test.c - repeated operations, and endless loops
 *
 * Each program is a few threads on a bare machine.  A thread that repeats an
 * operation calls fl_machine_attempt(), as an access does when it faults.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "bare.h"
#include "explore/livelock.h"
#include "explore/schedule.h"
#include "explore/search.h"

#define STEPS 400

/*
 * Static data.  The machine compares it from turn to turn, as it does a
 * kernel's data.
 */
static unsigned long kept[512];

struct found {
	unsigned long runs, truncated, unfair, refuted, ends;
	char text[400], schedule[1000]; /* of the first end */
	int complete;
};

static void note_end(struct found *f, const struct fl_search *s)
{
	struct fl_schedule schedule;

	if (f->ends++)
		return;
	strcpy(f->text, fl_machine_end(bare_machine)->text);
	assert_int_equal(fl_schedule_of(s, &schedule), 0);
	assert_true(
		fl_schedule_print(&schedule, f->schedule, sizeof(f->schedule)) <
		sizeof(f->schedule));
	fl_schedule_free(&schedule);
}

/* Return: 1 if the run counts. */
static int judge(struct found *f, struct fl_search *s, _Bool accept_unfair)
{
	int ret;

	if (s->end == FL_RUN_LOOP) {
		ret = fl_livelock_prove(s, accept_unfair);
		assert_true(ret >= 0);
		f->unfair += ret == FL_LIVELOCK_UNFAIR;
		f->refuted += ret == FL_LIVELOCK_NONE;
		if (ret != FL_LIVELOCK_ENDED) {
			assert_int_equal(fl_search_continue(s), 0);
			return s->end == FL_RUN_LIMIT;
		}
	}
	if (fl_machine_end(bare_machine))
		note_end(f, s);
	return 1;
}

/* Search all runs of the spawned threads, up to the first end of the world. */
static struct found search_with(_Bool accept_unfair)
{
	struct found f = { 0 };
	struct fl_search s;
	int ret = 0;

	fl_machine_add_state(bare_machine, kept, sizeof(kept));
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL,
					NULL, STEPS),
			 0);
	s.unfair = 1;
	while (!f.ends && (ret = fl_search_next(&s)) > 0)
		judge(&f, &s, accept_unfair);
	assert_true(ret >= 0);
	f.complete = !ret;
	f.runs = s.runs;
	f.truncated = s.truncated;
	fl_search_free(&s);
	return f;
}

static struct found search(void)
{
	struct found f = search_with(0);

	fl_machine_destroy(bare_machine);
	return f;
}

/* -- two threads that obstruct each other -- */

/*
 * Each thread needs to hold the only reference; otherwise it drops its own and
 * retries.
 */
static void take_alone(void *arg)
{
	unsigned int number = 0;

	(void)arg;
	for (;;) {
		fl_machine_attempt(number++, 0);
		bare_add_return(&bare->refs, 1);
		if (bare_load(&bare->refs) == 1)
			break;
		bare_add_return(&bare->refs, -1UL);
	}
	bare_add_return(&bare->refs, -1UL);
}

/*
 *   t                     t
 *   refs 1
 *                         refs 2
 *   is 2: not alone
 *                         is 2: not alone
 *   refs 1
 *                         refs 0
 *   both retry
 */
static void livelock_of_two_threads_is_found(void **state)
{
	struct found f;

	(void)state;
	bare_begin(take_alone, 2);
	f = search();
	assert_int_equal(f.ends, 1);
	assert_non_null(strstr(f.text, "violation: C14 livelock: "));
	assert_non_null(strstr(f.schedule, "["));
}

static void livelock_schedule_replays_to_the_same_end(void **state)
{
	struct fl_schedule schedule;
	struct fl_replay replay = { .schedule = &schedule };
	struct found f;

	(void)state;
	bare_begin(take_alone, 2);
	f = search();
	bare_begin(take_alone, 2);
	assert_int_equal(fl_schedule_parse(f.schedule, &schedule, NULL), 0);
	replay.machine = bare_machine;
	assert_int_equal(fl_replay_run(&replay), -ENOTRECOVERABLE);
	assert_string_equal(fl_machine_end(bare_machine)->text, f.text);
	fl_schedule_free(&schedule);
	fl_machine_destroy(bare_machine);
}

/* -- a thread that waits for another without announcing it -- */

static void set_slot(void *arg)
{
	(void)arg;
	bare_store(&bare->slot, 1);
}

static void retry_until_set(void *arg)
{
	unsigned int number = 0;

	(void)arg;
	do {
		fl_machine_attempt(number++, 0);
		bare_add_return(&bare->refs, 1);
		bare_add_return(&bare->refs, -1UL);
	} while (!bare_load(&bare->slot));
}

/*
 * After the last entry of a schedule, the lowest thread runs first; it waits
 * for the other one.
 */
static void replay_runs_other_threads_when_one_retries(void **state)
{
	struct fl_schedule schedule;
	struct fl_replay replay = { .schedule = &schedule };

	(void)state;
	bare_begin(retry_until_set, 1);
	bare_add(set_slot);
	assert_int_equal(fl_schedule_parse("e1:1@2", &schedule, NULL), 0);
	replay.machine = bare_machine;
	assert_int_equal(fl_replay_run(&replay), 0);
	assert_int_equal(bare->slot, 1);
	fl_schedule_free(&schedule);
	fl_machine_destroy(bare_machine);
}

static void wait_that_another_thread_ends_is_no_livelock(void **state)
{
	struct found f;

	(void)state;
	bare_begin(retry_until_set, 1);
	bare_add(set_slot);
	f = search();
	assert_int_equal(f.ends, 0);
	assert_true(f.complete);
	assert_int_equal(f.truncated, 0);
	assert_true(f.unfair >= 1);
}

static void unfair_livelocks_are_violations_on_request(void **state)
{
	struct found f;

	(void)state;
	bare_begin(retry_until_set, 1);
	bare_add(set_slot);
	f = search_with(1);
	fl_machine_destroy(bare_machine);
	assert_int_equal(f.ends, 1);
	assert_non_null(
		strstr(f.text, "C14 livelock under an unfair scheduler: "));
	assert_non_null(strstr(f.schedule, "{"));
}

static void wait_that_no_thread_can_end_is_a_livelock(void **state)
{
	struct found f;

	(void)state;
	bare_begin(retry_until_set, 1);
	bare_add(bare_own_word);
	f = search();
	assert_int_equal(f.ends, 1);
	assert_non_null(strstr(f.text, "C14 livelock: "));
}

/* -- loops that end -- */

#define TURNS (FL_LASSO_TURNS + FL_LASSO_TURNS / 4)

/*
 * The counter is not in memory that is compared, so only the end of the loop
 * shows its progress.
 */
static void give_up_after_a_few(void *arg)
{
	unsigned int number;

	(void)arg;
	for (number = 0; number < FL_LASSO_TURNS / 2; number++) {
		fl_machine_attempt(number, 0);
		bare_add_return(&bare->refs, 1);
		bare_add_return(&bare->refs, -1UL);
	}
}

static void loop_that_gives_up_is_no_livelock(void **state)
{
	struct found f;

	(void)state;
	bare_begin(give_up_after_a_few, 1);
	f = search();
	assert_int_equal(f.ends, 0);
	assert_true(f.complete);
	assert_true(f.refuted >= 1);
}

/*
 * Each turn fills another word, until none is left: more turns than a proof
 * needs.
 */
static void fill(void *arg)
{
	unsigned int number;

	(void)arg;
	for (number = 0; number < TURNS; number++) {
		fl_machine_attempt(number, 0);
		bare_add_return(&bare->refs, 1);
		kept[number] = 1;
		bare_add_return(&bare->refs, -1UL);
	}
}

static void loop_that_changes_memory_is_no_livelock(void **state)
{
	struct found f;

	(void)state;
	bare_begin(fill, 1);
	f = search();
	assert_int_equal(f.ends, 0);
	assert_true(f.complete);
	assert_true(f.refuted >= 1);
}

/* Like fill(), but the only word that changes is a statistic. */
static void count_attempts(void *arg)
{
	unsigned int number = 0;

	(void)arg;
	for (;;) {
		fl_machine_attempt(number++, 0);
		bare_add_return(&bare->refs, 1);
		kept[0]++;
		bare_add_return(&bare->refs, -1UL);
	}
}

static void counters_do_not_hide_a_livelock(void **state)
{
	struct found f;

	(void)state;
	bare_begin(count_attempts, 1);
	f = search();
	assert_int_equal(f.ends, 1);
	assert_non_null(strstr(f.text, "C14 livelock: "));
}

/* -- runs that are too long -- */

static void store_often(void *arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < STEPS + 1 && !bare_load(&bare->slot); i++)
		bare_store(&bare->words[i % 3], i);
}

static void truncated_run_is_counted_and_the_search_continues(void **state)
{
	struct found f;

	(void)state;
	bare_begin(store_often, 1);
	bare_add(set_slot);
	f = search();
	assert_int_equal(f.ends, 0);
	assert_true(f.complete);
	assert_true(f.truncated >= 1);
	assert_true(f.runs > f.truncated);
}

/* A loop inside a kernel announces nothing. */
static void store_without_end(void *arg)
{
	(void)arg;
	for (;;) {
		bare_store(&bare->words[0], 1);
		bare_store(&bare->words[1], 2);
	}
}

static void unannounced_endless_loop_is_found_at_the_limit(void **state)
{
	struct found f;

	(void)state;
	bare_begin(store_without_end, 1);
	f = search();
	assert_int_equal(f.ends, 1);
	assert_non_null(strstr(f.text, "C14 livelock: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(livelock_of_two_threads_is_found),
		cmocka_unit_test(livelock_schedule_replays_to_the_same_end),
		cmocka_unit_test(replay_runs_other_threads_when_one_retries),
		cmocka_unit_test(wait_that_another_thread_ends_is_no_livelock),
		cmocka_unit_test(unfair_livelocks_are_violations_on_request),
		cmocka_unit_test(wait_that_no_thread_can_end_is_a_livelock),
		cmocka_unit_test(loop_that_gives_up_is_no_livelock),
		cmocka_unit_test(loop_that_changes_memory_is_no_livelock),
		cmocka_unit_test(counters_do_not_hide_a_livelock),
		cmocka_unit_test(
			truncated_run_is_counted_and_the_search_continues),
		cmocka_unit_test(
			unannounced_endless_loop_is_found_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
