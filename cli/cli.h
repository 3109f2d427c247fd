/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli.h - the faultlab command
 *
 * Data goes to standard output, messages to standard error.
 */
#ifndef FL_CLI_H
#define FL_CLI_H

#include <stdio.h>

enum {
	CLI_OK = 0,
	CLI_VIOLATION = 1,	/* a kernel broke its contract */
	CLI_USAGE = 2,		/* the command line, or what it names */
	CLI_LIMIT = 3,		/* a limit was reached: nothing was found so far */
};

/* One subcommand; argv[0] is its name.  Return: an exit code. */
int cli_kernels(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_explore(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_list(int argc, char **argv);

/* Say what is wrong with the command line, and where help is.
 * Return: CLI_USAGE. */
int cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Return: 1 where the help of a command is asked for, anywhere among its arguments. */
int cli_wants_help(int argc, char **argv);

/* What to run next, on standard error. */
void cli_next(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Return: 1 where @out is a terminal that shows colour, and NO_COLOR is not set. */
int cli_colour(FILE *out);

#endif /* FL_CLI_H */
