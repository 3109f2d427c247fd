/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore_test.c - the search, on programs that need no kernel
 *
 * The reduced search must find what the search of every run finds: the same
 * classes of equivalent runs, each once; the same final states; the same
 * deadlocks.  The tests compare the two searches on generated programs, and
 * check known counts of known programs.
 */
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
#include "faultlab/explore.h"
#include "explore/schedule.h"
#include "explore/search.h"
#include "explore/set.h"
#include "machine/internal.h"

#define MOST_STEPS	2000
#define LIMIT_RUNS	10000UL
#define MOST_OPS	5

enum kind {
	OP_LOAD, OP_STORE, OP_ADD, OP_CAS, OP_INDIRECT, OP_LOCK, OP_READ_LOCK,
	OP_TRYLOCK, OP_CHOOSE, OP_AWAIT, OP_KINDS,
	/* only in some generated programs */
	OP_SECTION = OP_KINDS, OP_SYNC, OP_CALL
};

struct op {
	enum kind kind;
	unsigned int which;	/* word or lock */
	unsigned long value;
};

struct body {
	unsigned int nr;
	struct op ops[MOST_OPS];
};

static struct body bodies[BARE_THREADS];
static unsigned int nr_threads;
static unsigned int choices;	/* FL_CHOOSE_* */

/* -- what threads of a generated program do -- */

/* Run ops @at to @end - 1 of the body.  A lock is held around the next op. */
static void run_ops(unsigned long thread, unsigned int at, unsigned int end);

static void run_locked(unsigned long thread, unsigned int at, unsigned int end)
{
	const struct op *op = &bodies[thread].ops[at];
	unsigned int flags = op->kind == OP_READ_LOCK ? FL_LOCK_SHARED : 0;
	unsigned int until = at + 2 < end ? at + 2 : end;

	bare_lock(op->which % BARE_LOCKS, flags);
	run_ops(thread, at + 1, until);
	bare_unlock(op->which % BARE_LOCKS, flags);
	run_ops(thread, until, end);
}

/* A read-side section, around op @at + 1. */
static void run_section(unsigned long thread, unsigned int at,
			unsigned int end)
{
	unsigned int until = at + 2 < end ? at + 2 : end;

	fl_hw_rcu_read_lock();
	run_ops(thread, at + 1, until);
	fl_hw_rcu_read_unlock();
	run_ops(thread, until, end);
}

static int in_section(void)
{
	return fl_thread_self()->rcu_nesting != 0;
}

static void called_back(struct fl_hw_rcu_head *head)
{
	unsigned long i = head - bare->heads[0];

	bare_store(&bare->words[i % BARE_WORDS], 9);
}

static void digest(unsigned long thread, unsigned long value)
{
	bare->seen[thread] = bare->seen[thread] * 31 + value + 1;
}

static void run_op(unsigned long thread, const struct op *op)
{
	unsigned long *word = &bare->words[op->which % BARE_WORDS], old;

	switch (op->kind) {
	case OP_LOAD:
		digest(thread, bare_load(word));
		break;
	case OP_STORE:
		bare_store(word, op->value);
		break;
	case OP_ADD:
		digest(thread, bare_add_return(word, op->value));
		break;
	case OP_CAS:
		old = op->value;
		digest(thread, bare_cas(word, &old, op->value + 1));
		break;
	case OP_INDIRECT:
		bare_store(&bare->words[bare_load(word) % BARE_WORDS], op->value);
		break;
	case OP_TRYLOCK:
		word = &bare->locks[op->which % BARE_LOCKS];
		if (fl_hw_lock(word, FL_HW_SLEEPLOCK, FL_LOCK_TRY, word, "try"))
			break;
		digest(thread, 7);
		fl_hw_unlock(word, 0, word);
		break;
	case OP_CHOOSE:
		bare_store(word, fl_hw_choose(2, "one"));
		break;
	case OP_SYNC:
		if (!in_section())
			fl_hw_synchronize_rcu();
		break;
	case OP_CALL:
		fl_hw_call_rcu(&bare->heads[thread][op - bodies[thread].ops],
			       called_back);
		break;
	case OP_AWAIT:
		while (!bare_load(word))
			fl_hw_relax();
		break;
	default:
		break;
	}
}

