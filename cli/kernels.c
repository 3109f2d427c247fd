/* SPDX-License-Identifier: GPL-2.0-only */
/* kernels.c - faultlab kernels: what can be booted, and what it is made of */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "faultlab/world.h"

static void list(void)
{
	const struct fl_kernel_info *k;
	unsigned int i;

	printf("%-14s %-12s %5s  %s\n", "kernel", "release", "files", "tree");
	for (i = 0; (k = fl_kernel_info(i)); i++)
		printf("%-14s %-12s %5u  %s\n", k->name, k->release,
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

int cli_kernels(int argc, char **argv)
{
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
