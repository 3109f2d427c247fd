/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * growth.c - the growth of searches, and the cost of long ones
 *
 * usage: bench_growth FAULTLAB [KERNEL]
 *
 *  - number of runs for more threads and more pages, up to MOST_RUNS
 *  - two processes compared with one, on some complete searches
 *  - memory after 10,000, 100,000 and a million runs
 *  - time from the start of the command FAULTLAB to its verdict
 *
 * KERNEL defaults to the last in the list.  Seconds, and the gain of a second
 * process, depend on the machine; counts do not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"
#include "bare.h"
#include "explore/search.h"
#include "program.h"

#define MOST_RUNS  100000UL
#define MOST_LOADS 5u
#define MOST_PAGES 3u
#define CPUS	   4u /* of a program; threads may share one */
#define STARTS	   20u

extern char **environ;

static unsigned int loads, pages; /* threads and pages of the program */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* -- threads and pages -- */

static void load_one(unsigned long number)
{
	p->ret[number] = fl_load(p->process, PAGE(number % pages),
				 &p->value[number]);
}

static void set_up(void)
{
	unsigned int i;

	attach(0, FL_DRIVER_MIRROR, 0);
	for (i = 0; i < pages; i++)
		mark(PAGE(i), 5);
	for (i = 0; i < loads; i++)
		cpu(i % CPUS, load_one);
}

static const struct program all_load = {
	.name = "loads",
	.question = "",
	.set_up = set_up,
};

struct cost {
	struct fl_explore_result result;
	double seconds;
};

static struct cost explore(const struct program *program, const char *kernel,
			   unsigned int jobs)
{
	struct fl_explore_config config = {
		.max_runs = MOST_RUNS,
		.jobs = jobs,
	};
	struct cost c;
	double began = now();
	int ret = program_explore(program, kernel, config, &c.result);

	if (ret) {
		fprintf(stderr, "bench_growth: cannot explore on %s: %d\n",
			kernel, ret);
		_exit(1);
	}
	c.seconds = now() - began;
	return c;
}

static void growth(const char *kernel)
{
	printf("\nthreads that load pages of a device, on %s: runs, seconds; "
	       "+: there are more runs\n",
	       kernel);
	printf("%-8s", "threads");
	for (pages = 1; pages <= MOST_PAGES; pages++)
		printf("      %u page%s      ", pages, pages == 1 ? " " : "s");
	for (loads = 2; loads <= MOST_LOADS; loads++) {
		printf("\n%-8u", loads);
		for (pages = 1; pages <= MOST_PAGES; pages++) {
			struct cost c = explore(&all_load, kernel, 1);

			printf("%9lu%c %7.2f ", c.result.runs,
			       c.result.exhaustive ? ' ' : '+', c.seconds);
			fflush(stdout);
		}
	}
	printf("\n");
}

/* -- cores -- */

/* Explore to the end: runs that helper processes made beyond a limit are
 * lost. */
static void speed_up(const char *name, const char *kernel)
{
	const struct program *program = program_find(name);
	struct cost one = explore(program, kernel, 1);
	struct cost two = explore(program, kernel, 2);

	printf("%s on %s, %lu runs%s: two processes are %.2f times as fast as "
	       "one; equal steps: %s\n",
	       name, kernel, one.result.runs,
	       one.result.exhaustive ? "" : " (not all)",
	       one.seconds / two.seconds,
	       one.result.hash == two.result.hash ? "yes" : "NO");
}

/* -- memory -- */

static unsigned long kib(void)
{
	unsigned long all, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f || fscanf(f, "%lu %lu", &all, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return resident * sysconf(_SC_PAGESIZE) / 1024;
}

static void memory(void)
{
	unsigned long at = 10000;
	struct fl_search s;

	bare_begin(bare_lock_and_count, 10);
	if (fl_search_init(&s, bare_machine, FL_SEARCH_OPTIMAL, NULL, 1000))
		argument_machine_error("the search cannot be created: %s",
				       strerror(ENOMEM));
	printf("memory of a search (10 threads: lock, increment, unlock):");
	while (at <= 1000000 && fl_search_next(&s) > 0)
		if (s.runs == at) {
			printf(" %lu KiB after %lu runs;", kib(), at);
			at *= 10;
		}
	printf(" pending branches: %lu\n", s.pool.live);
	fl_search_free(&s);
	fl_machine_destroy(bare_machine);
}

/* -- the command -- */

/* Print the fastest of STARTS runs: other load slows the rest. */
static void start_to_verdict(const char *faultlab, const char *program,
			     const char *kernel)
{
	const char *const argv[] = {
		faultlab, "explore", program, "--kernel", kernel, NULL,
	};
	posix_spawn_file_actions_t quiet;
	double best = 1e9;
	unsigned int i;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	for (i = 0; i < STARTS; i++) {
		double began = now();
		int status;
		pid_t pid;

		if (posix_spawn(&pid, faultlab, &quiet, NULL,
				(char *const *)argv, environ) ||
		    waitpid(pid, &status, 0) < 0 || status) {
			argument_machine_error("%s: expected exit code 0 of "
					       "explore; it cannot "
					       "be run, or failed",
					       faultlab);
		}
		if (now() - began < best)
			best = now() - began;
	}
	posix_spawn_file_actions_destroy(&quiet);
	printf("start to verdict, %s on %s: %.1f ms\n", program, kernel,
	       best * 1000);
}

int main(int argc, char **argv)
{
	const char *kernel = argv[argc - 1];
	unsigned int i;

	arguments_begin("bench_growth", "FAULTLAB [KERNEL]");
	arguments_count(argc, 1, 2);
	if (access(argv[1], X_OK))
		argument_error("FAULTLAB: %s: %s", argv[1], strerror(errno));
	if (argc == 3)
		argument_kernel(kernel);
	for (i = 0; argc == 2 && i < fl_kernel_count(); i++)
		if (strcmp(fl_kernel_info(i)->name, "v8"))
			kernel = fl_kernel_info(i)->name;
	memory();
	growth(kernel);
	speed_up("fork_while_killed", kernel);
	speed_up("stale_tlb_marked_seq", kernel);
	speed_up("read_while_marked_seq", kernel);
	start_to_verdict(argv[1], "fork_while_marked_mirror", "model");
	start_to_verdict(argv[1], "fork_while_marked_mirror", kernel);
	start_to_verdict(argv[1], "zap_while_faulted_mirror", kernel);
	return 0;
}
