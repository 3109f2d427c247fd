/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * helpers.c - what the kernel's test of HMM asks its helpers for, as it is in a world
 *
 * The tree's own (vm_util.c, hugepage_settings.c) ask the host, and set how many huge pages it
 * keeps; a test must not do that to it.
 *
 * The harness passes if no test has the name that it was given, and ignores what it does not
 * know: here both are errors.
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

/* There is no hugetlbfs. */
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

/* -- a harness that must not pass without a test -- */

#define USAGE	129

static pid_t harness;
static unsigned long tests;	/* that it has started: each is a process */

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
	fprintf(stderr, "%s: no test was run: none has such a name; see: %s -l\n",
		program_invocation_short_name, program_invocation_name);
	_exit(USAGE);
}

/* In releases whose harness has options, FL_HARNESS_OPTIONS are all that one of them has. */
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