static int held_by_self(unsigned int i)
{
	return fl_hw_lock_held(&bare->locks[i], -1);
}

static void run_ops(unsigned long thread, unsigned int at, unsigned int end)
{
	for (; at < end; at++) {
		const struct op *op = &bodies[thread].ops[at];
		int locks = op->kind == OP_LOCK || op->kind == OP_READ_LOCK;

		if (locks && !held_by_self(op->which % BARE_LOCKS)) {
			run_locked(thread, at, end);
			return;
		}
		if (op->kind == OP_SECTION) {
			run_section(thread, at, end);
			return;
		}
		if (!locks && !(op->kind == OP_TRYLOCK &&
				held_by_self(op->which % BARE_LOCKS)))
			run_op(thread, op);
	}
}

static void run_body(void *arg)
{
	unsigned long thread = (unsigned long)arg;

	run_ops(thread, 0, bodies[thread].nr);
}

/* -- searching -- */

struct found {
	struct fl_set classes, states;
	unsigned long runs, blocked, steps, ends, hash, taken;
	struct fl_set texts;	/* how the world ended */
	int whole;		/* no limit was reached */
	unsigned int cut, bound, deepest, restarts;
	unsigned long shared;	/* digest of the scheduling points and of the
				 * data races */
};

static unsigned long hash_text(const char *text)
{
	unsigned long h = 5381;

	while (*text)
		h = h * 33 + (unsigned char)*text++;
	return h;
}

static unsigned long state(void)
{
	const unsigned char *at = (const unsigned char *)bare;
	unsigned long h = 1, i;

	for (i = 0; i < sizeof(*bare); i++)
		h = h * 0x100000001b3UL ^ at[i];
	return h;
}

static void note(struct found *f, const struct fl_search *s)
{
	if (!s->told)
		assert_true(fl_set_add(&f->classes,
				       fl_trace_class(&s->trace)) >= 0);
	f->hash = f->hash * 31 + s->hash;
	if (s->end == FL_RUN_ENDED) {
		assert_true(fl_set_add(&f->states, s->told ? s->result :
							     state()) >= 0);
	} else {
		assert_int_equal(s->end, FL_RUN_WORLD);
		f->ends++;
		assert_true(fl_set_add(&f->texts, hash_text(
			fl_machine_end(bare_machine)->text)) >= 0);
	}
}

/* Helpers of the next searches. */
static struct fl_ahead_config ahead;

static int judge(void *arg, unsigned long *result)
{
	(void)arg;
	*result = state();
	return 0;
}

static void digest_word(void *arg, unsigned long addr)
{
	unsigned long *h = arg;

	*h = *h * 31 + addr;
}

static unsigned long digest_of_share(struct fl_share *share)
{
	unsigned long h = share->nr_races;
	unsigned int i;

	for (i = 0; i < share->nr_races; i++) {
		digest_word(&h, share->races[i].first);
		digest_word(&h, share->races[i].second);
	}
	fl_share_each(share, digest_word, &h);
	return h;
}

/* Search the spawned threads, then destroy the machine. */
static struct found search(enum fl_search_mode mode, int share_it,
			   unsigned long limit)
{
	struct fl_search s;
	struct fl_share share;
	struct found f = { .whole = 1 };
	int ret;

	if (share_it)
		assert_int_equal(fl_share_init(&share, bare_machine), 0);
	assert_int_equal(fl_search_init(&s, bare_machine, mode,
					share_it ? &share : NULL, MOST_STEPS),
			 0);
	s.most = 2;
	if (ahead.helpers)
		assert_int_equal(fl_ahead_start(&s, &ahead), 0);
	while ((ret = fl_search_next(&s)) > 0) {
		note(&f, &s);
		if (s.runs == limit) {
			f.whole = 0;
			break;
		}
	}
	assert_true(ret >= 0);
	fl_ahead_stop(&s);
	f.runs = s.runs;
	f.blocked = s.blocked;
	f.steps = s.steps;
	f.cut = s.cut;
	f.bound = s.bound;
	f.taken = s.taken;
	f.deepest = s.deepest;
	f.restarts = s.restarts;
	f.shared = share_it ? digest_of_share(&share) : 0;
	fl_search_free(&s);
	if (share_it)
		fl_share_free(&share);
	fl_machine_destroy(bare_machine);
	return f;
}

