/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.c - faultlab explore: a program under every schedule that matters
 *
 * The verdict, in the order of lines that herd has, then ours; after a violation the story
 * of a short run that has it.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "explore/file.h"
#include "progress.h"
#include "request.h"
#include "trace/json.h"
#include "trace/shorten.h"

#define MOST_STEPS	100000000UL
#define DEFAULT_STEPS	10000UL

static const char examples[] =
	"examples:\n"
	"  faultlab explore two_cpus_fault\n"
	"  faultlab explore two_cpus_fault --kernel linux-6.12\n"
	"  faultlab explore two_cpus_fault --json --max-runs 1000\n"
	"  faultlab explore three_cpus_fault --checkpoint three.fl\n"
	"  faultlab explore two_cpus_fault --preemptions 2\n"
	"  faultlab explore two_cpus_fault --random 1 --depth 3 --max-runs 1000\n"
	"\n";

enum {
	MAX_RUNS = 300, MAX_STEPS, MAX_SECONDS, MAX_MEMORY, CHECKPOINT,
	EVERY_RUN, PREEMPTIONS, RANDOM, DEPTH, UNFAIR,
};

static const struct argp_option options[] = {
	REQUEST_OPTIONS,
	{ "max-runs", MAX_RUNS, "N", 0, "Stop after N runs (default: the program's own "
	  "bound, if \"faultlab list\" names one, otherwise no limit)", 0 },
	{ "max-steps", MAX_STEPS, "N", 0,
	  "Steps of one run, at most 100000000 (default: 10000)", 0 },
	{ "max-seconds", MAX_SECONDS, "N", 0,
	  "Stop after N seconds, as Ctrl-C, SIGTERM and SIGHUP do (default: no limit)", 0 },
	{ "max-memory", MAX_MEMORY, "N", 0, "Stop when this process, without its "
	  "helpers, has N MiB (default: no limit)", 0 },
	{ "checkpoint", CHECKPOINT, "FILE", 0, "Save the search there every few seconds "
	  "and when it is stopped, and resume it from there if the file exists; the file "
	  "is removed when the search is complete or a violation was found", 0 },
	{ "jobs", 'j', "N", 0, "Processes that make runs, 1 to 1024, with the same result "
	  "(default: one for each core)", 0 },
	{ "every-run", EVERY_RUN, NULL, 0,
	  "All runs, not one of each class of equivalent runs", 0 },
	{ "preemptions", PREEMPTIONS, "N", 0, "Every run with at most N preemptions, 1 to "
	  "65535, the fewest first", 0 },
	{ "random", RANDOM, "SEED", 0,
	  "--max-runs random runs; SEED is a number from 1", 0 },
	{ "depth", DEPTH, "D", 0, "With --random: for bugs that take D steps in one order, "
	  "1 to 8, and how likely it is that one was met", 0 },
	{ "unfair", UNFAIR, NULL, 0, "A livelock that leaves out a thread which "
	  "can run is a violation, too (default: it is advice)", 0 },
	{ "json", REQUEST_JSON, NULL, 0,
	  "Result and recording as JSON: docs/result.schema.json", 0 },
	CLI_HELP,
	{ 0 }
};

