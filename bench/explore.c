/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.c - the cost of a search on one core: runs per class, runs per second
 *
 * usage: bench_explore [KERNEL]
 *
 * Seconds depend on the machine; counts and ratios do not.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "arguments.h"
#include "bare.h"
#include "explore/search.h"
#include "program.h"

#define STEPS 10000

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

struct cost {
	unsigned long runs, blocked, until_violation;
	double seconds;
};

static struct cost search(enum fl_search_mode mode, unsigned long most)
{
	struct cost c = { 0 };
	struct fl_search s;
	double began = now();

	if (fl_search_init(&s, bare_machine, mode, NULL, STEPS))
		return c;
	while (fl_search_next(&s) > 0 && s.runs < most)
		if (s.end == FL_RUN_WORLD && !c.until_violation)
			c.until_violation = s.runs;
	c.runs = s.runs;
	c.blocked = s.blocked;
	c.seconds = now() - began;
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
	return c;
}

static void line(const char *name, unsigned int threads, unsigned long classes,
		 struct cost c)
{
	printf("%-34s %2u %8lu %8lu %5lu %5.2f %9.0f\n", name, threads, classes,
	       c.runs, c.blocked, classes ? (double)c.runs / classes : 0.0,
	       c.runs / c.seconds);
}

static unsigned long factorial(unsigned int n)
{
	return n < 2 ? 1 : n * factorial(n - 1);
}

static void threads_of(const char *name, void (*body)(void *), unsigned int n,
		       unsigned long classes)
{
	bare_begin(body, n);
	line(name, n, classes, search(FL_SEARCH_OPTIMAL, ~0UL));
}

static void finders(const char *name, void (*body)(void *), unsigned int n,
		    unsigned long classes)
{
	bare_begin_folio(body, n);
	line(name, n, classes, search(FL_SEARCH_OPTIMAL, ~0UL));
}

static void bare_programs(void)
{
	unsigned int n;

	printf("%-34s %2s %8s %8s %5s %5s %9s\n", "program", "n", "classes",
	       "runs", "block", "ratio", "runs/s");
	for (n = 6; n <= 8; n++)
		threads_of("lock, increment, unlock", bare_lock_and_count, n,
			   factorial(n));
	threads_of("write own word, read the next", bare_own_then_next, 10,
		   1023);
	threads_of("write own word twice", bare_own_word, 10, 1);
	threads_of("write one word", bare_same_word, 7, factorial(7));
	finders("folio pattern, try_get by CAS", bare_find_page, 1, 9);
	finders("folio pattern, try_get by CAS", bare_find_page, 2, 497);
	finders("folio pattern, try_get by CAS", bare_find_page, 3, 169755);
	finders("folio pattern, try_get one step", bare_find_page_at_once, 3,
		11708);
}

static void first_hits(void)
{
	struct cost c;

	bare_begin_folio(bare_find_page_unchecked, 2);
	c = search(FL_SEARCH_OPTIMAL, ~0UL);
	printf("double free: found in run %lu\n", c.until_violation);
	bare_begin(bare_two_locks, 2);
	c = search(FL_SEARCH_OPTIMAL, ~0UL);
	printf("two locks, AB and BA: deadlock in run %lu of %lu\n",
	       c.until_violation, c.runs);
}

/* -- on a kernel -- */

/* Return: mean seconds of a boot, one run and a shutdown, over @n times.
 * Stepping is off: an access costs one test of a flag. */
static double straight(const struct program *program, const char *kernel,
		       unsigned int n)
{
	double began = now();
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (program_boot(program, kernel))
			return 0;
		fl_threads_run(p->world);
		fl_world_shutdown(p->world, NULL);
	}
	return (now() - began) / n;
}

static int on_kernel(const char *kernel)
{
	const struct program *program = program_find("two_cpus_fault");
	struct fl_explore_config config = { 0 };
	struct fl_explore_result r;
	double began = now(), seconds, one;
	int ret = program_explore(program, kernel, config, &r);

	if (ret) {
		fprintf(stderr,
			"bench_explore: %s cannot be explored on %s: %d\n",
			program->name, kernel, ret);
		return 1;
	}
	seconds = now() - began;
	one = straight(program, kernel, 20);
	printf("%s on %s: %lu runs, %lu blocked, %.0f runs/s; a run takes "
	       "%.2f of the time of boot, one plain run and shutdown\n",
	       program->name, kernel, r.runs, r.blocked, r.runs / seconds,
	       seconds / r.runs / one);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int i;
	int ret = 0;

	arguments_begin("bench_explore", "[KERNEL]");
	arguments_count(argc, 0, 1);
	if (argc > 1)
		return on_kernel(argument_kernel(argv[1]));
	bare_programs();
	first_hits();
	for (i = 0; i < fl_kernel_count(); i++)
		if (strcmp(fl_kernel_info(i)->name, "v8"))
			ret |= on_kernel(fl_kernel_info(i)->name);
	return ret;
}
