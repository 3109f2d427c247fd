/* SPDX-License-Identifier: GPL-2.0-only */
/* main.c - which subcommand is meant */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const char help[] =
	"examples:\n"
	"  faultlab demo                      a page's cycle, on every kernel\n"
	"  faultlab list                      programs, with the question that each asks\n"
	"  faultlab explore two_cpus_fault --kernel linux-6.12\n"
	"                                     a program under every schedule\n"
	"  faultlab replay zap_before_programmed_mirror --schedule 'e1:1@57,2'\n"
	"                                     the story of one run\n"
	"  faultlab kernels --provenance      every kernel file compiled, by sha256\n"
	"\n"
	"usage: faultlab COMMAND [OPTION...]; faultlab COMMAND --help\n"
	"\n"
	"  demo     mark a page exclusive for a device, use it, fault it back\n"
	"  kernels  the kernels that are in this program\n"
	"  list     the programs for the explorer\n"
	"  explore  run a program under every schedule that matters\n"
	"  replay   one run again, as a story or under a debugger\n"
	"\n"
	"exit codes: 0 all held, 1 a kernel broke its contract, 2 usage,\n"
	"            3 nothing was found before a limit was reached\n"
	"\n"
	"Data goes to standard output, messages to standard error.  NO_COLOR is respected.\n";

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "demo", cli_demo },
	{ "kernels", cli_kernels },
	{ "list", cli_list },
	{ "explore", cli_explore },
	{ "replay", cli_replay },
};

int cli_usage(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "faultlab: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "; see: faultlab --help\n");
	return CLI_USAGE;
}

int cli_wants_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help"))
			return 1;
	return 0;
}

void cli_next(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "next: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n");
}

/* https://no-color.org: any value but the empty one. */
int cli_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") &&
	       isatty(fileno(out));
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return cli_usage("which command?");
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") ||
	    !strcmp(argv[1], "help")) {
		fputs(help, stdout);
		return CLI_OK;
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	return cli_usage("unknown command '%s'", argv[1]);
}
