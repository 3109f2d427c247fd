/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plain.h - plain programs that test the world without knowing that they are
 * its user code
 *
 * Each test is a separate process, since a world ends with the last of its
 * processes.
 */
#ifndef FL_SELFTEST_PLAIN_H
#define FL_SELFTEST_PLAIN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096UL

#define CHECK(condition)                                                   \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				#condition);                               \
			exit(EXIT_FAILURE);                                \
		}                                                          \
	} while (0)

struct plain_test {
	const char *name;
	void (*fn)(void);
};

/*
 * plain_run - run the test that the command line names
 *
 * @tests: the last has no name
 * Return: the exit status; 2: no such test.
 */
static inline int plain_run(int argc, char **argv,
			    const struct plain_test *tests)
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