/* Options that have a number, and its range. */
static const struct number {
	int key;
	const char *option;
	size_t offset;			/* of struct request */
	unsigned long min, max;
} numbers[] = {
#define NUMBER(key_, option_, field, min_, max_) \
	{ key_, option_, offsetof(struct request, field), min_, max_ }
	NUMBER(MAX_RUNS, "--max-runs", max_runs, 1, ULONG_MAX),
	NUMBER(MAX_STEPS, "--max-steps", max_steps, 1, MOST_STEPS),
	NUMBER(MAX_SECONDS, "--max-seconds", max_seconds, 1, ULONG_MAX),
	NUMBER(MAX_MEMORY, "--max-memory", max_memory, 1, ULONG_MAX),
	NUMBER('j', "-j", jobs, 1, 1024),
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
			return cli_number(state, n->option, arg, n->min, n->max,
				(unsigned long *)((char *)r + n->offset));
	switch (key) {
	case CHECKPOINT:
		r->checkpoint = arg;
		return *arg ? 0 : cli_refuse(state, cli_usage("explore",
			"--checkpoint: expected the name of a file, got ''"));
	case EVERY_RUN:
		r->every_run = 1;
		return 0;
	case UNFAIR:
		r->unfair = 1;
		return 0;
	default:
		return request_option(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options, .parser = parse, .args_doc = "PROGRAM",
	.doc = "Run a program under every schedule that matters.\v"
	       CLI_EXIT_CODES("it holds, in every run",
			      "a violation was found",
			      "undecided: a limit was reached or a signal came, no run did what the\n"
			      "       program is about, or it does not apply to the kernel"),
};

struct outcome {
	const struct request *request;
	const struct fl_explore_result *result;
	const struct fl_recording *recording;	/* NULL: there is none */
	enum program_verdict verdict;
	double seconds;
	const char *stopped;		/* what stopped it early; NULL: nothing */
};

/* In the words of herd: the answer, and of the condition. */
static const char *answer(const struct outcome *o)
{
	switch (o->verdict) {
	case PROGRAM_BREAKS:
	case PROGRAM_VIOLATION:
		return "No";
	case PROGRAM_HOLDS:
	case PROGRAM_NOT_FOUND:
		return "Ok";
	default:
		return "Unknown";
	}
}

static const char *observation(const struct outcome *o)
{
	switch (o->verdict) {
	case PROGRAM_BREAKS:
	case PROGRAM_VIOLATION:
		return "Sometimes";
	case PROGRAM_HOLDS:
	case PROGRAM_NOT_FOUND:
		return "Never";
	default:
		return "Unknown";
	}
}

/* ... and for other programs. */
static const char *result_of(const struct outcome *o)
{
	switch (o->verdict) {
	case PROGRAM_BREAKS:
	case PROGRAM_VIOLATION:
		return "violation";
	case PROGRAM_HOLDS:
	case PROGRAM_NOT_FOUND:
		return "held";
	case PROGRAM_VACUOUS:
		return "vacuous";
	case PROGRAM_GAP:
		return "gap";
	case PROGRAM_LIMIT:
		break;
	}
	return "limit";
}

/* Advice: no rule is broken. */
static void print_races(const struct fl_explore_result *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_data_races; i++)
		printf("Advice: data race of %s and %s\n",
		       r->data_races[i].first, r->data_races[i].second);
}

/* No rule is broken under a fair scheduler. */
static void print_unfair(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;

	if (!r->unfair || r->violations)
		return;
	printf("Advice: an unfair scheduler can leave a thread out for ever: faultlab replay %s --kernel %s --schedule '%s'\n",
	       o->request->program->name,
	       cli_quote(o->request->kernel->name, 0), r->unfair_schedule);
}

/* What is wrong on purpose, or known to be, and whether it was found. */
static void print_expected(const struct outcome *o)
{
	char text[400];

	if (o->verdict == PROGRAM_VACUOUS)
		printf("Vacuous no run has reached: %s\n", program_not_reached());
	if (!request_expects(o->request, text, sizeof(text)))
		return;
	printf("Expected %s%s\n", text,
	       o->verdict == PROGRAM_NOT_FOUND ? ": not found" :
	       o->verdict == PROGRAM_LIMIT ? ": not found so far" :
	       o->verdict == PROGRAM_VIOLATION &&
	       program_breaks(o->request->program, o->request->kernel) ?
	       ": another one was found" : "");
}

static void print_verdict(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	const struct fl_kernel_info *kernel = o->request->kernel;
	const char *name = o->request->program->name;

	printf("Test %s Forbidden\n", name);
	printf("Kernel %s (%s)\n", kernel->name, kernel->release);
	printf("States %lu\n", r->states);
	printf("%s\n", answer(o));
	printf("Witnesses\nPositive: %lu Negative: %lu\n",
	       r->runs - r->violations, r->violations);
	printf("Condition ~exists (violation)\n");
	print_expected(o);
	printf("Observation %s %s %lu %lu\n", name, observation(o),
	       r->violations, r->runs - r->violations);
	printf("Explored %lu runs, %lu blocked, %s, sequential consistency\n",
	       r->runs, r->blocked,
	       r->exhaustive ? "exhaustive" : "not exhaustive");
	printf("Steps %lu in all, %u in the longest run; accesses to %lu words are steps\n",
	       r->steps, r->deepest,
	       r->shared[0] + r->shared[1] + r->shared[2]);
	if (r->truncated)
		printf("Truncated %lu runs, which have more than %lu steps\n",
		       r->truncated, o->request->max_steps ?
		       o->request->max_steps : DEFAULT_STEPS);
	if (r->probes)
		printf("Probed %lu random runs for a livelock\n", r->probes);
	print_races(r);
	print_unfair(o);
	if (o->request->depth)
		printf("Chance at least %.4g for a bug of depth %lu\n",
		       r->chance, o->request->depth);
	printf("Time %s %.2f\n", name, o->seconds);
}

static void print_json(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	const struct request *request = o->request;
	char hash[20], expected[400];
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s}",
		"schema", "faultlab-result-1",
		"program", request->program->name,
		"kernel", request->kernel->name,
		"release", request->kernel->release, "result", result_of(o));

	json_object_set_new(v, "expected",
		request_expects(request, expected, sizeof(expected)) ?
		json_string(expected) : json_null());
	json_object_set_new(v, "runs", json_integer(r->runs));
	json_object_set_new(v, "blocked", json_integer(r->blocked));
	json_object_set_new(v, "violations", json_integer(r->violations));
	json_object_set_new(v, "states", json_integer(r->states));
	json_object_set_new(v, "steps", json_integer(r->steps));
	json_object_set_new(v, "longest", json_integer(r->deepest));
	snprintf(hash, sizeof(hash), "%016lx", r->hash);
	json_object_set_new(v, "steps_hash", json_string(hash));
	json_object_set_new(v, "exhaustive", json_boolean(r->exhaustive));
	json_object_set_new(v, "limit", r->limit ? json_string(r->limit) :
			    json_null());
	json_object_set_new(v, "memory_model",
			    json_string("sequential consistency"));
	json_object_set_new(v, "truncated", json_integer(r->truncated));
	json_object_set_new(v, "probes", json_integer(r->probes));
	json_object_set_new(v, "unfair_schedule", r->unfair ?
			    json_string(r->unfair_schedule) : json_null());
	json_object_set_new(v, "violation", !r->violations ? json_null() :
			    json_pack("{s:s, s:s, s:s}", "text", r->end.text,
				      "where", r->end.where, "schedule",
				      r->schedule));
	json_object_set_new(v, "recording", o->recording ?
			    fl_recording_value(o->recording) : json_null());
	json_dumpf(v, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(v);
}

