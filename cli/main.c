/* SPDX-License-Identifier: GPL-2.0-only */
/* main.c - parse the name of the subcommand, and run it */
#include <string.h>

#include "cli.h"
#include "options.h"

static const char examples[] =
	"examples:\n"
	"  faultlab demo                      the cycle of a page, on every kernel\n"
	"  faultlab list                      the programs, and the question of each\n"
	"  faultlab explore two_cpus_fault --kernel model\n"
	"                                     every interleaving of a program\n"
	"  faultlab replay zap_before_programmed_mirror --schedule 'e1:1@57,2'\n"
	"                                     the story of one run\n"
	"  faultlab kernels --provenance      every compiled kernel file, with its sha256\n"
	"\n";

/* clang-format off */
static const char doc[] =
	"The Linux page-fault path in userspace, under every interleaving.\v"
	"Commands (help: faultlab COMMAND --help):\n"
	"  demo     mark a page exclusive for a device, use it, fault it back\n"
	"  kernels  the kernels in this program\n"
	"  list     the programs for the explorer\n"
	"  explore  run a program under one schedule of each class\n"
	"  replay   repeat one run, as a story or under a debugger\n"
	"\n"
	CLI_EXIT_CODES("everything held, or the output was printed",
		       "a violation: a kernel broke a rule",
		       "undecided: a limit was reached, or the "
		       "program does not apply")
	"\n\nData goes to standard output, messages to standard error.  "
	"NO_COLOR is respected.  Numbers are decimal, without sign or leading "
	"zeros.";
/* clang-format on */

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	/* clang-format off */
	{ "demo", cli_demo },
	{ "kernels", cli_kernels },
	{ "list", cli_list },
	{ "explore", cli_explore },
	{ "replay", cli_replay },
	/* clang-format on */
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct argp_option options[] = {
	{ "version", 'V', NULL, 0, "Print the version", -1 },
	CLI_HELP,
	{ 0 },
};

static int unknown_command(const char *name)
{
	const char *meant = NULL;
	unsigned int best = CLI_FAR;
	size_t i;

	for (i = 0; i < NR_COMMANDS; i++)
		if (cli_nearest(name, commands[i].name, &best))
			meant = commands[i].name;
	return cli_usage(NULL, "unknown command %s%s%s%s", cli_quote(name, 1),
			 meant ? "; did you mean '" : "", meant ? meant : "",
			 meant ? "'?" : "");
}

/*
 * Run the subcommand @argv[0] with all its arguments.  Return: its exit code.
 */
static int run(int argc, char **argv)
{
	static char help[] = "--help", *of_command[] = { NULL, help, NULL };
	size_t i;

	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(argv[0], commands[i].name))
			return commands[i].run(argc, argv);
	if (strcmp(argv[0], "help"))
		return unknown_command(argv[0]);
	if (argc != 2)
		return cli_usage(NULL,
				 "help: unexpected operand %s: "
				 "expected one COMMAND",
				 cli_quote(argv[2], 1));
	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name)) {
			of_command[0] = argv[1];
			return commands[i].run(2, of_command);
		}
	return unknown_command(argv[1]);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static char help[] = "help";

	switch (key) {
	case 'V':
		printf("faultlab %s\n", FL_VERSION);
		cli_refuse(state, CLI_OK);
		return ECANCELED;
	case ARGP_KEY_ARG:
		if (!strcmp(arg, help) && state->next == state->argc)
			return cli_option('h', NULL, state);
		return cli_refuse(state, run(state->argc - state->next + 1,
					     &state->argv[state->next - 1]));
	case ARGP_KEY_NO_ARGS:
		return cli_refuse(state, cli_usage(NULL, "expected a command"));
	default:
		return cli_option(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = doc,
};

int main(int argc, char **argv)
{
	/* The subcommand parses everything after its name. */
	struct cli_options input = { .examples = examples, .in_order = 1 };
	int status = cli_begin();

	if (status)
		return status;
	cli_parse(&argp, &input, argc, argv);
	return cli_end(input.status);
}
