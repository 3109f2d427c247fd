/* SPDX-License-Identifier: GPL-2.0-only */
/* list.c - faultlab list: the programs, and what each asks */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "program.h"

static const char help[] =
	"examples:\n"
	"  faultlab list           the programs, with the question that each asks\n"
	"  faultlab list --json    ... for other programs\n"
	"\n"
	"usage: faultlab list [--json]\n";

static void print_json(void)
{
	const struct program *program;
	json_t *all = json_array();

	for (program = program_first(); program; program = program->next)
		json_array_append_new(all, json_pack("{s:s, s:s}",
			"name", program->name, "question", program->question));
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

int cli_list(int argc, char **argv)
{
	const struct program *program;

	if (cli_wants_help(argc, argv)) {
		fputs(help, stdout);
		return CLI_OK;
	}
	if (argc == 2 && !strcmp(argv[1], "--json")) {
		print_json();
		return CLI_OK;
	}
	if (argc > 1)
		return cli_usage("list: unknown argument '%s'", argv[1]);
	for (program = program_first(); program; program = program->next)
		printf("%-30s %s\n", program->name, program->question);
	cli_next("faultlab explore %s --kernel model", program_first()->name);
	return CLI_OK;
}
