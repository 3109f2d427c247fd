/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cycle.c - the cost of the whole cycle of a page, compared with a fault on
 * this host
 *
 * usage: bench_cycle [KERNEL...]
 *
 * The cycle is a store that faults, marking, an atomic operation of the device,
 * and a load that restores.  The reference is mmap, one store and munmap of an
 * anonymous page on the host, with one minor fault.  The two are timed
 * alternately, ROUNDS times.  The result is the ratio of each pair: absolute
 * times mean little.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"

#define ROUNDS 15
#define PAGES  512UL
#define START  0x40000000UL

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
	exit(1);
}

/* Return: seconds per page. */
static double host_turn(void)
{
	double start = now();
	unsigned long i;

	for (i = 0; i < PAGES; i++) {
		char *p = mmap(NULL, FL_PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		must(p != MAP_FAILED, "mmap");
		*(volatile char *)p = 1;
		munmap(p, FL_PAGE);
	}
	return (now() - start) / PAGES;
}

static double cycle_turn(struct fl_process *p, struct fl_device *d)
{
	unsigned long i, value, end = START + PAGES * FL_PAGE;
	double start = now();

	for (i = START; i < end; i += FL_PAGE) {
		must(!fl_store(p, i, i), "store");
		must(fl_device_make_exclusive(d, i, FL_PAGE) == 1, "marking");
		must(!fl_device_atomic_add(d, i, 1, NULL), "atomic add");
		must(!fl_load(p, i, &value) && value == i + 1, "load");
	}
	start = (now() - start) / PAGES;
	must(!fl_zap(p, START, PAGES * FL_PAGE), "zap");
	return start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void cycle_ratio(const char *kernel)
{
	struct fl_world_config config = { .kernel = kernel };
	struct fl_process *p;
	struct fl_device *d;
	struct fl_world *w;
	double ratio[ROUNDS], host = 0, sim = 0;
	int i;

	must(!argument_boots(kernel, fl_world_boot(&config, &w)), "boot");
	must(!fl_process_create(w, &p), "process");
	must(!fl_mmap(p, START, PAGES * FL_PAGE, FL_PROT_READ | FL_PROT_WRITE,
		      FL_MAP_ANON),
	     "mmap");
	must(!fl_device_create(w, "bench", &d), "device");
	must(!fl_device_attach(d, p, START, PAGES * FL_PAGE), "attach");
	cycle_turn(p, d);
	for (i = 0; i < ROUNDS; i++) {
		host = host_turn();
		sim = cycle_turn(p, d);
		ratio[i] = sim / host;
	}
	must(!fl_world_shutdown(w, NULL), "shutdown without leaks");
	qsort(ratio, ROUNDS, sizeof(ratio[0]), by_value);
	printf("%-14s cycle / host fault: median %.2f (%.2f to %.2f in %d "
	       "rounds; last %.2f us / %.2f us)\n",
	       kernel, ratio[ROUNDS / 2], ratio[0], ratio[ROUNDS - 1], ROUNDS,
	       sim * 1e6, host * 1e6);
}

/* Return: peak KiB of a child that boots @kernel; NULL: that boots nothing. */
static long peak_kib(const char *kernel)
{
	struct fl_world_config config = { .kernel = kernel };
	struct rusage usage;
	struct fl_world *w;
	pid_t pid = fork();
	int status;

	must(pid >= 0, "fork");
	if (!pid) {
		_exit(kernel &&
		      argument_boots(kernel, fl_world_boot(&config, &w)));
	}
	must(wait4(pid, &status, 0, &usage) == pid, "wait");
	argument_child(status);
	return usage.ru_maxrss;
}

int main(int argc, char **argv)
{
	unsigned int i;
	int k;

	arguments_begin("bench_cycle", "[KERNEL...]");
	for (k = 1; k < argc; k++)
		argument_kernel(argv[k]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < fl_kernel_count(); i++) {
		const char *name = fl_kernel_info(i)->name;
		int asked = argc == 1;

		for (k = 1; k < argc; k++)
			asked |= !strcmp(argv[k], name);
		if (!asked)
			continue;
		printf("%-14s peak memory: %ld KiB when booted, %ld KiB of "
		       "it for the world\n",
		       name, peak_kib(name), peak_kib(name) - peak_kib(NULL));
		cycle_ratio(name);
	}
	return 0;
}
