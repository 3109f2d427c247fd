/* SPDX-License-Identifier: GPL-2.0-only */
/* schedule_test.c - a schedule replays its run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "explore/schedule.h"
#include "found.h"
#include "generate.h"
#include "machine/thread.h"

#define REPLAYED 20 /* runs of each program */

/* The final state of a run, and its schedule. */
struct scheduled {
	struct fl_schedule schedule;
	unsigned long state;
};

/* Return: the number of runs. */
static unsigned int note_schedules(struct scheduled *all)
{
	struct fl_share share;
	struct fl_search s;
	unsigned int n = 0;

	assert_int_equal(fl_share_init(&share, bare_machine), 0);
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL,
					&share, MOST_STEPS),
			 0);
	while (n < REPLAYED && fl_search_next(&s) > 0) {
		if (s.end != FL_RUN_ENDED)
			continue;
		assert_int_equal(fl_schedule_of(&s, &all[n].schedule), 0);
		all[n++].state = final_state();
	}
	fl_search_free(&s);
	fl_share_free(&share);
	fl_machine_destroy(bare_machine);
	return n;
}

static unsigned int replay_all(const struct op_mix *mix)
{
	struct scheduled all[REPLAYED];
	unsigned int n, i, replayed = 0;
	unsigned long number;

	for (number = 1; number <= 100; number++) {
		generate(number, mix);
		generated_begin();
		n = note_schedules(all);
		for (i = 0; i < n; i++) {
			struct fl_replay replay = {
				.schedule = &all[i].schedule,
			};

			generated_begin();
			replay.machine = bare_machine;
			assert_int_equal(fl_replay_run(&replay), 0);
			assert_int_equal(replay.misfit, FL_MISFIT_NONE);
			assert_int_equal(replay.at, all[i].schedule.nr);
			assert_int_equal(replay.choice,
					 all[i].schedule.nr_choices);
			if (final_state() != all[i].state)
				generated_print();
			assert_int_equal(final_state(), all[i].state);
			fl_machine_destroy(bare_machine);
			fl_schedule_free(&all[i].schedule);
			replayed++;
		}
	}
	return replayed;
}

static void schedule_replays_its_run(void **state)
{
	(void)state;
	assert_true(replay_all(&mix_any) > 500);
	assert_true(replay_all(&mix_with_rcu) > 200);
	assert_true(replay_all(&mix_with_callbacks) > 200);
}

static void two_plain_loads(void *arg)
{
	(void)arg;
	bare_load(&bare->words[0]);
	fl_sched_plain(FL_OP_LOAD, &bare->words[1], 8, 0);
	fl_sched_plain(FL_OP_LOAD, &bare->words[1], 8, 0);
	bare_load(&bare->words[0]);
}

/*
 * Return: the number, from 1, of the segment that counts plain accesses that
 * are missing from the run; 0: none.
 */
static unsigned int missed_by(const char *text)
{
	struct fl_schedule schedule;
	struct fl_replay replay = { .schedule = &schedule };

	bare_begin(two_plain_loads, 2);
	replay.machine = bare_machine;
	assert_int_equal(fl_schedule_parse(text, &schedule, NULL), 0);
	assert_int_equal(fl_replay_run(&replay), 0);
	fl_schedule_free(&schedule);
	fl_machine_destroy(bare_machine);
	return replay.misfit == FL_MISFIT_PLAIN ? replay.misfit_at + 1 : 0;
}

static void missing_plain_accesses_are_reported(void **state)
{
	(void)state;
	assert_int_equal(missed_by("e1:1@1+2,2,1"), 0);
	assert_int_equal(missed_by("e1:2,1@2,1"), 0);
	assert_int_equal(missed_by("e1:2@1+1,1@1+3,2,1"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schedule_replays_its_run),
		cmocka_unit_test(missing_plain_accesses_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
