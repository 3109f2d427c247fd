/* SPDX-License-Identifier: GPL-2.0-only */
/* checkpoint_test.c - a search continues from its checkpoint */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bare.h"
#include "explore/ahead.h"
#include "explore/checkpoint.h"
#include "found.h"
#include "generate.h"

#define CHECKPOINT "checkpoint_test.checkpoint"

/* A search that may start in the middle. */
struct part {
	struct fl_search search;
	struct fl_share share;
	struct fl_set states;
	unsigned long hash, kept;
	struct fl_file file;
	struct fl_checkpoint checkpoint;
};

/* The program that is searched in parts, and the number of helpers. */
static void (*begin_program)(void) = generated_begin;
static unsigned int helpers_of_parts;

/* The maximum number of steps per run. */
static unsigned int steps_of_parts = MOST_STEPS;

static void begin_part(struct part *p, enum fl_search_mode mode)
{
	const struct fl_ahead_config helpers = {
		.helpers = helpers_of_parts,
		.worth = 1,
		.wait = 1,
		.judge = judge_final_state,
	};

	memset(p, 0, sizeof(*p));
	begin_program();
	assert_int_equal(fl_share_init(&p->share, bare_machine), 0);
	assert_int_equal(fl_search_init(&p->search, bare_machine, mode,
					&p->share, steps_of_parts),
			 0);
	p->search.most = 1;
	p->checkpoint = (struct fl_checkpoint){
		&p->file,   "a program", &p->search,
		&p->states, &p->hash,	 { { &p->kept, sizeof(p->kept) } },
	};
	assert_int_equal(fl_file_open(&p->file, CHECKPOINT), 0);
	if (helpers_of_parts)
		assert_int_equal(fl_ahead_start(&p->search, &helpers), 0);
}

/* Return: 0: the search is complete. */
static int make_runs(struct part *p, unsigned long nr)
{
	int ret = 1;

	while (nr-- && (ret = fl_search_next(&p->search)) > 0) {
		p->kept++;
		p->hash = p->hash * 31 + p->search.hash;
		if (p->search.end == FL_RUN_ENDED)
			assert_true(fl_set_add(&p->states,
					       p->search.told ?
						       p->search.result :
						       final_state()) >= 0);
	}
	assert_true(ret >= 0);
	return ret;
}

static void end_part(struct part *p)
{
	fl_file_close(&p->file);
	fl_ahead_stop(&p->search);
	fl_search_free(&p->search);
	fl_share_free(&p->share);
	fl_machine_destroy(bare_machine);
	fl_set_free(&p->states);
}

/* Runs of helpers that were repeated, as a piece ended among them. */
static unsigned long made_again;

/* Return: 0: the search is complete. */
static int settle(struct part *p)
{
	unsigned long taken = p->search.taken;
	int ret = fl_search_settle(&p->search);

	assert_true(ret >= 0);
	made_again += taken - p->search.taken;
	return ret;
}

/*
 * Compare a search in one piece and without helpers with a search in pieces of
 * @piece runs, each made by a new search.  Return: the number of pieces.
 */
static unsigned int expect_same_in_pieces(enum fl_search_mode mode,
					  unsigned long piece,
					  unsigned int helpers)
{
	struct part whole, part;
	unsigned int pieces = 0;
	struct fl_set states;
	int more = 1;

	helpers_of_parts = 0;
	begin_part(&whole, mode);
	make_runs(&whole, 300);
	states = whole.states; /* only their number and sum */
	end_part(&whole);
	remove(CHECKPOINT);
	helpers_of_parts = helpers;
	while (more && pieces * piece < 300) {
		begin_part(&part, mode);
		assert_int_equal(fl_checkpoint_load(&part.checkpoint),
				 pieces ? 0 : -ENOENT);
		more = make_runs(&part, 300 - pieces * piece < piece ?
						300 - pieces * piece :
						piece) &&
		       settle(&part);
		pieces++;
		if (more)
			assert_int_equal(fl_checkpoint_save(&part.checkpoint),
					 0);
		if (more && pieces * piece < 300)
			end_part(&part);
	}
	assert_int_equal(part.hash, whole.hash);
	assert_int_equal(part.kept, whole.kept);
	assert_int_equal(part.search.runs, whole.search.runs);
	assert_int_equal(part.search.blocked, whole.search.blocked);
	assert_int_equal(part.search.steps, whole.search.steps);
	assert_int_equal(part.search.deepest, whole.search.deepest);
	assert_int_equal(part.search.cut, whole.search.cut);
	assert_true(same_sets(&part.states, &states));
	end_part(&part);
	helpers_of_parts = 0;
	remove(CHECKPOINT);
	return pieces;
}

