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
	CLI_OK = 0,	   /* everything held */
	CLI_VIOLATION = 1, /* a kernel broke a rule */
	/* A limit was reached, or the program does not apply. */
	CLI_UNDECIDED = 125,
	CLI_ERROR = 129, /* the command line, or the environment */
};

/* The exit codes, for the help of each command. */
#define CLI_EXIT_CODE_OF_ERRORS                                          \
	"  129  an error of the command line or the environment (file, " \
	"memory, output)"
#define CLI_EXIT_CODES(held, violation, undecided) \
	"Exit codes:\n"                            \
	"  0    " held "\n"                        \
	"  1    " violation "\n"                   \
	"  125  " undecided "\n" CLI_EXIT_CODE_OF_ERRORS
#define CLI_EXIT_CODES_OF_LISTS \
	"Exit codes:\n"         \
	"  0    the list was printed\n" CLI_EXIT_CODE_OF_ERRORS

/* -- messages, on standard error -- */

/* cli_error - print "faultlab: ...".  Return: CLI_ERROR. */
int cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * cli_usage - as cli_error(), and print which help to read
 * @command: a subcommand; NULL: faultlab itself
 */
int cli_usage(const char *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * cli_next - suggest a command: "next: faultlab WORD..."
 *
 * The list of words ends with NULL.  Each word is quoted for a shell.
 */
void cli_next(const char *word, ...) __attribute__((sentinel));

/*
 * cli_quote - quote @word for a shell, if it needs quotes or @always is set
 *
 * Return: a string that is valid until the fourth call after this one.
 */
const char *cli_quote(const char *word, _Bool always);

/*
 * The name that a misspelled word stands for:
 *
 *   struct cli_guess guess = { .word = word };
 *
 *   for each name that would be right:
 *           cli_guess(&guess, name);
 *   cli_error("unknown kernel %s%s", cli_quote(word, 1), cli_meant(&guess));
 */
struct cli_guess {
	const char *word;
	char name[80];	   /* the nearest so far; "": none is near */
	unsigned int away; /* its edit distance */
	char text[100];
};

/*
 * cli_guess - remember @name if it is the nearest one so far
 *
 * A name is near if few letters were inserted, deleted, replaced or swapped
 * with a neighbour; or if it contains the word, of three letters or more.
 */
void cli_guess(struct cli_guess *guess, const char *name);

/* Return: "; did you mean 'NAME'?", or "" if no name is near. */
const char *cli_meant(struct cli_guess *guess);

/*
 * Return: @n with commas, as in 6,198; a string that is valid until the fourth
 * call after this one.
 */
const char *cli_thousands(unsigned long n);

/* -- output, on standard output -- */

/*
 * cli_begin - check that standard output is open, and ignore SIGPIPE and
 * SIGXFSZ
 *
 * Return: 0; CLI_ERROR.
 */
int cli_begin(void);

/* cli_flush - flush standard output.  Return: 0; -1: a write has failed. */
int cli_flush(void);

/*
 * cli_end - flush and close standard output
 *
 * Return: @status; CLI_ERROR if a write has failed.
 */
int cli_end(int status);

/* cli_default_signals - restore SIGPIPE and SIGXFSZ before execve() */
void cli_default_signals(void);

/* Return: 1 if @out is a terminal with colour, and NO_COLOR is not set. */
int cli_colour(FILE *out);

/* Return: the columns of the terminal @out; 80 if it is none. */
unsigned int cli_width(FILE *out);

/* -- kernels -- */

/* Return: the kernel called @name; NULL after an error message. */
const struct fl_kernel_info *cli_kernel(const char *command, const char *name);

/* Return: the bug that was put into the kernel on purpose; NULL: none. */
const char *cli_wrong_on_purpose(const struct fl_kernel_info *kernel);

#endif /* FL_CLI_H */
