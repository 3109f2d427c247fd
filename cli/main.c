/* SPDX-License-Identifier: GPL-2.0-only */
/* main.c - which subcommand is meant */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char help[] =
	"examples:\n"
	"  faultlab demo                      a page's cycle, on every kernel\n"
	"  faultlab demo --kernel linux-6.12  ... on one\n"
	"  faultlab kernels                   which kernels this program has\n"
	"  faultlab kernels --provenance      ... and every file compiled, by sha256\n"
	"\n"
	"  faultlab list                      programs for the explorer\n"
	"  faultlab explore two_cpus_fault --kernel linux-6.12\n"
	"                                     a program under every schedule\n"
	"\n"
	"usage: faultlab COMMAND [OPTION...]\n"
	"\n"
	"  demo     mark a page exclusive for a device, use it, fault it back;\n"
	"           check each stage\n"
	"  kernels  list the kernels: release, number of files, tree\n"
	"  list     list the programs, with the question that each asks\n"
	"  explore  PROGRAM [--kernel K] [--max-runs N] [--max-steps N] [--every-run]\n"
	"           run it under every schedule that matters; --every-run: under all\n"
	"  replay   PROGRAM [--kernel K] --schedule S\n"
	"           one run again, as explore printed it\n"
	"\n"
	"exit codes: 0 all held, 1 a kernel broke its contract, 2 usage,\n"
	"            3 nothing was found before a limit was reached\n";

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
