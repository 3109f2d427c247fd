/* SPDX-License-Identifier: GPL-2.0-only */
/* list.c - faultlab list: the programs and their questions */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "command.h"
#include "options.h"
#include "program.h"

#define WIDTH 30 /* columns for a name */

/* -- what a program declares -- */

typedef _Bool kernel_fn(const struct program *program,
			const struct fl_kernel_info *kernel, const void *arg);

static _Bool applies(const struct program *program,
		     const struct fl_kernel_info *kernel, const void *arg)
{
	(void)arg;
	return program_applies(program, kernel);
}

static _Bool lacks(const struct program *program,
		   const struct fl_kernel_info *kernel, const void *arg)
{
	return !applies(program, kernel, arg);
}

/* @text: a violation */
static _Bool breaks(const struct program *program,
		    const struct fl_kernel_info *kernel, const void *text)
{
	const char *expected = program_breaks(program, kernel);

	return expected && !strcmp(expected, text);
}

/* Return: the names of the kernels for which @fn returns true. */
static json_t *kernels_of(const struct program *program, kernel_fn *fn,
			  const void *arg)
{
	const struct fl_kernel_info *k;
	json_t *names = json_array();
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++)
		if (fn(program, k, arg))
			json_array_append_new(names, json_string(k->name));
	return names;
}

/* -- as JSON -- */

static json_t *expected_of(const struct program *program)
{
	const struct fl_kernel_info *k;
	json_t *expected = json_object();
	const char *text;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++) {
		text = program_breaks(program, k);
		if (text)
			json_object_set_new(expected, k->name,
					    json_string(text));
	}
	return expected;
}

static void print_json(void)
{
	const struct program *program;
	json_t *all = json_array();

	for (program = program_first(); program; program = program->next)
		/* clang-format off */
		json_array_append_new(all, json_pack(
			"{s:s, s:s, s:o, s:s?, s:o, s:I}",
			"name", program->name, "question", program->question,
			"kernels", kernels_of(program, applies, NULL),
			"needs", program->needs,
			"expected", expected_of(program),
			"bound", (json_int_t)program->bound));
	/* clang-format on */
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

/* -- as text -- */

/*
 * Print a line "@before KERNEL, KERNEL" below the question, or @all for every
 * kernel; print nothing if there is no kernel.
 */
static void print_kernels(const char *before, json_t *names, const char *all)
{
	size_t i, n = json_array_size(names);

	if (n == fl_kernel_count())
		printf("%*s %s%s\n", WIDTH, "", before, all);
	for (i = 0; i < n && n < fl_kernel_count(); i++) {
		if (!i)
			printf("%*s %s", WIDTH, "", before);
		printf("%s%s", json_string_value(json_array_get(names, i)),
		       i + 1 < n ? ", " : "\n");
	}
	json_decref(names);
}

static void print_expected(const struct program *program, const char *text)
{
	char before[200];

	if (!text)
		return;
	snprintf(before, sizeof(before), "expected: \"%s\" on ", text);
	print_kernels(before, kernels_of(program, breaks, text),
		      "every kernel");
}

static void print_program(const struct program *program)
{
	char before[200];

	printf("%-*s %s\n", WIDTH, program->name, program->question);
	print_expected(program, program->breaks);
	if (!program->breaks || !program->v8 ||
	    strcmp(program->breaks, program->v8))
		print_expected(program, program->v8);
	if (program->needs) {
		snprintf(before, sizeof(before), "needs %s; does not apply to ",
			 program->needs);
		print_kernels(before, kernels_of(program, lacks, NULL),
			      "any of these kernels");
	}
	if (program->bound)
		printf("%*s stops after %lu runs, unless --max-runs is given\n",
		       WIDTH, "", program->bound);
}

/* -- the command -- */

static const char examples[] =
	"examples:\n"
	"  faultlab list           the programs, and the question of each\n"
	"  faultlab list --json    JSON output\n"
	"\n";

enum { JSON = 300 };

static const struct argp_option options[] = {
	{ "json", JSON, NULL, 0, "JSON output", 0 },
	CLI_HELP,
	{ 0 },
};

struct input {
	struct cli_options options; /* must be first */
	_Bool json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *input = state->input;

	if (key != JSON)
		return cli_option(key, arg, state);
	input->json = 1;
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	/* clang-format off */
	.doc = "List the programs for the explorer: the question of each, its "
	       "requirements, and the kernels on which a violation is "
	       "expected.\v"
	       CLI_EXIT_CODES_OF_LISTS,
	/* clang-format on */
};

/* Suggest the first program that applies to the first kernel and holds. */
static void suggest(void)
{
	const struct fl_kernel_info *kernel = fl_kernel_info(0);
	const struct program *program = program_first();

	while (program && (!program_applies(program, kernel) ||
			   program_breaks(program, kernel)))
		program = program->next;
	if (program)
		cli_next("explore", program->name, "--kernel", kernel->name,
			 NULL);
}

static int run(int argc, char **argv)
{
	struct input input = {
		.options = { .command = "list", .examples = examples },
	};
	const struct program *program;

	if (cli_parse(&argp, &input.options, argc, argv))
		return input.options.status;
	if (input.json) {
		print_json();
		return CLI_OK;
	}
	for (program = program_first(); program; program = program->next)
		print_program(program);
	suggest();
	return CLI_OK;
}

const struct cli_command cli_list = {
	.name = "list",
	.summary = "the programs for the explorer",
	.argp = &argp,
	.examples = examples,
	.run = run,
};