/* The story; without a recording, what is known of the violation. */
static void print_end(const struct outcome *o)
{
	const struct fl_end *end = &o->result->end;

	printf("\n");
	if (o->recording) {
		fl_story_print(o->recording, stdout, cli_colour(stdout));
		return;
	}
	printf("%s\nwhere:     %s\n%s%s", end->text, end->where, end->locks,
	       end->backtrace);
	if (*o->result->schedule)
		printf("replay:    faultlab replay %s --kernel %s --schedule '%s'\n",
		       o->request->program->name,
		       cli_quote(o->request->kernel->name, 0),
		       o->result->schedule);
}

/* -- what to run next -- */

/* The words of a command: faultlab explore ... */
struct command {
	const char *words[32];
	char numbers[8][24];
	unsigned int nr, nr_numbers;
};

static void add(struct command *c, const char *word)
{
	c->words[c->nr++] = word;
}

static void add_number(struct command *c, const char *option, unsigned long n)
{
	char *text = c->numbers[c->nr_numbers++];

	snprintf(text, sizeof(c->numbers[0]), "%lu", n);
	add(c, option);
	add(c, text);
}

static void suggest(const struct command *c)
{
	unsigned int i;

	cli_flush();
	fprintf(stderr, "next: faultlab explore");
	for (i = 0; i < c->nr; i++)
		fprintf(stderr, " %s", cli_quote(c->words[i], 0));
	fprintf(stderr, "\n");
}

/* The same request, in the order of help. */
static void suggest_again(const struct request *r)
{
	struct command c = { .nr = 0 };

	add(&c, r->program->name);
	add(&c, "--kernel");
	add(&c, r->kernel->name);
	if (r->max_runs)
		add_number(&c, "--max-runs", r->max_runs);
	if (r->max_steps)
		add_number(&c, "--max-steps", r->max_steps);
	if (r->every_run)
		add(&c, "--every-run");
	if (r->unfair)
		add(&c, "--unfair");
	if (r->preemptions)
		add_number(&c, "--preemptions", r->preemptions);
	if (r->random)
		add_number(&c, "--random", r->random);
	if (r->depth)
		add_number(&c, "--depth", r->depth);
	if (r->checkpoint) {
		add(&c, "--checkpoint");
		add(&c, r->checkpoint);
	}
	suggest(&c);
}

/* Return: ten times @n, or @most. */
static unsigned long raised(unsigned long n, unsigned long most)
{
	return n < most / 10 ? 10 * n : most;
}

