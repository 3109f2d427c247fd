/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernels.c - faultlab kernels: which kernels can be booted, and their sources
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "command.h"
#include "faultlab/world.h"
#include "options.h"

const char *cli_wrong_on_purpose(const struct fl_kernel_info *kernel)
{
	if (kernel->mutant)
		return kernel->mutant;
	return kernel->traits.restores_by_walk ?
		       "restores by a walk, without a reference" :
		       NULL;
}

const struct fl_kernel_info *cli_kernel(const char *command, const char *name)
{
	const struct fl_kernel_info *k;
	struct cli_guess guess = { .word = name };
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++) {
		if (!strcmp(k->name, name))
			return k;
		cli_guess(&guess, k->name);
	}
	cli_error("%s: unknown kernel %s%s; see: faultlab kernels", command,
		  cli_quote(name, 1), cli_meant(&guess));
	return NULL;
}

/* -- as text -- */

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
	for (i = 0; (k = fl_kernel_info(i)); i++) {
		const char *wrong = cli_wrong_on_purpose(k);

		printf("%-*s %-12s %5u  %s%s%s\n", width, k->name, k->release,
		       k->nr_files, k->tree, wrong ? "; seeded bug: " : "",
		       wrong ? wrong : "");
	}
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

/* -- as JSON -- */

/* Each line is "SHA256  PATH". */
static json_t *files_of(const struct fl_kernel_info *k)
{
	const char *at = k->provenance, *end = at + k->provenance_len,
		   *line_end;
	json_t *files = json_array();

	for (; at < end; at = line_end + 1) {
		const char *path = memchr(at, ' ', end - at);

		line_end = memchr(at, '\n', end - at);
		if (!path || !line_end || path > line_end)
			break;
		/* clang-format off */
		json_array_append_new(files, json_pack("{s:s%, s:s%}",
			"sha256", at, (size_t)(path - at),
			"path", path + 2, (size_t)(line_end - path - 2)));
		/* clang-format on */
	}
	return files;
}

static void print_json(_Bool with_files)
{
	const struct fl_kernel_info *k;
	json_t *all = json_array(), *kernel;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++) {
		/* clang-format off */
		kernel = json_pack("{s:s, s:s, s:s, s:i, s:s?, s:s?}",
			"name", k->name, "release", k->release,
			"tree", k->tree, "files", (int)k->nr_files,
			"mutant", k->mutant,
			"wrong_on_purpose", cli_wrong_on_purpose(k));
		/* clang-format on */
		if (with_files)
			json_object_set_new(kernel, "provenance", files_of(k));
		json_array_append_new(all, kernel);
	}
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

/* -- the command -- */

static const char examples[] =
	"examples:\n"
	"  faultlab kernels                 the kernels: release, files, tree\n"
	"  faultlab kernels --provenance    also every compiled file, with its sha256\n"
	"  faultlab kernels --json          JSON output\n"
	"\n";

enum { PROVENANCE = 300, JSON };

static const struct argp_option options[] = {
	{ "provenance", PROVENANCE, NULL, 0,
	  "Print every compiled kernel file, with its sha256", 0 },
	{ "json", JSON, NULL, 0, "JSON output", 0 },
	CLI_HELP,
	{ 0 },
};

struct input {
	struct cli_options options; /* must be first */
	_Bool provenance, json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *input = state->input;

	switch (key) {
	case PROVENANCE:
		input->provenance = 1;
		return 0;
	case JSON:
		input->json = 1;
		return 0;
	default:
		return cli_option(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	/* clang-format off */
	.doc = "List the kernels in this program.\v"
	       CLI_EXIT_CODES_OF_LISTS,
	/* clang-format on */
};

static int run(int argc, char **argv)
{
	struct input input = {
		.options = { .command = "kernels", .examples = examples },
	};

	if (cli_parse(&argp, &input.options, argc, argv))
		return input.options.status;
	if (input.json)
		print_json(input.provenance);
	else if (input.provenance)
		provenance();
	else
		list();
	return CLI_OK;
}

const struct cli_command cli_kernels = {
	.name = "kernels",
	.summary = "the kernels in this program",
	.argp = &argp,
	.examples = examples,
	.run = run,
};