static void forget(struct found *f)
{
	fl_set_free(&f->classes);
	fl_set_free(&f->states);
	fl_set_free(&f->texts);
}

static struct found search_program(void (*fn)(void *), unsigned int threads,
				   enum fl_search_mode mode, int share)
{
	bare_begin(fn, threads);
	fl_machine_choices(bare_machine, choices);
	return search(mode, share, LIMIT_RUNS);
}

/* -- known programs -- */

static void expect_runs(void (*fn)(void *), unsigned int threads,
			unsigned long runs)
{
	struct found f = search_program(fn, threads, FL_SEARCH_OPTIMAL, 0);

	assert_int_equal(f.runs, runs);
	assert_int_equal(f.blocked, 0);
	assert_int_equal(f.classes.nr, runs);
	forget(&f);
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

	bare_begin(finder, finders);
	bare_add(bare_drop_page);
	bare->slot = bare->refs = 1;
	f = search(FL_SEARCH_OPTIMAL, 0, ~0UL);
	assert_int_equal(f.runs, runs);
	assert_int_equal(f.blocked, 0);
	assert_int_equal(f.ends, 0);
	forget(&f);
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
	f = search_program(bare_two_locks, 2, FL_SEARCH_OPTIMAL, 0);
	assert_int_equal(f.runs, 3);
	assert_int_equal(f.ends, 1);
	forget(&f);

	bare_begin(bare_two_locks, 2);
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL, NULL,
					MOST_STEPS), 0);
	while (fl_search_next(&s) > 0 && s.end != FL_RUN_WORLD)
		;
	assert_non_null(fl_machine_end(bare_machine));
	assert_non_null(strstr(fl_machine_end(bare_machine)->text,
			       "C14 deadlock: thread 1 (t) waits for lock"));
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

/* -- RCU -- */

struct object {
	struct fl_hw_rcu_head head;
	unsigned long value;
};

static void free_object(struct fl_hw_rcu_head *head)
{
	fl_hw_free(head);
}

static void drop_object(void *arg)
{
	unsigned long object = bare_load(&bare->slot);

	(void)arg;
	bare_store(&bare->slot, 0);
	fl_hw_call_rcu((struct fl_hw_rcu_head *)object, free_object);
}

/*
 * Another thread may remove the object between the two loads; a read-side
 * section keeps it.
 */
static void look_at_object(void *arg)
{
	struct object *object;

	(void)arg;
	object = (struct object *)bare_load(&bare->slot);
	if (object && bare_load(&object->value) != 1)
		fl_machine_violate("C8 lifetime: the object is free");
}

static void look_in_section(void *arg)
{
	fl_hw_rcu_read_lock();
	look_at_object(arg);
	fl_hw_rcu_read_unlock();
}

static int make_object(void *arg)
{
	struct object *object = fl_hw_alloc(sizeof(*object), FL_ALLOC_NOFAIL);

	(void)arg;
	object->value = 1;
	bare->slot = (unsigned long)object;
	return 0;
}

/* Return: the number of runs in which a reader found the object free. */
static unsigned long uses_after_free(void (*reader)(void *), unsigned int what)
{
	struct found f;

	bare_begin(reader, 1);
	bare_add(drop_object);
	assert_int_equal(fl_machine_guard(bare_machine, make_object, NULL), 0);
	fl_machine_choices(bare_machine, what);
	f = search(FL_SEARCH_OPTIMAL, 1, LIMIT_RUNS);
	assert_true(f.whole);
	forget(&f);
	return f.ends;
}

/* Without FL_CHOOSE_RCU, callbacks run late: none is seen to run too early. */
static void rcu_callbacks_run_after_readers_have_left(void **state)
{
	(void)state;
	assert_int_equal(uses_after_free(look_in_section, FL_CHOOSE_RCU), 0);
	assert_int_equal(uses_after_free(look_at_object, FL_CHOOSE_RCU), 1);
	assert_int_equal(uses_after_free(look_at_object, 0), 0);
}

