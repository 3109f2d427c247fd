/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options.h - command lines, by glibc's argp
 *
 * A command has a struct argp whose parser passes what it does not know to
 * cli_option(), and an input that begins with a struct cli_options:
 *
 *   if (cli_parse(&argp, &input.options, argc, argv))
 *           return input.options.status;
 */
#ifndef FL_CLI_OPTIONS_H
#define FL_CLI_OPTIONS_H

#include <argp.h>

struct cli_options {
	const char *command;	/* "explore"; NULL: faultlab itself */
	const char *examples;	/* what help begins with */
	const char *operand;	/* the name of the only one, as help has it; NULL: none */
	_Bool in_order;		/* options end at the first operand */
	const struct argp *argp;
	int status;		/* the exit code, if there is nothing more to do */
	_Bool done;		/* ... as help or an error was printed */
};

#define CLI_HELP	{ "help", 'h', NULL, 0, "Print this help", -1 }

/* cli_parse - Return: 0; 1: options->status is the exit code. */
int cli_parse(const struct argp *argp, struct cli_options *options, int argc,
	      char **argv);

/* cli_option - as a parser of argp's: help, operands, errors */
error_t cli_option(int key, char *arg, struct argp_state *state);

/* cli_refuse - @status, of an error that was printed.  Return: for a parser to return. */
error_t cli_refuse(struct argp_state *state, int status);

/* cli_number - read the argument of @option.  Return: 0; as cli_refuse(). */
error_t cli_number(struct argp_state *state, const char *option,
		   const char *text, unsigned long min, unsigned long max,
		   unsigned long *out);

#endif /* FL_CLI_OPTIONS_H */
