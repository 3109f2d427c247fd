/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * generate.c - random programs: what their threads do, and the choice of it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "faultlab/explore.h"
#include "generate.h"
#include "machine/thread.h"

#define MOST_OPS 5

enum kind {
	OP_LOAD,
	OP_STORE,
	OP_ADD,
	OP_CAS,
	OP_INDIRECT,
	OP_LOCK,
	OP_READ_LOCK,
	OP_TRYLOCK,
	OP_CHOOSE,
	OP_AWAIT,
	OP_SECTION,
	OP_SYNC,
	OP_CALL
};

struct op_mix {
	const enum kind *kinds;
	unsigned int nr;
	unsigned int choices; /* FL_CHOOSE_* */
};

struct op {
	enum kind kind;
	unsigned int which; /* word or lock */
	unsigned long value;
};

struct body {
	unsigned int nr;
	struct op ops[MOST_OPS];
};

/* The current program. */
static unsigned long number_of_program;
static unsigned int choices; /* FL_CHOOSE_* */
static unsigned int nr_threads;
static struct body bodies[BARE_THREADS];

/* -- what the threads do -- */

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
static void run_section(unsigned long thread, unsigned int at, unsigned int end)
{
	unsigned int until = at + 2 < end ? at + 2 : end;

	fl_hw_rcu_read_lock();
	run_ops(thread, at + 1, until);
	fl_hw_rcu_read_unlock();
	run_ops(thread, until, end);
}

static int in_section(void)
{
	return fl_rcu_in_section(fl_thread_self());
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
		bare_store(&bare->words[bare_load(word) % BARE_WORDS],
			   op->value);
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

void generated_begin(void)
{
	bare_begin(run_body, nr_threads);
	fl_machine_choices(bare_machine, choices);
}

int generated_waits(void)
{
	unsigned int i, k;

	for (i = 0; i < nr_threads; i++)
		for (k = 0; k < bodies[i].nr; k++)
			if (bodies[i].ops[k].kind == OP_AWAIT)
				return 1;
	return 0;
}

/* -- the choice of operations -- */

static unsigned long seed;

/* xorshift64*, Vigna 2014 */
static unsigned int pick(unsigned int below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dUL >> 33) % below;
}

static const enum kind any[] = { OP_LOAD,      OP_STORE,    OP_ADD,
				 OP_CAS,       OP_INDIRECT, OP_LOCK,
				 OP_READ_LOCK, OP_TRYLOCK,  OP_CHOOSE,
				 OP_AWAIT };
static const enum kind with_rcu[] = { OP_LOAD,	  OP_STORE,   OP_ADD,
				      OP_SECTION, OP_SECTION, OP_SYNC };
static const enum kind with_callbacks[] = { OP_LOAD, OP_ADD, OP_SECTION,
					    OP_SECTION, OP_CALL };

#define MIX(kinds) (kinds), sizeof(kinds) / sizeof(*(kinds))

const struct op_mix mix_any = { MIX(any), 0 };
const struct op_mix mix_with_rcu = { MIX(with_rcu), 0 };
const struct op_mix mix_with_callbacks = { MIX(with_callbacks), FL_CHOOSE_RCU };

void generate(unsigned long number, const struct op_mix *mix)
{
	unsigned int i, k;

	number_of_program = number;
	choices = mix->choices;
	seed = number * 0x9e3779b97f4a7c15UL + 1;
	nr_threads = 2 + pick(2);
	for (i = 0; i < nr_threads; i++) {
		bodies[i].nr = 1 + pick(nr_threads == 2 ? MOST_OPS : 3);
		for (k = 0; k < bodies[i].nr; k++)
			bodies[i].ops[k] = (struct op){
				.kind = mix->kinds[pick(mix->nr)],
				.which = pick(BARE_WORDS),
				.value = 1 + pick(2),
			};
	}
}

void generated_print(void)
{
	static const char *const names[] = {
		"load",	   "store",	"add",	   "cas",    "indirect",
		"lock",	   "read_lock", "trylock", "choose", "await",
		"section", "sync",	"call",
	};
	unsigned int i, k;

	print_message("program %lu\n", number_of_program);
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
