/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native.c - CPUs and devices on real threads, on a few pages, for a number of
 * turns
 *
 * usage: native KERNEL CPUS DEVICES TURNS [bench|canary|race]
 *
 * The first word of each page is a counter that only devices change, by atomic
 * additions; one more word per CPU counts that CPU's stores.  Meanwhile pages
 * are moved, swapped, forked and protected.  At the end, a device with
 * exclusive access to a page must be the only one that can reach it, every
 * counter must have its expected value, and nothing may be leaked.  With
 * "bench", the turns per second are printed.
 *
 * With "canary", drivers ignore what other devices mark, and pages stay in
 * place: once two devices have had turns at a page, both keep it until the end,
 * in every order of turns.  So the check always detects them.
 *
 * With "race", the threads meet, and then increment a shared counter without a
 * lock: ThreadSanitizer, Helgrind and DRD must report it.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arguments.h"

#define START	   0x40000000UL
#define PAGES	   4UL
#define PAGE(i)	   (START + FL_PAGE * (i))
#define RW	   (FL_PROT_READ | FL_PROT_WRITE)
#define MOST	   8
#define MOST_TURNS 1000000000UL

struct worker {
	struct fl_device *device; /* NULL: a CPU */
	unsigned int id;
	unsigned long random;
	unsigned long done[PAGES]; /* additions or stores */
	unsigned long failed;
	char name[16];
};

static struct fl_world *world;
static struct fl_process *process;
static struct worker workers[MOST];
static unsigned long turns;
static _Bool canary, race;
static unsigned int nr_workers, arrived;
static unsigned long unlocked;

static void must(long ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "native: does not hold: %s\n", what);
	if (world && fl_world_end(world))
		fprintf(stderr, "%s\nwhere: %s\n%s", fl_world_end(world)->text,
			fl_world_end(world)->where,
			fl_world_end(world)->backtrace);
	exit(1);
}

/* xorshift64*, Vigna 2014 */
static unsigned long pick(struct worker *w, unsigned long below)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return (w->random * 0x2545f4914f6cdd1dUL >> 33) % below;
}

/* Operations of a CPU that keep the contents of the pages. */
static void disturb(struct worker *w, unsigned long page)
{
	struct fl_process *child;
	struct fl_pte pte;

	switch (pick(w, 5)) {
	case 0:
		if (!fl_pte_view(process, PAGE(page), &pte) && pte.present)
			fl_folio_migrate(world, pte.pfn);
		break;
	case 1:
		if (!fl_pte_view(process, PAGE(page), &pte) && pte.present)
			fl_folio_reclaim(world, pte.pfn);
		break;
	case 2:
		if (!fl_fork(process, &child))
			fl_process_exit(child);
		break;
	case 3:
		fl_mprotect(process, PAGE(page), FL_PAGE, FL_PROT_READ);
		fl_mprotect(process, PAGE(page), FL_PAGE, RW);
		break;
	case 4:
		fl_uffd_wp(process, PAGE(page), FL_PAGE, 0);
		break;
	}
}

static void cpu_turn(struct worker *w, unsigned long page)
{
	unsigned long own = PAGE(page) + 8 * (1 + w->id), value;

	if (!canary && !pick(w, 16))
		disturb(w, page);
	/* Another CPU may just have made the page read-only. */
	if (fl_load(process, own, &value) || fl_store(process, own, value + 1))
		w->failed++;
	else
		w->done[page]++;
}

static void device_turn(struct worker *w, unsigned long page)
{
	if (!fl_device_atomic_add(w->device, PAGE(page), 1, NULL)) {
		w->done[page]++;
		return;
	}
	w->failed++;
	fl_device_make_exclusive(w->device, PAGE(page), FL_PAGE);
}

/*
 * Nothing orders the threads between the arrival of the last one and the
 * increment.
 */
static void meet_and_race(void)
{
	__atomic_add_fetch(&arrived, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&arrived, __ATOMIC_RELAXED) < nr_workers)
		sched_yield();
	unlocked++;
}

static void work(void *arg)
{
	struct worker *w = arg;
	unsigned long i;

	if (race)
		meet_and_race();
	for (i = 0; i < turns; i++)
		(w->device ? device_turn : cpu_turn)(w, pick(w, PAGES));
}

