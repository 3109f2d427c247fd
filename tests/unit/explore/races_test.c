/* SPDX-License-Identifier: GPL-2.0-only */
/* races_test.c - which plain accesses are reported as data races */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "found.h"
#include "machine/thread.h"

/* Report a plain store to the first word, at @pc, as compiled code does. */
static void plain_store(unsigned long pc)
{
	fl_sched_plain(FL_OP_STORE, &bare->words[0], sizeof(long), pc);
	bare->words[0]++;
}

static void store_unguarded(void *arg)
{
	plain_store(arg ? 0x1000 : 0x2000);
}

static void store_guarded(void *arg)
{
	bare_lock(0, 0);
	store_unguarded(arg);
	bare_unlock(0, 0);
}

/* Return: the number of pairs of places that the search reports. */
static unsigned int races_of(void (*body)(void *))
{
	struct fl_share share;
	struct fl_search s;
	unsigned int races;

	bare_begin(body, 2);
	assert_int_equal(fl_share_init(&share, bare_machine), 0);
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL,
					&share, MOST_STEPS),
			 0);
	while (fl_search_next(&s) > 0)
		;
	races = share.nr_races;
	fl_search_free(&s);
	fl_share_free(&share);
	fl_machine_destroy(bare_machine);
	return races;
}

static void unordered_plain_accesses_are_reported_as_races(void **state)
{
	(void)state;
	assert_int_equal(races_of(store_unguarded), 1);
	assert_int_equal(races_of(store_guarded), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			unordered_plain_accesses_are_reported_as_races),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