/* -- other searches -- */

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
	assert_int_equal(fl_search_init(&s, bare_machine, mode, NULL,
					MOST_STEPS), 0);
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
					NULL, MOST_STEPS), 0);
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

static unsigned long outside;	/* outside the machine: not restored before a
				 * run */

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
					NULL, MOST_STEPS), 0);
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
					NULL, MOST_STEPS), 0);
	assert_int_equal(fl_search_next(&s), 1);
	assert_int_equal(s.end, FL_RUN_LOOP);
	assert_int_equal(s.length, MOST_STEPS);
	assert_int_equal(fl_search_continue(&s), 0);
	assert_int_equal(s.end, FL_RUN_LIMIT);
	assert_int_equal(s.truncated, 1);
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

/* -- data races -- */

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
					&share, MOST_STEPS), 0);
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

/* -- generated programs -- */

static unsigned long seed;

/* xorshift64*, Vigna 2014 */
static unsigned int pick(unsigned int below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dUL >> 33) % below;
}

static const enum kind any[] = {
	OP_LOAD, OP_STORE, OP_ADD, OP_CAS, OP_INDIRECT, OP_LOCK, OP_READ_LOCK,
	OP_TRYLOCK, OP_CHOOSE, OP_AWAIT
};
static const enum kind with_rcu[] = {
	OP_LOAD, OP_STORE, OP_ADD, OP_SECTION, OP_SECTION, OP_SYNC
};
static const enum kind with_callbacks[] = {
	OP_LOAD, OP_ADD, OP_SECTION, OP_SECTION, OP_CALL
};

static void generate(unsigned long number, const enum kind *from,
		     unsigned int nr)
{
	unsigned int i, k;

	seed = number * 0x9e3779b97f4a7c15UL + 1;
	nr_threads = 2 + pick(2);
	for (i = 0; i < nr_threads; i++) {
		bodies[i].nr = 1 + pick(nr_threads == 2 ? MOST_OPS : 3);
		for (k = 0; k < bodies[i].nr; k++)
			bodies[i].ops[k] = (struct op){
				.kind = from[pick(nr)],
				.which = pick(BARE_WORDS),
				.value = 1 + pick(2),
			};
	}
}

static void print_program(unsigned long number)
{
	static const char *const names[] = {
		"load", "store", "add", "cas", "indirect", "lock", "read_lock",
		"trylock", "choose", "await", "section", "sync", "call",
	};
	unsigned int i, k;

	print_message("program %lu\n", number);
	for (i = 0; i < nr_threads; i++) {
		print_message("  thread %u:", i + 1);
		for (k = 0; k < bodies[i].nr; k++)
			print_message(" %s %u %lu;",
				      names[bodies[i].ops[k].kind],
				      bodies[i].ops[k].which,
				      bodies[i].ops[k].value);
		print_message("\n");
	}
}

static int same_sets(const struct fl_set *a, const struct fl_set *b)
{
	return a->nr == b->nr && a->sum == b->sum;
}

/*
 * For a waiting loop, the search only knows a superset of what ends the wait.
 * One more turn without an effect makes another class, which the search may
 * miss, or meet twice.
 */
static int awaits(void)
{
	unsigned int i, k;

	for (i = 0; i < nr_threads; i++)
		for (k = 0; k < bodies[i].nr; k++)
			if (bodies[i].ops[k].kind == OP_AWAIT)
				return 1;
	return 0;
}

/*
 * Compare the searches of programs made of ops of these kinds.
 * Return: the number of programs that could be compared; *@ends: the number of
 * programs in which a run ended the world.
 */
static unsigned long compare(unsigned long programs, const enum kind *from,
			     unsigned int nr, unsigned long *ends)
{
	unsigned long number, compared = 0, runs[2] = { 0 };

	*ends = 0;
	for (number = 1; number <= programs; number++) {
		struct found all, few;

		generate(number, from, nr);
		all = search_program(run_body, nr_threads, FL_SEARCH_ALL, 0);
		few = search_program(run_body, nr_threads, FL_SEARCH_OPTIMAL,
				     0);
		if (all.whole && few.whole) {
			int same = same_sets(&all.states, &few.states) &&
				   same_sets(&all.texts, &few.texts);

			if (!awaits())
				same = same && few.runs == few.classes.nr &&
				       same_sets(&all.classes, &few.classes);
			if (!same)
				print_program(number);
			assert_int_equal(few.states.nr, all.states.nr);
			assert_true(same);
			compared++;
			*ends += all.ends != 0;
			runs[0] += all.runs;
			runs[1] += few.runs;
		}
		forget(&all);
		forget(&few);
	}
	print_message("%lu programs, %lu of them with deadlocks: %lu runs against %lu\n",
		      compared, *ends, runs[1], runs[0]);
	return compared;
}