static void next_after_stop(const struct outcome *o)
{
	struct request r = *o->request;

	fprintf(stderr, "faultlab: stopped by %s after %lu runs; nothing was found so far\n",
		o->stopped, o->result->runs);
	if (!r.checkpoint) {
		r.every_run = 0;
		r.random = r.depth = r.max_runs = 0;
		r.preemptions = 2;
	}
	suggest_again(&r);
}

/* Say which limit was reached, and suggest the search with a higher one. */
static void next_after_limit(const struct outcome *o)
{
	struct request r = *o->request;
	const char *name = o->result->limit ? o->result->limit : "?", *own = "";
	unsigned long was, *limit, most;

	if (!strcmp(name, "max_steps")) {
		limit = &r.max_steps;
		was = r.max_steps ? r.max_steps : DEFAULT_STEPS;
		most = MOST_STEPS;
	} else if (!strcmp(name, "max_preemptions")) {
		limit = &r.preemptions;
		was = r.preemptions;
		most = USHRT_MAX;
	} else {
		limit = &r.max_runs;
		was = o->result->runs;
		most = ULONG_MAX;
		if (!r.max_runs)
			own = ", the program's own (--max-runs replaces it),";
	}
	fprintf(stderr, "faultlab: limit %s = %lu%s was reached; nothing was found so far\n",
		name, was, own);
	if (was == most)
		return;
	*limit = limit == &r.preemptions ? was + 1 : raised(was, most);
	suggest_again(&r);
}

/* The next kernel in the list that the program applies to, or the next program that
 * applies to the first kernel. */
static void next_after_held(const struct request *r)
{
	const struct program *program = r->program;
	const struct fl_kernel_info *k;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)) && k != r->kernel; i++)
		;
	do {
		k = fl_kernel_info(++i);
	} while (k && !program_applies(program, k));
	if (!k) {
		k = fl_kernel_info(0);
		do {
			program = program->next ? program->next :
						  program_first();
		} while (program != r->program && !program_applies(program, k));
	}
	if (program_applies(program, k))
		cli_next("explore", program->name, "--kernel", k->name, NULL);
}

static void next_after_violation(const struct outcome *o)
{
	char step[24];

	if (!o->recording || !*fl_recording_schedule(o->recording))
		return;
	snprintf(step, sizeof(step), "%u", fl_recording_turn(o->recording));
	cli_next("replay", o->request->program->name, "--kernel",
		 o->request->kernel->name, "--schedule",
		 fl_recording_schedule(o->recording), "--gdb", step, NULL);
}

