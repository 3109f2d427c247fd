/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scale.c - the cost per page of marking and restoring, from one page to a
 * million, and the host memory per page
 *
 * usage: bench_scale [KERNEL...]
 *
 * Each number of pages is measured in a separate host process, whose peak
 * memory thus belongs to that number.  Costs are ratios to the cost at 1,000
 * pages in the same run: 1 means that the cost does not grow.  Small numbers
 * are repeated until 100,000 pages are done.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"

#define START	  0x40000000UL
#define MOST	  1000000UL
#define REFERENCE 1000UL   /* pages of the reference cost */
#define REPEAT	  100000UL /* minimum of pages for each number */
#define SPARE	  4096UL   /* frames for the kernel itself */

struct cost {
	double mark, restore; /* seconds per page */
	long kib;	      /* peak memory */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void must(long ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench: %s failed\n", what);
	_exit(1);
}

static void cycle(struct fl_process *p, struct fl_device *d,
		  unsigned long pages, struct cost *cost)
{
	unsigned long i, value, end = START + pages * FL_PAGE;
	double start;

	for (i = START; i < end; i += FL_PAGE)
		must(!fl_store(p, i, i), "store");
	start = now();
	must(fl_device_make_exclusive(d, START, pages * FL_PAGE) == (long)pages,
	     "marking");
	cost->mark += now() - start;
	start = now();
	for (i = START; i < end; i += FL_PAGE)
		must(!fl_load(p, i, &value) && value == i, "load");
	cost->restore += now() - start;
	must(!fl_zap(p, START, pages * FL_PAGE), "zap");
}

static void measure(const char *kernel, unsigned long pages, struct cost *cost)
{
	unsigned long turns = pages < REPEAT ? REPEAT / pages : 1, i;
	struct fl_world_config config = {
		.kernel = kernel,
		.frames = pages + pages / 64 + SPARE,
	};
	struct fl_process *p;
	struct fl_device *d;
	struct fl_world *w;

	must(!argument_boots(kernel, fl_world_boot(&config, &w)), "boot");
	must(!fl_process_create(w, &p), "process");
	must(!fl_mmap(p, START, pages * FL_PAGE, FL_PROT_READ | FL_PROT_WRITE,
		      FL_MAP_ANON),
	     "mmap");
	must(!fl_device_create(w, "bench", &d), "device");
	must(!fl_device_attach(d, p, START, pages * FL_PAGE), "attach");
	for (i = 0; i < turns; i++)
		cycle(p, d, pages, cost);
	cost->mark /= turns * pages;
	cost->restore /= turns * pages;
	must(!fl_world_shutdown(w, NULL), "shutdown without leaks");
}

/* Run measure() in a child process. */
static struct cost cost_of(const char *kernel, unsigned long pages)
{
	struct cost cost = { 0 };
	struct rusage usage;
	int pipe_[2], status;
	pid_t pid;

	must(!pipe(pipe_), "pipe");
	pid = fork();
	must(pid >= 0, "fork");
	if (!pid) {
		measure(kernel, pages, &cost);
		_exit(write(pipe_[1], &cost, sizeof(cost)) != sizeof(cost));
	}
	must(wait4(pid, &status, 0, &usage) == pid, "wait");
	argument_child(status);
	must(read(pipe_[0], &cost, sizeof(cost)) == sizeof(cost), "read");
	close(pipe_[0]);
	close(pipe_[1]);
	cost.kib = usage.ru_maxrss;
	return cost;
}

static void scale(const char *kernel)
{
	struct cost reference = cost_of(kernel, REFERENCE), cost = { 0 };
	unsigned long pages;
	long kib = 0;

	for (pages = 1; pages <= MOST; pages *= 10) {
		kib = cost.kib;
		cost = cost_of(kernel, pages);
		printf("%-14s %7lu pages: cost per page, relative to %lu "
		       "pages: marking %.2f, restoring %.2f (%.2f us, %.2f us)\n",
		       kernel, pages, REFERENCE, cost.mark / reference.mark,
		       cost.restore / reference.restore, cost.mark * 1e6,
		       cost.restore * 1e6);
	}
	printf("%-14s host memory of a simulated page: %.0f bytes, %lu of "
	       "it its contents\n",
	       kernel, (cost.kib - kib) * 1024. / (MOST - MOST / 10), FL_PAGE);
}

int main(int argc, char **argv)
{
	unsigned int i;
	int k;

	arguments_begin("bench_scale", "[KERNEL...]");
	for (k = 1; k < argc; k++)
		argument_kernel(argv[k]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < fl_kernel_count(); i++) {
		const char *name = fl_kernel_info(i)->name;
		int asked = argc == 1;

		for (k = 1; k < argc; k++)
			asked |= !strcmp(argv[k], name);
		/* v8 differs from the model only in the restore. */
		if (asked && (argc > 1 || strcmp(name, "v8")))
			scale(name);
	}
	return 0;
}