static void reduction_keeps_all_states(void **state)
{
	unsigned long ends;

	(void)state;
	assert_true(compare(500, any, OP_KINDS, &ends) >= 300);
	assert_true(ends >= 20);
}

static void reduction_keeps_all_states_with_grace_periods(void **state)
{
	unsigned long ends;

	(void)state;
	assert_true(compare(500, with_rcu, sizeof(with_rcu) / sizeof(*with_rcu),
			    &ends) >= 300);
}

static void reduction_keeps_all_states_with_rcu_callbacks(void **state)
{
	unsigned long ends;

	(void)state;
	choices = FL_CHOOSE_RCU;
	assert_true(compare(300, with_callbacks, sizeof(with_callbacks) /
			    sizeof(*with_callbacks), &ends) >= 200);
	choices = 0;
}

/* Final states do not depend on which accesses are scheduling points. */
static void learn(const enum kind *from, unsigned int nr)
{
	unsigned long number;

	for (number = 1; number <= 300; number++) {
		struct found all, few;

		generate(number, from, nr);
		few = search_program(run_body, nr_threads, FL_SEARCH_OPTIMAL,
				     1);
		all = search_program(run_body, nr_threads, FL_SEARCH_OPTIMAL,
				     0);
		if (all.whole && few.whole &&
		    (!same_sets(&all.states, &few.states) ||
		     !same_sets(&all.texts, &few.texts))) {
			print_program(number);
			fail_msg("%lu states against %lu", few.states.nr,
				 all.states.nr);
		}
		forget(&all);
		forget(&few);
	}
}

static void discovered_scheduling_points_keep_all_states(void **state)
{
	(void)state;
	learn(any, OP_KINDS);
	learn(with_rcu, sizeof(with_rcu) / sizeof(*with_rcu));
}

static void search_is_deterministic(void **state)
{
	unsigned long number;

	(void)state;
	for (number = 1; number <= 100; number++) {
		struct found a, b;

		generate(number, any, OP_KINDS);
		a = search_program(run_body, nr_threads, FL_SEARCH_OPTIMAL, 1);
		b = search_program(run_body, nr_threads, FL_SEARCH_OPTIMAL, 1);
		assert_int_equal(a.hash, b.hash);
		forget(&a);
		forget(&b);
	}
}

/* -- schedules -- */

#define REPLAYED	20	/* runs of each program */

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
					&share, MOST_STEPS), 0);
	while (n < REPLAYED && fl_search_next(&s) > 0) {
		if (s.end != FL_RUN_ENDED)
			continue;
		assert_int_equal(fl_schedule_of(&s, &all[n].schedule), 0);
		all[n++].state = state();
	}
	fl_search_free(&s);
	fl_share_free(&share);
	fl_machine_destroy(bare_machine);
	return n;
}

