/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * command.h - the subcommands, and what is generated from their options
 *
 * The help, the manual page and the completions of shells have the same
 * sources: the struct argp of each command, and its examples.
 */
#ifndef FL_CLI_COMMAND_H
#define FL_CLI_COMMAND_H

#include <argp.h>

struct cli_command {
	const char *name;
	const char *summary;	 /* a few words; NULL for faultlab itself */
	const struct argp *argp; /* doc: a sentence, then "\v" and the rest */
	const char *examples;	 /* lines, the first one is "examples:" */
	/* Run it; argv[0] is its name.  Return: an exit code. */
	int (*run)(int argc, char **argv);
};

extern const struct cli_command cli_demo, cli_kernels, cli_list, cli_explore,
	cli_replay;

/* All commands, in the order of the help; the last is NULL. */
extern const struct cli_command *const cli_commands[];
/* faultlab itself */
extern const struct cli_command cli_self;

/* Walk through the options that the help shows. */
#define cli_for_each_option(o_, command_)                          \
	for ((o_) = (command_)->argp->options; (o_)->name; (o_)++) \
		if (!((o_)->flags & OPTION_HIDDEN))

/* Return: whether the option has a short form, such as -h. */
_Bool cli_has_short(const struct argp_option *option);

/* Print a manual page, or a script for a shell, to standard output. */
void cli_print_man(void);
void cli_print_bash(void);
void cli_print_zsh(void);

#endif /* FL_CLI_COMMAND_H */
