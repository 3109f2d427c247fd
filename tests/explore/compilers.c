/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compilers.c - what must be the same whichever compiler has built the kernel
 *
 *   compilers KERNEL           a line per program; compilers.sh compares them
 *   compilers KERNEL plain     plain accesses as well: these differ
 *
 * Compares two things.  First, runs of generated schedules without plus signs:
 * each operation of locks, atomics, READ_ONCE() and the like, with its thread,
 * its object and whether it took effect, and how the run ended.  Second, the
 * final states of all runs of programs with few runs: compilers make more or
 * fewer plain accesses, which can make more runs, but no other end.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "check/check.h"
#include "explore/schedule.h"
#include "machine/stack.h"
#include "program.h"

#define SCHEDULES 20
#define SEGMENTS  8
#define MOST_RUNS 1000UL
#define MOST_OPS  20000UL /* per run, which may be a livelock */

static _Bool with_plain;

/* xorshift64*, Vigna 2014 */
static unsigned long seed;

static unsigned int pick(unsigned int below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dUL >> 33) % below;
}

/*
 * Let random threads advance by random amounts, in random order; then let all
 * finish.
 */
static void make_schedule(char *text, size_t size, unsigned int threads)
{
	unsigned int at[FL_EXPLORE_THREADS] = { 0 }, i, thread;
	size_t n = snprintf(text, size, "e1:");

	for (i = 0; i < SEGMENTS; i++) {
		thread = 1 + pick(threads);
		at[thread] += 1 + pick(i % 2 ? 60 : 8);
		n += snprintf(text + n, size - n, "%u@%u,", thread, at[thread]);
	}
	for (thread = 1; thread <= threads; thread++)
		n += snprintf(text + n, size - n, "%u%s", thread,
			      thread < threads ? "," : ";0");
	for (i = 0; i < SEGMENTS; i++)
		n += snprintf(text + n, size - n, ".%u", pick(2));
}

static void mix(unsigned long *hash, unsigned long value)
{
	*hash = (*hash ^ value) * 0x100000001b3UL;
}

/*
 * The address of a variable on a stack, or of a kernel's own variable, depends
 * on the compiler and the linker.  Only count whose it is.
 */
static unsigned long place(struct fl_machine *m, unsigned long addr)
{
	unsigned long start, len;
	unsigned int i;

	for (i = 0; i < fl_machine_threads(m); i++)
		if (fl_stack_holds(m, i, addr))
			return i;
	for (i = 0; i < fl_machine_regions(m); i++) {
		fl_machine_region(m, i, &start, &len);
		if (addr - start < len)
			return (i + 1UL) << 40 | (i ? 0 : addr - start);
	}
	return 0;
}

struct run {
	struct fl_replay replay;
	struct fl_machine *machine;
	struct fl_checks *checks;
	unsigned long hash, ops;
};

static void watch(void *arg, unsigned int thread, const struct fl_op *op)
{
	struct run *r = arg;

	if (op->flags & FL_OP_PLAIN && !with_plain)
		return;
	if (r->ops++ == MOST_OPS)
		r->replay.stop = 1;
	mix(&r->hash,
	    thread << 16 | op->kind << 8 | fl_op_takes(r->machine, thread));
	mix(&r->hash, place(r->machine, op->addr));
}

static int run(struct run *r)
{
	int ret = fl_replay_run(&r->replay);

	if (!ret && !r->replay.stop)
		fl_checks_at_end(r->checks);
	return ret;
}

/* Make one run, and add it to *@hash and *@ops.  Return: 0, -errno. */
static int run_after(const struct program *program, const char *kernel,
		     const char *text, unsigned long *hash, unsigned long *ops)
{
	struct run r = { .hash = *hash };
	struct fl_schedule schedule;
	const struct fl_end *end;
	const char *at;
	int ret = fl_schedule_parse(text, &schedule, NULL);

	if (!ret)
		ret = program_boot(program, kernel);
	if (ret)
		return ret;
	r.machine = p->world->machine;
	r.replay = (struct fl_replay){
		.machine = r.machine,
		.schedule = &schedule,
		.watch = watch,
		.arg = &r,
		.quiet = 1,
	};
	r.checks = fl_checks_begin(p->world);
	if (r.checks)
		FL_IN_KERNEL(p->world, run(&r));
	else
		ret = -ENOMEM;
	fl_checks_end(r.checks);
	end = fl_world_end(p->world);
	if (end)
		fl_machine_schedule(r.machine, NULL);
	for (at = end ? end->text : ""; *at; at++)
		mix(&r.hash, *at);
	*hash = r.hash;
	*ops += r.ops;
	fl_world_shutdown(p->world, NULL);
	fl_schedule_free(&schedule);
	return ret;
}

/* Return: the number of threads that a program spawns. */
static unsigned int threads_of(const struct program *program,
			       const char *kernel)
{
	unsigned int n;

	if (program_boot(program, kernel))
		return 0;
	n = fl_machine_threads(p->world->machine) - 1;
	fl_world_shutdown(p->world, NULL);
	return n;
}

static int print_program(const struct program *program, const char *kernel)
{
	const struct fl_explore_config config = { .max_runs = MOST_RUNS };
	unsigned int threads = threads_of(program, kernel), i;
	unsigned long hash = 1, ops = 0;
	struct fl_explore_result r;
	char text[400];

	for (i = 0; i < SCHEDULES; i++) {
		seed = 0x9e3779b97f4a7c15UL * (i + 1);
		make_schedule(text, sizeof(text), threads);
		if (run_after(program, kernel, text, &hash, &ops))
			return 1;
	}
	if (!with_plain && program_explore(program, kernel, config, &r) < 0)
		return 1;
	printf("%s %s: %lu operations %016lx", kernel, program->name, ops,
	       hash);
	if (!with_plain && r.exhaustive)
		printf(", %lu states %016lx", r.states, r.states_hash);
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	const struct fl_kernel_info *kernel;
	const struct program *program;
	unsigned int i;

	arguments_begin("compilers", "KERNEL [plain]");
	arguments_count(argc, 1, 2);
	argument_kernel(argv[1]);
	with_plain = argc == 3 &&
		     !argument_word("mode", argv[2],
				    (const char *const[]){ "plain", NULL });
	for (i = 0;
	     (kernel = fl_kernel_info(i)) && strcmp(kernel->name, argv[1]);)
		i++;
	for (program = program_first(); kernel && program;
	     program = program->next)
		if ((!program->applies || program->applies(kernel)) &&
		    print_program(program, argv[1]))
			return 1;
	return 0;
}