static unsigned int replay_all(const enum kind *from, unsigned int nr)
{
	struct scheduled all[REPLAYED];
	unsigned int n, i, replayed = 0;
	unsigned long number;

	for (number = 1; number <= 100; number++) {
		generate(number, from, nr);
		bare_begin(run_body, nr_threads);
		fl_machine_choices(bare_machine, choices);
		n = note_schedules(all);
		for (i = 0; i < n; i++) {
			struct fl_replay replay = {
				.schedule = &all[i].schedule,
			};

			bare_begin(run_body, nr_threads);
			fl_machine_choices(bare_machine, choices);
			replay.machine = bare_machine;
			assert_int_equal(fl_replay_run(&replay), 0);
			assert_int_equal(replay.misfit, FL_MISFIT_NONE);
			assert_int_equal(replay.at, all[i].schedule.nr);
			assert_int_equal(replay.choice,
					 all[i].schedule.nr_choices);
			if (state() != all[i].state)
				print_program(number);
			assert_int_equal(state(), all[i].state);
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
	assert_true(replay_all(any, OP_KINDS) > 500);
	assert_true(replay_all(with_rcu, sizeof(with_rcu) /
			       sizeof(*with_rcu)) > 200);
	choices = FL_CHOOSE_RCU;
	assert_true(replay_all(with_callbacks, sizeof(with_callbacks) /
			       sizeof(*with_callbacks)) > 200);
	choices = 0;
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
	assert_int_equal(fl_search_init(&s, bare_machine, FL_SEARCH_ALL, NULL,
					8), 0);
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

static void missing_plain_accesses_are_reported(void **state)
{
	(void)state;
	assert_int_equal(missed_by("e1:1@1+2,2,1"), 0);
	assert_int_equal(missed_by("e1:2,1@2,1"), 0);
	assert_int_equal(missed_by("e1:2@1+1,1@1+3,2,1"), 2);
}

/* -- with helpers -- */

/*
 * The search of a part must report exactly those insertions that only its own
 * late branches cover.
 */
static void insertions_covered_by_late_branches_are_reported(void **state)
{
	const struct fl_step a = {
		.op = { .addr = 8, .size = 8, .kind = FL_OP_STORE },
		.thread = 1, .effect = FL_EFFECT_WRITE, .took = 1,
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
	helpers.judge = judge;

	begin();
	alone = search(mode, share, limit);
	begin();
	ahead = helpers;
	helped = search(mode, share, limit);
	ahead.helpers = 0;
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
	forget(&alone);
	forget(&helped);
	return helped.taken;
}

static void begin_generated(void)
{
	bare_begin(run_body, nr_threads);
}

static unsigned int finders;

static void begin_folio_pattern(void)
{
	bare_begin(bare_find_page, finders);
	bare_add(bare_drop_page);
	bare->slot = bare->refs = 1;
}

/*
 * The result does not depend on which runs helpers make, in which part of the
 * search, or when they start.
 */
static void helpers_do_not_change_the_result(void **state)
{
	static const enum fl_search_mode modes[] = {
		FL_SEARCH_OPTIMAL, FL_SEARCH_ALL, FL_SEARCH_BOUNDED,
		FL_SEARCH_RANDOM,
	};
	unsigned long number, taken[4] = { 0 };
	unsigned int i;

	(void)state;
	for (number = 1; number <= 60; number++)
		for (i = 0; i < 4; i++) {
			const struct fl_ahead_config helpers = {
				.worth = 1 + number % 8, .wait = 1,
				.most = number % 5 * (number % 7),
			};

			generate(number, any, OP_KINDS);
			taken[i] += expect_same(begin_generated, modes[i],
						number & 1,
						modes[i] == FL_SEARCH_RANDOM ?
						100 : LIMIT_RUNS, helpers);
		}
	for (finders = 2; finders <= 3; finders++)
		for (i = 1; i <= 64; i *= 4) {
			struct fl_ahead_config helpers = {
				.worth = i, .most = i,
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

/* -- with a checkpoint -- */

#define CHECKPOINT	"explore_test.checkpoint"

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
static void (*begin_program)(void) = begin_generated;
static unsigned int helpers_of_parts;

/* The maximum number of steps per run. */
static unsigned int steps_of_parts = MOST_STEPS;

static void begin_part(struct part *p, enum fl_search_mode mode)
{
	const struct fl_ahead_config helpers = {
		.helpers = helpers_of_parts, .worth = 1, .wait = 1,
		.judge = judge,
	};

	memset(p, 0, sizeof(*p));
	begin_program();
	assert_int_equal(fl_share_init(&p->share, bare_machine), 0);
	assert_int_equal(fl_search_init(&p->search, bare_machine, mode,
					&p->share, steps_of_parts), 0);
	p->search.most = 1;
	p->checkpoint = (struct fl_checkpoint){
		&p->file, "a program", &p->search, &p->states, &p->hash,
		{ { &p->kept, sizeof(p->kept) } },
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
			assert_true(fl_set_add(&p->states, p->search.told ?
					       p->search.result : state()) >= 0);
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
	states = whole.states;	/* only their number and sum */
	end_part(&whole);
	remove(CHECKPOINT);
	helpers_of_parts = helpers;
	while (more && pieces * piece < 300) {
		begin_part(&part, mode);
		assert_int_equal(fl_checkpoint_load(&part.checkpoint),
				 pieces ? 0 : -ENOENT);
		more = make_runs(&part, 300 - pieces * piece < piece ?
					300 - pieces * piece : piece) &&
		       settle(&part);
		pieces++;
		if (more)
			assert_int_equal(fl_checkpoint_save(&part.checkpoint), 0);
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
		FL_SEARCH_OPTIMAL, FL_SEARCH_ALL, FL_SEARCH_BOUNDED,
		FL_SEARCH_RANDOM,
	};
	unsigned int number, i, pieces[4] = { 0 };

	(void)state;
	for (number = 1; number <= 20; number++)
		for (i = 0; i < 4; i++) {
			generate(number, any, OP_KINDS);
			pieces[i] += expect_same_in_pieces(modes[i],
							   1 + number % 7, 0);
		}
	for (i = 0; i < 4; i++)
		assert_true(pieces[i] >= 40);
	begin_program = begin_look_until_set;
	pieces[0] = expect_same_in_pieces(FL_SEARCH_OPTIMAL, 1, 0);
	begin_program = begin_generated;
	print_message("a loop in %u pieces\n", pieces[0]);
	assert_true(pieces[0] >= 10);
}

/* Pieces may also end among the runs that helpers have made. */
static void search_with_helpers_resumes_from_its_checkpoint(void **state)
{
	static const enum fl_search_mode modes[] = {
		FL_SEARCH_OPTIMAL, FL_SEARCH_ALL, FL_SEARCH_BOUNDED,
	};
	unsigned int number, i;

	(void)state;
	for (number = 1; number <= 20; number++)
		for (i = 0; i < 3; i++) {
			generate(number, any, OP_KINDS);
			expect_same_in_pieces(modes[i], 20 + number, 2);
		}
	finders = 2;
	begin_program = begin_folio_pattern;
	expect_same_in_pieces(FL_SEARCH_OPTIMAL, 37, 2);
	begin_program = begin_generated;
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
	generate(3, any, OP_KINDS);
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
		cmocka_unit_test(lock_acquisitions_have_one_run_per_order),
		cmocka_unit_test(
			readers_of_neighbours_have_the_known_number_of_classes),
		cmocka_unit_test(independent_threads_have_one_run),
		cmocka_unit_test(writers_of_a_word_have_one_run_per_order),
		cmocka_unit_test(folio_pattern_has_the_known_number_of_classes),
		cmocka_unit_test(deadlock_is_found_and_reported),
		cmocka_unit_test(rcu_callbacks_run_after_readers_have_left),
		cmocka_unit_test(deadlock_needs_one_preemption),
		cmocka_unit_test(bound_that_no_run_reaches_is_exhaustive),
		cmocka_unit_test(random_search_finds_a_deadlock),
		cmocka_unit_test(run_that_does_not_repeat_is_reported),
		cmocka_unit_test(endless_run_stops_at_the_step_limit),
		cmocka_unit_test(
			unordered_plain_accesses_are_reported_as_races),
		cmocka_unit_test(reduction_keeps_all_states),
		cmocka_unit_test(reduction_keeps_all_states_with_grace_periods),
		cmocka_unit_test(reduction_keeps_all_states_with_rcu_callbacks),
		cmocka_unit_test(discovered_scheduling_points_keep_all_states),
		cmocka_unit_test(search_is_deterministic),
		cmocka_unit_test(schedule_replays_its_run),
		cmocka_unit_test(missing_plain_accesses_are_reported),
		cmocka_unit_test(all_truncated_runs_are_explored),
		cmocka_unit_test(
			insertions_covered_by_late_branches_are_reported),
		cmocka_unit_test(helpers_do_not_change_the_result),
		cmocka_unit_test(search_resumes_from_its_checkpoint),
		cmocka_unit_test(
			search_with_helpers_resumes_from_its_checkpoint),
		cmocka_unit_test(damaged_checkpoint_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
