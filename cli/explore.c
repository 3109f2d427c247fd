/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.c - faultlab explore: a program under one schedule of each class
 *
 * Prints the verdict and figures; after a violation, prints the story of a
 * short run with that violation.  --all: see all.c.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "all.h"
#include "cli.h"
#include "command.h"
#include "explore/file.h"
#include "story/shorten.h"

#define MOST_JOBS 1024

static const char examples[] =
	"examples:\n"
	"  faultlab explore two_cpus_fault\n"
	"  faultlab explore two_cpus_fault --kernel linux-6.12\n"
	"  faultlab explore --all --kernel linux-6.12\n"
	"  faultlab explore two_cpus_fault --json --max-runs 1000\n"
	"  faultlab explore three_cpus_fault --checkpoint three.fl\n"
	"  faultlab explore two_cpus_fault --preemptions 2\n"
	"  faultlab explore two_cpus_fault --random 1 --depth 3 --max-runs 1000\n"
	"\n";

enum {
	MAX_RUNS = 300,
	MAX_STEPS,
	MAX_SECONDS,
	MAX_MEMORY,
	CHECKPOINT,
	EVERY_RUN,
	PREEMPTIONS,
	RANDOM,
	DEPTH,
	UNFAIR,
	HERD,
	ALL,
};

static const struct argp_option options[] = {
	{ "all", ALL, NULL, 0,
	  "Explore every program that applies to the kernel, and print one "
	  "line for each.  Limits apply to each program",
	  0 },
	REQUEST_OPTIONS,
	{ "max-runs", MAX_RUNS, "N", 0,
	  "Stop after N runs (default: the program's own "
	  "bound, if \"faultlab list\" shows one, or no limit)",
	  0 },
	{ "max-steps", MAX_STEPS, "N", 0,
	  "End a run after N steps, at most 100000000 (default: 10000)", 0 },
	{ "max-seconds", MAX_SECONDS, "N", 0,
	  "Stop after N seconds, as after Ctrl-C, SIGTERM or SIGHUP "
	  "(default: no limit)",
	  0 },
	{ "max-memory", MAX_MEMORY, "N", 0,
	  "Stop when this process, without its "
	  "helpers, uses N MiB (default: no limit)",
	  0 },
	{ "checkpoint", CHECKPOINT, "FILE", 0,
	  "Save the search to FILE every few seconds "
	  "and when it stops, and resume it from FILE if that exists.  FILE "
	  "is removed when the search is complete or a violation was found "
	  "(default: do not save it)",
	  0 },
	{ "jobs", 'j', "N", 0,
	  "Processes, 1 to 1024; the result does not depend on N "
	  "(default: one for each core)",
	  0 },
	{ "every-run", EVERY_RUN, NULL, 0,
	  "Make all runs, not one of each class of equivalent runs", 0 },
	{ "preemptions", PREEMPTIONS, "N", 0,
	  "Make every run with at most N preemptions, "
	  "1 to 65535; fewest first (default: no bound)",
	  0 },
	{ "random", RANDOM, "SEED", 0,
	  "Make --max-runs random runs; SEED is a number >= 1 (default: one "
	  "run of each class)",
	  0 },
	{ "depth", DEPTH, "D", 0,
	  "With --random: search for bugs of depth D (D ordering "
	  "constraints), 1 to 8, and print the probability of finding one "
	  "(default: choose each thread at random)",
	  0 },
	{ "unfair", UNFAIR, NULL, 0,
	  "Livelocks that starve a thread that can run are "
	  "violations (default: advice only)",
	  0 },
	{ "herd", HERD, NULL, 0,
	  "Figures in the form of herd, with more of them", 0 },
	{ "json", REQUEST_JSON, NULL, 0,
	  "Result and recording as JSON: docs/result.schema.json.  With --all, "
	  "one object per line, without recordings",
	  0 },
	CLI_HELP,
	{ 0 },
};

