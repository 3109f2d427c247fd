/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * helpers.c - the helpers of the kernel's HMM test, as they work in a world
 *
 * The tree's own helpers (vm_util.c, hugepage_settings.c) query the host, and
 * set its number of huge pages, which a test must not do.
 *
 * The test harness passes if no test has the given name, and ignores unknown
 * arguments: here both are errors.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

uint64_t read_pmd_pagesize(void);
unsigned long default_huge_page_size(void);
unsigned long hugetlb_free_pages(unsigned long size);
bool hugetlb_setup_default(unsigned long nr);
uint64_t pagemap_get_entry(int fd, char *start);

uint64_t read_pmd_pagesize(void)
{
	return 2UL << 20;
}

/* hugetlbfs is not supported. */
unsigned long default_huge_page_size(void)
{
	return 0;
}

unsigned long hugetlb_free_pages(unsigned long size)
{
	(void)size;
	return 0;
}

bool hugetlb_setup_default(unsigned long nr)
{
	(void)nr;
	return false;
}

uint64_t pagemap_get_entry(int fd, char *start)
{
	uint64_t entry;
	off_t offset = (unsigned long)start / 4096 * sizeof(entry);

	if (pread(fd, &entry, sizeof(entry), offset) != sizeof(entry)) {
		perror("pagemap");
		exit(EXIT_FAILURE);
	}
	return entry;
}

/* -- the harness must not pass without running a test -- */

#define USAGE 129

static pid_t harness;
static unsigned long tests; /* started so far; each is a process */

static void count_test(void)
{
	tests++;
}

static void no_test(int status, void *arg)
{
	(void)arg;
	if (getpid() != harness || status || tests)
		return;
	fflush(stdout);
	fprintf(stderr, "%s: no test has this name; see: %s -l\n",
		program_invocation_short_name, program_invocation_name);
	_exit(USAGE);
}

/* FL_HARNESS_OPTIONS: all options of the harness, in releases that have any. */
static void check_arguments(int argc, char **argv)
{
	const char *wrong = argc > 1 ? argv[1] : NULL;

#ifdef FL_HARNESS_OPTIONS
	opterr = 0;
	while (getopt(argc, argv, FL_HARNESS_OPTIONS) != -1)
		;
	wrong = argv[optind];
	opterr = 1;
	optind = 1;
#endif
	if (!wrong)
		return;
	fprintf(stderr, "%s: unknown argument '%s'\n",
		program_invocation_short_name, wrong);
	_exit(USAGE);
}

static void __attribute__((constructor)) watch_harness(int argc, char **argv)
{
	check_arguments(argc, argv);
	harness = getpid();
	pthread_atfork(NULL, count_test, NULL);
	on_exit(no_test, NULL);
}
