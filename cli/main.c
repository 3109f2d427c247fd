/* SPDX-License-Identifier: GPL-2.0-only */
/* main.c - parse the name of the subcommand, and run it */
#include <string.h>

#include "cli.h"
#include "command.h"
#include "faultlab/world.h"
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
	CLI_EXIT_CODES("everything held, or the output was printed",
		       "a violation: a kernel broke a rule",
		       "undecided: a limit was reached, or the "
		       "program does not apply")
	"\n\nData goes to standard output, messages to standard error.  "
	"NO_COLOR is respected.  Numbers are decimal, without sign or leading "
	"zeros.";
/* clang-format on */

const struct cli_command *const cli_commands[] = {
	&cli_demo, &cli_kernels, &cli_list, &cli_explore, &cli_replay, NULL,
};

enum { GENERATE = 300 };

static const struct argp_option options[] = {
	{ "version", 'V', NULL, 0,
	  "Print the version, and the kernels with their releases", -1 },
	CLI_HELP,
	{ "generate", GENERATE, "FORMAT", OPTION_HIDDEN,
	  "Print the manual page (man), or a completion script (bash, zsh)",
	  0 },
	{ 0 },
};

static int unknown_command(const char *name)
{
	const struct cli_command *const *c;
	struct cli_guess guess = { .word = name };

	for (c = cli_commands; *c; c++)
		cli_guess(&guess, (*c)->name);
	return cli_usage(NULL, "unknown command %s%s", cli_quote(name, 1),
			 cli_meant(&guess));
}

/* Return: the subcommand called @name; NULL. */
static const struct cli_command *find(const char *name)
{
	const struct cli_command *const *c;

	for (c = cli_commands; *c; c++)
		if (!strcmp(name, (*c)->name))
			return *c;
	return NULL;
}

/*
 * Run the subcommand @argv[0] with all its arguments.  Return: its exit code.
 */
static int run(int argc, char **argv)
{
	static char help[] = "--help", *of_command[] = { NULL, help, NULL };
	const struct cli_command *command = find(argv[0]);

	if (command)
		return command->run(argc, argv);
	if (strcmp(argv[0], "help"))
		return unknown_command(argv[0]);
	if (argc != 2)
		return cli_usage(NULL,
				 "help: unexpected operand %s: "
				 "expected one COMMAND",
				 cli_quote(argv[2], 1));
	command = find(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	of_command[0] = argv[1];
	return command->run(2, of_command);
}

/* -- options -- */

static void print_version(void)
{
	const struct fl_kernel_info *k;
	unsigned int i;

	printf("faultlab %s\nkernels:", FL_VERSION);
	for (i = 0; (k = fl_kernel_info(i)); i++)
		printf("%s %s (%s)", i ? "," : "", k->name, k->release);
	printf("\n");
}

/* Return: an exit code. */
static int generate(const char *format)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} formats[] = {
		{ "man", cli_print_man },
		{ "bash", cli_print_bash },
		{ "zsh", cli_print_zsh },
	};
	unsigned int i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(format, formats[i].name)) {
			formats[i].print();
			return CLI_OK;
		}
	return cli_usage(NULL, "--generate: expected man, bash or zsh, got %s",
			 cli_quote(format, 1));
}

/* Put the commands before the text that follows the options. */
static char *add_commands(int key, const char *text, void *input)
{
	const struct cli_command *const *c;
	char *all = NULL;
	size_t size;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC ||
	    !(out = open_memstream(&all, &size)))
		return (char *)text;
	fprintf(out, "Commands (help: faultlab COMMAND --help):\n");
	for (c = cli_commands; *c; c++)
		fprintf(out, "  %-8s %s\n", (*c)->name, (*c)->summary);
	fprintf(out, "\n%s", text);
	fclose(out);
	return all;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static char help[] = "help";

	switch (key) {
	case 'V':
		print_version();
		cli_refuse(state, CLI_OK);
		return ECANCELED;
	case GENERATE:
		cli_refuse(state, generate(arg));
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
	.help_filter = add_commands,
};

const struct cli_command cli_self = { "faultlab", NULL, &argp, examples, NULL };

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