/* Options that take a number, and the range of the number. */
static const struct number {
	int key;
	const char *option;
	size_t offset; /* in struct request */
	unsigned long min, max;
} numbers[] = {
/* clang-format off */
#define NUMBER(key_, option_, field, min_, max_) \
	{ key_, option_, offsetof(struct request, field), min_, max_ }
	/* clang-format on */
	NUMBER(MAX_RUNS, "--max-runs", max_runs, 1, ULONG_MAX),
	NUMBER(MAX_STEPS, "--max-steps", max_steps, 1, OUTCOME_MOST_STEPS),
	NUMBER(MAX_SECONDS, "--max-seconds", max_seconds, 1, ULONG_MAX),
	NUMBER(MAX_MEMORY, "--max-memory", max_memory, 1, ULONG_MAX),
	NUMBER('j', "-j", jobs, 1, MOST_JOBS),
	NUMBER(PREEMPTIONS, "--preemptions", preemptions, 1, USHRT_MAX),
	NUMBER(RANDOM, "--random", random, 1, ULONG_MAX),
	NUMBER(DEPTH, "--depth", depth, 1, 8),
#undef NUMBER
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;
	const struct number *n;

	for (n = numbers; n < numbers + sizeof(numbers) / sizeof(*numbers); n++)
		if (n->key == key)
			return cli_number(
				state, n->option, arg, n->min, n->max,
				(unsigned long *)((char *)r + n->offset));
	switch (key) {
	case CHECKPOINT:
		r->checkpoint = arg;
		return *arg ? 0 :
			      cli_refuse(state,
					 cli_usage("explore",
						   "--checkpoint: expected the "
						   "name of a file, got ''"));
	case EVERY_RUN:
		r->every_run = 1;
		return 0;
	case UNFAIR:
		r->unfair = 1;
		return 0;
	case HERD:
		r->herd = 1;
		return 0;
	case ALL:
		r->all = 1;
		return 0;
	default:
		return request_option(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "PROGRAM\n--all",
	/* clang-format off */
	.doc = "Run a program under one schedule of each class of equivalent "
	       "schedules.\v"
	       CLI_EXIT_CODES("the program holds, in all runs",
			      "a violation was found; with --all, one that no "
			      "program declares",
			      "undecided: a limit or a signal "
			      "stopped the search, no run did what the\n"
			      "       program is about, or it "
			      "does not apply to the kernel"),
	/* clang-format on */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/*
 * Record the story in a run of its own, in a fresh world.  That run must end
 * like the run found by the search.  If it does not, an error is printed, and
 * the violation is reported without a story.
 * Return: NULL: no story.
 */
static struct fl_recording *record(const struct request *r,
				   const struct fl_explore_result *result)
{
	struct fl_schedule_error error = { 0 };
	struct fl_record_config config = {
		.tries = r->tries,
		.error = &error,
		.stop = progress_interrupted(),
	};
	struct fl_recording *rec;
	int ret;

	if (!result->violations || !*result->schedule)
		return NULL;
	ret = program_record(r->program, r->kernel->name, result->schedule,
			     config, &rec);
	if (ret == -E2BIG) {
		cli_error("explore: no story: the run has more "
			  "than %u operations",
			  FL_RECORD_OPS);
		return NULL;
	}
	if (ret) {
		cli_error("explore: internal bug: schedule %s cannot be "
			  "replayed: column %u: %s",
			  cli_quote(result->schedule, 1), error.column,
			  error.text);
		return NULL;
	}
	fl_world_shutdown(p->world, NULL);
	if (fl_ends_alike(fl_recording_end(rec), &result->end))
		return rec;
	cli_error("explore: internal bug: the replay of %s "
		  "ended differently: %s",
		  cli_quote(result->schedule, 1),
		  fl_recording_end(rec) ? fl_recording_end(rec)->text :
					  "holds");
	fl_recording_free(rec);
	return NULL;
}

/* Print the verdict before recording the story, which may take long. */
static int report(struct outcome *o)
{
	struct fl_recording *rec;
	int ret;

	if (!o->request->json)
		outcome_print(o);
	cli_flush();
	o->recording = rec = record(o->request, o->result);
	if (o->request->json)
		outcome_print_json(o, 0);
	else if (o->result->violations)
		outcome_print_end(o);
	cli_flush();
	ret = outcome_next(o);
	fl_recording_free(rec);
	return ret;
}

static enum fl_explore_mode mode_of(const struct request *r)
{
	if (r->random)
		return FL_EXPLORE_RANDOM;
	if (r->preemptions)
		return FL_EXPLORE_BOUNDED;
	return r->every_run ? FL_EXPLORE_ALL : FL_EXPLORE_OPTIMAL;
}

/* One process per core, at most MOST_JOBS. */
static unsigned long default_jobs(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > MOST_JOBS ? MOST_JOBS : cores;
}

static const char *text_of_save_error(int error)
{
	return error == -EEXIST ? "another program has changed it" :
				  strerror(-error);
}

/*
 * Remove the checkpoint of a finished search.  This must come after the result
 * is written; until then the file stays locked.
 * Return: @status, or CLI_ERROR; an error does not hide a violation.
 */
static int end_checkpoint(const struct request *r,
			  const struct fl_explore_result *result,
			  struct fl_file *file, int status)
{
	const char *name = r->checkpoint ? cli_quote(r->checkpoint, 1) : "";
	int error = 0;

	if (file->path && cli_flush())
		fl_file_close(file);
	else if (file->path)
		error = fl_file_remove(file);
	if (error)
		cli_error("explore: checkpoint %s cannot be removed: %s", name,
			  text_of_save_error(error));
	if (result->save_error) {
		error = result->save_error;
		cli_error("explore: stopped after %lu runs: checkpoint %s "
			  "cannot be written: %s; the previous "
			  "checkpoint is unchanged",
			  result->runs, name, text_of_save_error(error));
	}
	return error && status != CLI_VIOLATION ? CLI_ERROR : status;
}

/* Check combinations of options.  Return: 0; CLI_ERROR. */
static int check(const struct request *r)
{
	if (!!r->every_run + !!r->preemptions + !!r->random > 1)
		return cli_usage("explore",
				 "--every-run, --preemptions and --random are "
				 "mutually exclusive");
	if (r->random && !r->max_runs)
		return cli_usage("explore", "--random: --max-runs is missing");
	if (r->depth && !r->random)
		return cli_usage("explore", "--depth: --random is missing");
	if (r->herd && r->json)
		return cli_usage("explore",
				 "--herd and --json are mutually exclusive");
	if (r->all && (r->herd || r->checkpoint))
		return cli_usage("explore",
				 "--all and %s are mutually exclusive",
				 r->herd ? "--herd" : "--checkpoint");
	return 0;
}

static struct fl_explore_config config_of(const struct request *r,
					  struct progress *progress,
					  struct fl_file *file)
{
	progress->max_seconds = r->max_seconds;
	progress->max_memory = r->max_memory;
	progress->saves = r->checkpoint != NULL;
	return (struct fl_explore_config){
		.max_runs = r->max_runs,
		.max_steps = r->max_steps,
		.mode = mode_of(r),
		.max_preemptions = r->preemptions,
		.seed = r->random,
		.depth = r->depth,
		.jobs = r->jobs,
		.unfair = r->unfair,
		.checkpoint = r->checkpoint,
		.checkpoint_of = r->program->name,
		.checkpoint_file = file,
		.progress = progress_report,
		.progress_arg = progress,
	};
}

int explore_search(const struct request *r, struct progress *progress,
		   struct fl_file *file, struct outcome *o,
		   struct fl_explore_result *result)
{
	double start = now();
	int ret;

	*o = (struct outcome){ .request = r, .result = result };
	progress_begin(progress);
	ret = program_explore(r->program, r->kernel->name,
			      config_of(r, progress, file), result);
	progress_end(progress);
	progress_report_resumed(progress, result);
	o->seconds = now() - start;
	if (ret < 0)
		return ret;
	o->stopped = progress->why;
	o->verdict = program_judge(r->program, r->kernel, result);
	return 0;
}

static int explore_one(const struct request *r)
{
	struct fl_explore_result result = { 0 };
	struct progress progress = { 0 };
	struct fl_file file = { .fd = -1 };
	struct outcome o;
	int ret = explore_search(r, &progress, &file, &o, &result);

	if (ret < 0)
		return request_failed(r, ret, NULL, result.checkpoint_holder);
	ret = end_checkpoint(r, &result, &file, report(&o));
	progress_release(&progress);
	return ret;
}

static int run(int argc, char **argv)
{
	struct request r = { .options.examples = examples };
	int ret;

	if (request_parse(&r, &argp, argc, argv))
		return r.options.status;
	ret = check(&r);
	if (ret)
		return ret;
	if (!r.jobs)
		r.jobs = default_jobs();
	return r.all ? explore_all(&r) : explore_one(&r);
}

const struct cli_command cli_explore = {
	.name = "explore",
	.summary = "run a program under one schedule of each class",
	.argp = &argp,
	.examples = examples,
	.run = run,
};