/* Return: an exit code. */
static int tell_next(const struct outcome *o)
{
	const struct request *r = o->request;

	switch (o->verdict) {
	case PROGRAM_BREAKS:
	case PROGRAM_VIOLATION:
		next_after_violation(o);
		return CLI_VIOLATION;
	case PROGRAM_HOLDS:
		next_after_held(r);
		return CLI_OK;
	case PROGRAM_NOT_FOUND:
		fprintf(stderr, "faultlab: it holds on %s, although %s declares a violation for it\n",
			r->kernel->name, r->program->name);
		next_after_held(r);
		return CLI_OK;
	case PROGRAM_LIMIT:
		if (o->result->save_error)
			fprintf(stderr, "faultlab: stopped after %lu runs, as the checkpoint cannot be saved; nothing was found so far\n",
				o->result->runs);
		else if (o->stopped)
			next_after_stop(o);
		else
			next_after_limit(o);
		return CLI_UNDECIDED;
	case PROGRAM_VACUOUS:
		fprintf(stderr, "faultlab: it holds, but in no run was this true: %s; so nothing is shown about %s\n",
			program_not_reached(), r->kernel->name);
		return CLI_UNDECIDED;
	case PROGRAM_GAP:
		fprintf(stderr, "faultlab: the port lacks something, which says nothing about %s\n",
			r->kernel->name);
		return CLI_UNDECIDED;
	}
	return CLI_ERROR;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/*
 * The story is of a run of its own, in a fresh world.  It must end as the run that the search
 * found; if it does not, the violation is told without it, and nothing of it is lost.
 * Return: NULL: there is none.
 */
static struct fl_recording *record(const struct request *r,
				   const struct fl_explore_result *result)
{
	struct fl_schedule_error error = { 0 };
	struct fl_record_config config = { .tries = r->tries, .error = &error };
	struct fl_recording *rec;

	if (!result->violations || !*result->schedule)
		return NULL;
	if (program_record(r->program, r->kernel->name, result->schedule,
			   config, &rec)) {
		cli_error("explore: internal bug: its schedule %s cannot be replayed: column %u: %s",
			  cli_quote(result->schedule, 1), error.column,
			  error.text);
		return NULL;
	}
	fl_world_shutdown(p->world, NULL);
	if (fl_ends_alike(fl_recording_end(rec), &result->end))
		return rec;
	cli_error("explore: internal bug: a replay of %s does not end in the violation: it %s",
		  cli_quote(result->schedule, 1), fl_recording_end(rec) ?
		  fl_recording_end(rec)->text : "holds");
	fl_recording_free(rec);
	return NULL;
}

/* The verdict is printed before the story is made, which may take long. */
static int tell(struct outcome *o)
{
	struct fl_recording *rec;
	int ret;

	if (!o->request->json)
		print_verdict(o);
	cli_flush();
	o->recording = rec = record(o->request, o->result);
	if (o->request->json)
		print_json(o);
	else if (o->result->violations)
		print_end(o);
	cli_flush();
	ret = tell_next(o);
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

static unsigned int jobs_of(const struct request *r)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return r->jobs ? r->jobs : cores > 1 ? cores : 1;
}

/* Return: whether there is nothing to resume. */
static _Bool is_complete(const struct fl_explore_result *result)
{
	return result->exhaustive || result->violations ||
	       (result->limit && !strcmp(result->limit, "max_preemptions"));
}

static const char *text_of_save_error(int error)
{
	return error == -EEXIST ? "another program has changed it" :
				  strerror(-error);
}

/* The checkpoint goes once the result is written.  Return: @status, or CLI_ERROR. */
static int end_checkpoint(const struct request *r,
			  const struct fl_explore_result *result, int status)
{
	int error;

	if (!r->checkpoint)
		return status;
	if (is_complete(result)) {
		error = cli_flush() ? 0 : fl_file_remove(r->checkpoint);
		return error ? cli_error("explore: checkpoint %s cannot be removed: %s",
					 cli_quote(r->checkpoint, 1),
					 strerror(-error)) : status;
	}
	if (!result->save_error)
		return status;
	return cli_error("explore: checkpoint %s cannot be written: %s; it is as it was before",
			 cli_quote(r->checkpoint, 1),
			 text_of_save_error(result->save_error));
}

/* What options say together.  Return: 0, CLI_ERROR. */
static int check(const struct request *r)
{
	if (!!r->every_run + !!r->preemptions + !!r->random > 1)
		return cli_usage("explore", "--every-run, --preemptions and --random exclude each other");
	if (r->random && !r->max_runs)
		return cli_usage("explore", "--random: --max-runs is missing");
	if (r->depth && !r->random)
		return cli_usage("explore", "--depth: --random is missing");
	return 0;
}

static struct fl_explore_config config_of(const struct request *r,
					  struct progress *progress)
{
	progress->max_seconds = r->max_seconds;
	progress->max_memory = r->max_memory;
	progress->saves = r->checkpoint != NULL;
	return (struct fl_explore_config){
		.max_runs = r->max_runs, .max_steps = r->max_steps,
		.mode = mode_of(r), .max_preemptions = r->preemptions,
		.seed = r->random, .depth = r->depth, .jobs = jobs_of(r),
		.unfair = r->unfair,
		.checkpoint = r->checkpoint,
		.checkpoint_of = r->program->name,
		.progress = progress_tell, .progress_arg = progress,
	};
}

int cli_explore(int argc, char **argv)
{
	struct request r = { .options.examples = examples };
	struct fl_explore_result result = { 0 };
	struct outcome o = { .request = &r, .result = &result };
	struct progress progress = { 0 };
	double start = now();
	int ret;

	if (request_parse(&r, &argp, argc, argv))
		return r.options.status;
	ret = check(&r);
	if (ret)
		return ret;
	progress_begin(&progress);
	ret = program_explore(r.program, r.kernel->name, config_of(&r, &progress),
			      &result);
	progress_end(&progress);
	progress_tell_resumed(&progress, &result);
	if (ret < 0)
		return request_failed(&r, ret, NULL, result.checkpoint_holder);
	o.stopped = progress.why;
	o.verdict = program_judge(r.program, r.kernel, &result);
	o.seconds = now() - start;
	return end_checkpoint(&r, &result, tell(&o));
}