static void start(unsigned int id, unsigned int cpus)
{
	struct worker *w = &workers[id];

	w->id = id;
	w->random = id + 1;
	snprintf(w->name, sizeof(w->name), "%s%u", id < cpus ? "cpu" : "device",
		 id);
	if (id >= cpus) {
		must(!fl_device_create(world, w->name, &w->device), "a device");
		must(!fl_device_set_driver(w->device,
					   id % 2 && !canary ? FL_DRIVER_SEQ :
							       FL_DRIVER_MIRROR,
					   canary ? FL_FLAW_FILTER_EVENT : 0),
		     "its driver");
		must(!fl_device_attach(w->device, process, START,
				       PAGES * FL_PAGE),
		     "attaching it");
	}
	must(fl_thread_spawn(world, id, w->name, work, w) > 0, "a thread");
}

/*
 * Return: the number of CPUs and devices that can reach the page if a device
 * can write it; otherwise 0.
 */
static unsigned int exclusive_among(unsigned long page)
{
	unsigned int i, reach, writers = 0;
	struct fl_device_pte right;
	struct fl_pte pte;

	must(!fl_pte_view(process, PAGE(page), &pte), "the final check");
	reach = pte.present;
	for (i = 0; i < MOST; i++) {
		if (!workers[i].device)
			continue;
		must(!fl_device_pte_view(workers[i].device, PAGE(page), &right),
		     "the final check");
		reach += right.mapped;
		writers += right.writable;
	}
	return writers ? reach : 0;
}

/*
 * A device with exclusive access is alone.  Every counter has its expected
 * value.
 */
static void check(unsigned int cpus, unsigned int devices)
{
	unsigned long page, sum, value;
	unsigned int i;

	for (page = 0; page < PAGES; page++)
		must(exclusive_among(page) <= 1,
		     "C1: a device that may write a page is alone with it");
	for (page = 0; page < PAGES; page++) {
		for (i = cpus, sum = 0; i < cpus + devices; i++)
			sum += workers[i].done[page];
		must(!fl_load(process, PAGE(page), &value), "the final load");
		if (value != sum)
			fprintf(stderr,
				"native: page %lu: the devices added %lu, but the page holds %lu\n",
				page, sum, value);
		must(value == sum, "no device's addition is lost");
		for (i = 0; i < cpus; i++) {
			must(!fl_load(process, PAGE(page) + 8 * (1 + i),
				      &value),
			     "the final load");
			must(value == workers[i].done[page],
			     "no CPU's store is lost");
		}
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* The modes of the last argument. */
enum { BENCH, CANARY, RACE, NONE };
static const char *const modes[] = { "bench", "canary", "race", NULL };

int main(int argc, char **argv)
{
	unsigned int mode = NONE;
	struct fl_world_config config = { .cpus = MOST, .catch_end = 1 };
	unsigned int cpus, devices, i;
	unsigned long failed = 0;
	double began;

	arguments_begin("native",
			"KERNEL CPUS DEVICES TURNS [bench|canary|race]");
	arguments_count(argc, 4, 5);
	config.kernel = argument_kernel(argv[1]);
	cpus = argument_number("CPUS", argv[2], 1, MOST);
	devices = argument_number("DEVICES", argv[3], 0, MOST);
	turns = argument_number("TURNS", argv[4], 1, MOST_TURNS);
	if (cpus + devices > MOST)
		argument_error("CPUS and DEVICES: expected at most %u "
			       "together, got %u",
			       MOST, cpus + devices);
	if (argc == 6)
		mode = argument_word("mode", argv[5], modes);
	nr_workers = cpus + devices;
	canary = mode == CANARY;
	race = mode == RACE;
	must(!argument_boots(config.kernel, fl_world_boot(&config, &world)),
	     "the world boots");
	must(!fl_process_create(world, &process), "a process");
	must(!fl_mmap(process, START, PAGES * FL_PAGE, RW, FL_MAP_ANON),
	     "mmap");
	for (i = 0; i < cpus + devices; i++)
		start(i, cpus);
	began = now();
	must(!fl_threads_run_native(world), "all threads end");
	if (mode == BENCH)
		printf("%s: %u CPUs, %u devices: %.0f turns per second\n",
		       argv[1], cpus, devices,
		       turns * (cpus + devices) / (now() - began));
	check(cpus, devices);
	for (i = 0; i < cpus + devices; i++)
		failed += workers[i].failed;
	must(!fl_world_shutdown(world, NULL), "no leak at shutdown");
	printf("%lu turns of %u threads, %lu of them refused\n",
	       turns * (cpus + devices), cpus + devices, failed);
	return 0;
}