/*
 * The last thread waits and only reads.  In the first run, the others have
 * ended by then.
 */
static void look_until_set(void *arg)
{
	if (arg == (void *)2) {
		while (!bare_load(&bare->slot))
			;
		return;
	}
	bare_add_return(&bare->refs, 1);
	bare_add_return(&bare->words[0], 1);
	bare_store(&bare->slot, 1);
}

static void begin_look_until_set(void)
{
	bare_begin(look_until_set, 3);
}

static void search_resumes_from_its_checkpoint(void **state)
{
	static const enum fl_search_mode modes[] = {
		FL_SEARCH_OPTIMAL,
		FL_SEARCH_ALL,
		FL_SEARCH_BOUNDED,
		FL_SEARCH_RANDOM,
	};
	unsigned int number, i, pieces[4] = { 0 };

	(void)state;
	for (number = 1; number <= 20; number++)
		for (i = 0; i < 4; i++) {
			generate(number, &mix_any);
			pieces[i] += expect_same_in_pieces(modes[i],
							   1 + number % 7, 0);
		}
	for (i = 0; i < 4; i++)
		assert_true(pieces[i] >= 40);
	begin_program = begin_look_until_set;
	pieces[0] = expect_same_in_pieces(FL_SEARCH_OPTIMAL, 1, 0);
	begin_program = generated_begin;
	print_message("a loop in %u pieces\n", pieces[0]);
	assert_true(pieces[0] >= 10);
}

static void begin_folio_pattern(void)
{
	bare_begin_folio(bare_find_page, 2);
}

/* Pieces may also end among the runs that helpers have made. */
static void search_with_helpers_resumes_from_its_checkpoint(void **state)
{
	static const enum fl_search_mode modes[] = {
		FL_SEARCH_OPTIMAL,
		FL_SEARCH_ALL,
		FL_SEARCH_BOUNDED,
	};
	unsigned int number, i;

	(void)state;
	for (number = 1; number <= 20; number++)
		for (i = 0; i < 3; i++) {
			generate(number, &mix_any);
			expect_same_in_pieces(modes[i], 20 + number, 2);
		}
	begin_program = begin_folio_pattern;
	expect_same_in_pieces(FL_SEARCH_OPTIMAL, 37, 2);
	begin_program = generated_begin;
	print_message("%lu runs were made again\n", made_again);
	assert_true(made_again >= 20);
}

static long size_of_checkpoint(void)
{
	FILE *f = fopen(CHECKPOINT, "rb");
	long size;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	fclose(f);
	return size;
}

static void flip_bit(long at)
{
	FILE *f = fopen(CHECKPOINT, "r+b");
	int c;

	assert_non_null(f);
	fseek(f, at, SEEK_SET);
	c = getc(f);
	fseek(f, at, SEEK_SET);
	putc(c ^ 1 << at % 8, f);
	fclose(f);
}

static int load(const char *of)
{
	struct part p;
	int ret;

	begin_part(&p, FL_SEARCH_ALL);
	p.checkpoint.of = of;
	ret = fl_checkpoint_load(&p.checkpoint);
	end_part(&p);
	return ret;
}

static void damaged_checkpoint_is_rejected(void **state)
{
	struct part p;
	long size, at;

	(void)state;
	generate(3, &mix_any);
	begin_part(&p, FL_SEARCH_ALL);
	assert_true(make_runs(&p, 10));
	assert_int_equal(fl_search_plan(&p.search), 1);
	assert_int_equal(fl_checkpoint_save(&p.checkpoint), 0);
	end_part(&p);

	assert_int_equal(load("a program"), 0);
	assert_int_equal(load("another"), -ESTALE);
	steps_of_parts = 2;
	assert_int_equal(load("a program"), -ENOSPC);
	steps_of_parts = MOST_STEPS;
	size = size_of_checkpoint();
	for (at = 0; at < size; at += 1 + size / 100) {
		flip_bit(at);
		assert_int_equal(load("a program"), -EBADMSG);
		flip_bit(at);
	}
	assert_int_equal(load("a program"), 0);
	for (at = size - 1; at > 0; at = at > 20 ? at - 20 : at - 1) {
		assert_int_equal(truncate(CHECKPOINT, at), 0);
		assert_int_equal(load("a program"), -EBADMSG);
	}
	assert_int_equal(truncate(CHECKPOINT, 0), 0);
	assert_int_equal(load("a program"), -ENOENT);
	remove(CHECKPOINT);
	assert_int_equal(load("a program"), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_resumes_from_its_checkpoint),
		cmocka_unit_test(
			search_with_helpers_resumes_from_its_checkpoint),
		cmocka_unit_test(damaged_checkpoint_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
