/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.c - faultlab explore, replay, list: programs under every schedule
 *
 * Data goes to standard output: what was looked at, what was found, how far.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "program.h"

struct request {
	const struct program *program;
	const char *kernel, *schedule;
	struct fl_explore_config config;
};

int cli_list(int argc, char **argv)
{
	const struct program *program;

	if (argc > 1)
		return cli_usage("list: takes no arguments; got '%s'", argv[1]);
	for (program = program_first(); program; program = program->next)
		printf("%-30s %s\n", program->name, program->question);
	return CLI_OK;
}

/* Return: 0, or a usage error that was told. */
static int parse_number(const char *option, const char *text,
			unsigned long *out)
{
	char *end;

	*out = strtoul(text, &end, 0);
	if (!*text || *end || *text == '-')
		return cli_usage("%s wants a number; got '%s'", option, text);
	return 0;
}

static int parse_option(struct request *r, const char *option,
			const char *value)
{
	unsigned long number;
	int ret;

	if (!value)
		return cli_usage("%s wants a value", option);
	if (!strcmp(option, "--kernel")) {
		r->kernel = value;
		return 0;
	}
	if (!strcmp(option, "--schedule")) {
		r->schedule = value;
		return 0;
	}
	ret = parse_number(option, value, &number);
	if (ret)
		return ret;
	if (!strcmp(option, "--max-runs"))
		r->config.max_runs = number;
	else if (!strcmp(option, "--max-steps"))
		r->config.max_steps = number;
	else
		return cli_usage("unknown option '%s'", option);
	return 0;
}

static int parse(int argc, char **argv, struct request *r)
{
	int i, ret;

	if (argc < 2)
		return cli_usage("%s: which program? see: faultlab list",
				 argv[0]);
	r->program = program_find(argv[1]);
	if (!r->program)
		return cli_usage("no program '%s'; see: faultlab list",
				 argv[1]);
	for (i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "--every-run")) {
			r->config.mode = FL_EXPLORE_ALL;
			continue;
		}
		ret = parse_option(r, argv[i], argv[i + 1]);
		if (ret)
			return ret;
		i++;
	}
	return 0;
}

static int boot_failed(const struct request *r, int ret)
{
	if (ret == -ENOENT)
		return cli_usage("no kernel '%s'; see: faultlab kernels",
				 r->kernel);
	fprintf(stderr, "faultlab: %s cannot be explored: %s\n",
		r->program->name, strerror(-ret));
	return CLI_USAGE;
}

static void print_end(const struct fl_end *end)
{
	printf("%s\nwhere:      %s\n%s", end->text, end->where,
	       end->backtrace);
}

static const char *limits_of(const struct fl_explore_result *r)
{
	return r->exhaustive ? "exhaustive" : "not exhaustive";
}

static int tell(const struct request *r, const struct fl_explore_result *result)
{
	const char *kernel = r->kernel ? r->kernel : "model";

	printf("Program %s\nKernel %s\nStates %lu\n", r->program->name, kernel,
	       result->states);
	printf("Explored %lu runs, %lu blocked, %s, sequential consistency\n",
	       result->runs, result->blocked, limits_of(result));
	printf("Steps %lu in all, %u in the longest run; accesses to %lu words are steps\n",
	       result->steps, result->deepest,
	       result->shared[0] + result->shared[1] + result->shared[2]);
	if (result->violations) {
		printf("Observation %s Sometimes\n", r->program->name);
		print_end(&result->end);
		printf("replay:     faultlab replay %s --kernel %s --schedule '%s'\n",
		       r->program->name, kernel, result->schedule);
		return CLI_VIOLATION;
	}
	printf("Observation %s %s\n", r->program->name,
	       result->exhaustive ? "Never" : "Not seen");
	if (!result->exhaustive) {
		printf("limit %s was reached; to go on: raise it\n",
		       result->limit);
		return CLI_LIMIT;
	}
	return CLI_OK;
}

int cli_explore(int argc, char **argv)
{
	struct request r = { 0 };
	struct fl_explore_result result;
	int ret = parse(argc, argv, &r);

	if (ret)
		return ret;
	ret = program_explore(r.program, r.kernel, r.config, &result);
	if (ret < 0)
		return boot_failed(&r, ret);
	return tell(&r, &result);
}

int cli_replay(int argc, char **argv)
{
	struct request r = { 0 };
	const struct fl_end *end;
	int ret = parse(argc, argv, &r);

	if (ret)
		return ret;
	if (!r.schedule)
		return cli_usage("replay: --schedule is missing; faultlab explore prints it");
	struct fl_recording *rec;
	ret = program_record(r.program, r.kernel, r.schedule, (struct fl_record_config){.tries=FL_RECORD_TRIES}, &rec);
	if (ret == -EINVAL || ret == -EILSEQ)
		return cli_usage("replay: '%s' is no schedule of this program",
				 r.schedule);
	fl_story_print(rec, stdout, 0);
	end = fl_recording_end(rec);
	ret = end ? CLI_VIOLATION : CLI_OK;
	fl_world_shutdown(p->world, NULL);
	return ret;
}
