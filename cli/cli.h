/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli.h - the faultlab command
 *
 * Data goes to standard output, messages to standard error.
 */
#ifndef FL_CLI_H
#define FL_CLI_H

#include <stdio.h>

struct fl_kernel_info;

enum {
	CLI_OK = 0,		/* all held */
	CLI_VIOLATION = 1,	/* a kernel broke a rule */
	CLI_UNDECIDED = 125,	/* a limit was reached, or the program does not apply */
	CLI_ERROR = 129,	/* the command line, or the environment */
};

/* The codes, as each command's help lists them. */
#define CLI_EXIT_CODE_OF_ERRORS						\
	"  129  the command line, or the environment: a file, memory, the output"
#define CLI_EXIT_CODES(held, violation, undecided)			\
	"Exit codes:\n"							\
	"  0    " held "\n"						\
	"  1    " violation "\n"					\
	"  125  " undecided "\n" CLI_EXIT_CODE_OF_ERRORS
#define CLI_EXIT_CODES_OF_LISTS						\
	"Exit codes:\n"							\
	"  0    the list was printed\n" CLI_EXIT_CODE_OF_ERRORS

/* One subcommand; argv[0] is its name.  Return: an exit code. */
int cli_kernels(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_explore(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_list(int argc, char **argv);

/* -- messages, on standard error -- */

/* cli_error - "faultlab: ...".  Return: CLI_ERROR. */
int cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* cli_usage - as cli_error(), and which help to read.  @command: NULL: faultlab itself. */
int cli_usage(const char *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* cli_next - what to run next: "next: faultlab WORD...".  The words, quoted for a shell,
 * end with NULL. */
void cli_next(const char *word, ...) __attribute__((sentinel));

/* cli_quote - Return: @word as a shell reads it, in quotes if that makes a difference or
 * @always is set; valid until the fourth call after this one. */
const char *cli_quote(const char *word, _Bool always);

/* cli_nearest - Return: 1 if @name looks like a slip of @word, nearer than *@best, which
 * becomes less. */
int cli_nearest(const char *word, const char *name, unsigned int *best);
#define CLI_FAR	(~0u)	/* *best in the beginning */

/* -- output, on standard output -- */

/* cli_begin - standard output can be written, as far as that is known; signals of failed
 * writes are ignored.  Return: 0; CLI_ERROR. */
int cli_begin(void);

/* cli_flush - Return: 0; -1: something could not be written. */
int cli_flush(void);

/* cli_end - all was written, and the output is closed.  Return: @status; CLI_ERROR. */
int cli_end(int status);

/* cli_default_signals - for a program that takes the place of this one */
void cli_default_signals(void);

/* Return: 1 if @out is a terminal that shows colour, and NO_COLOR is not set. */
int cli_colour(FILE *out);

/* -- kernels -- */

/* Return: the kernel of that name; NULL: there is none, which was reported. */
const struct fl_kernel_info *cli_kernel(const char *command, const char *name);

/* Return: what is wrong with a kernel on purpose; NULL: nothing. */
const char *cli_wrong_on_purpose(const struct fl_kernel_info *kernel);

#endif /* FL_CLI_H */
