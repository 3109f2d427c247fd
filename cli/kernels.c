/* SPDX-License-Identifier: GPL-2.0-only */
/* kernels.c - faultlab kernels: what can be booted, and what it is made of */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "faultlab/world.h"

static void list(void)
{
	const struct fl_kernel_info *k;
	int width = 14, len;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++) {
		len = strlen(k->name);
		width = len > width ? len : width;
	}
	printf("%-*s %-12s %5s  %s\n", width, "kernel", "release", "files",
	       "tree");
	for (i = 0; (k = fl_kernel_info(i)); i++)
		printf("%-*s %-12s %5u  %s\n", width, k->name, k->release,
		       k->nr_files, k->tree);
}

static void provenance(void)
{
	const struct fl_kernel_info *k;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++) {
		printf("%s %s, %u files of %s\n", k->name, k->release,
		       k->nr_files, k->tree);
		fwrite(k->provenance, 1, k->provenance_len, stdout);
	}
}

static const char help[] =
	"examples:\n"
	"  faultlab kernels                 what can be booted: release, files, tree\n"
	"  faultlab kernels --provenance    ... and every file compiled, by sha256\n"
	"  faultlab kernels --json          for other programs\n"
	"\n"
	"usage: faultlab kernels [--provenance | --json]\n";

static void print_json(void)
{
	const struct fl_kernel_info *k;
	json_t *all = json_array();
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++)
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:i, s:s?}",
			"name", k->name, "release", k->release,
			"tree", k->tree, "files", (int)k->nr_files, "mutant", k->mutant));
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

int cli_kernels(int argc, char **argv)
{
	if (cli_wants_help(argc, argv)) {
		fputs(help, stdout);
		return CLI_OK;
	}
	if (argc == 2 && !strcmp(argv[1], "--json")) {
		print_json();
		return CLI_OK;
	}
	if (argc == 1) {
		list();
		return CLI_OK;
	}
	if (argc == 2 && !strcmp(argv[1], "--provenance")) {
		provenance();
		return CLI_OK;
	}
	return cli_usage("kernels: unknown option '%s'", argv[argc - 1]);
}
