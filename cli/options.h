/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options.h - parse command lines with glibc's argp
 *
 * Each command has a struct argp, whose parser passes unknown keys to
 * cli_option(), and an input that begins with a struct cli_options:
 *
 *   if (cli_parse(&argp, &input.options, argc, argv))
 *           return input.options.status;
 */
#ifndef FL_CLI_OPTIONS_H
#define FL_CLI_OPTIONS_H

#include <argp.h>

struct cli_options {
	const char *command;  /* "explore"; NULL: faultlab itself */
	const char *examples; /* beginning of the help text */
	/* The only operand's name in help; NULL: no operand. */
	const char *operand;
	_Bool in_order; /* options end at the first operand */
	const struct argp *argp;
	int status; /* exit code, if @done */
	_Bool done; /* help or an error was printed */
};

/* clang-format off */
#define CLI_HELP	{ "help", 'h', NULL, 0, "Print this help", -1 }
/* clang-format on */

/*
 * cli_parse - parse a command line
 *
 * Return: 0: continue; 1: exit with options->status.
 */
int cli_parse(const struct argp *argp, struct cli_options *options, int argc,
	      char **argv);

/* cli_option - an argp parser for help, operands and errors */
error_t cli_option(int key, char *arg, struct argp_state *state);

/*
 * cli_refuse - stop parsing; @status is the exit code of an error already
 * printed
 *
 * Return: the value that the parser must return.
 */
error_t cli_refuse(struct argp_state *state, int status);

/*
 * cli_number - read the argument of @option
 *
 * Return: 0; after an error, the value of cli_refuse().
 */
error_t cli_number(struct argp_state *state, const char *option,
		   const char *text, unsigned long min, unsigned long max,
		   unsigned long *out);

#endif /* FL_CLI_OPTIONS_H */
