/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plain.h - programs that do not know that they are user code of a world, and test it
 *
 * Each test is a process of its own, since a world ends with the last of its processes.
 */
#ifndef FL_SELFTEST_PLAIN_H
#define FL_SELFTEST_PLAIN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE	4096UL

#define CHECK(condition) do {						\
	if (!(condition)) {						\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__,	\
			#condition);					\
		exit(EXIT_FAILURE);					\
	}								\
} while (0)

struct plain_test {
	const char *name;
	void (*fn)(void);
};

/* plain_run - the test that the command names.  @tests: the last has no name.
 * Return: the exit status; 2: there is none. */
static inline int plain_run(int argc, char **argv, const struct plain_test *tests)
{
	for (; tests->name; tests++)
		if (argc == 2 && !strcmp(argv[1], tests->name)) {
			tests->fn();
			return EXIT_SUCCESS;
		}
	fprintf(stderr, "usage: %s NAME\n", argv[0]);
	return 2;
}

#endif /* FL_SELFTEST_PLAIN_H */
