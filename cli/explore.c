/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.c - faultlab explore: a program under every schedule that matters
 *
 * The verdict, in the order of lines that herd has, then ours; where something was
 * broken, the story of the shortest run that breaks it.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "request.h"
#include "progress.h"
#include "trace/json.h"

static const char help[] =
	"examples:\n"
	"  faultlab explore two_cpus_fault\n"
	"  faultlab explore two_cpus_fault --kernel linux-6.12\n"
	"  faultlab explore two_cpus_fault --json --max-runs 1000\n"
	"  faultlab explore three_cpus_fault --checkpoint three.fl\n"
	"  faultlab explore two_cpus_fault --preemptions 2\n"
	"  faultlab explore two_cpus_fault --random 1 --depth 3 --max-runs 1000\n"
	"\n"
	"usage: faultlab explore PROGRAM [OPTION...]\n"
	"\n"
	"  --kernel K        as faultlab kernels names it; else the model\n"
	"  --max-runs N      stop after N runs; else all\n"
	"  --max-seconds N   stop after so long; Ctrl-C does as well\n"
	"  --max-memory N    stop when this process, helpers not counted, has N MiB\n"
	"  --checkpoint FILE save the search there every few seconds and where it is stopped,\n"
	"                    and go on from there if the file exists; removed when all is\n"
	"                    done or a violation was found\n"
	"  -j N              processes that make runs, with the same result; else one for\n"
	"                    each core\n"
	"  --max-steps N     of one run; else 10000\n"
	"  --every-run       not one of each class of equivalent runs, but all\n"
	"  --preemptions N   every run with at most N preemptions, the fewest first\n"
	"  --random SEED     --max-runs N runs by chance; --depth D: for bugs that take D\n"
	"                    steps in one order, how likely it is that one was met\n"
	"  --tries N         runs to make a violation shorter, at most; else 500\n"
	"  --json            result and recording: docs/recording.schema.json\n"
	"\n"
	"exit codes: 0 held, and all was looked at, 1 a violation, 2 usage,\n"
	"            3 nothing was found before a limit was reached\n";

struct outcome {
	const struct request *request;
	const struct fl_explore_result *result;
	const struct fl_recording *recording;	/* NULL: there is none */
	const struct fl_kernel_info *kernel;
	double seconds;
	const char *stopped;		/* what stopped it early; NULL: nothing */
};

static const struct fl_kernel_info *kernel_info(const char *name)
{
	const struct fl_kernel_info *k;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)) && strcmp(k->name, name); i++)
		;
	return k;
}

static const char *observation(const struct fl_explore_result *r)
{
	if (r->violations)
		return "Sometimes";
	return r->exhaustive ? "Never" : "Unknown";
}

/* Advice: no rule is broken. */
static void print_races(const struct fl_explore_result *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_data_races; i++)
		printf("Advice: data race of %s and %s\n",
		       r->data_races[i].first, r->data_races[i].second);
}

static void print_verdict(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	const char *name = o->request->program->name;

	printf("Test %s Forbidden\n", name);
	printf("Kernel %s (%s)\n", o->kernel->name, o->kernel->release);
	printf("States %lu\n", r->states);
	printf("%s\n", r->violations ? "No" : r->exhaustive ? "Ok" : "Unknown");
	printf("Witnesses\nPositive: %lu Negative: %lu\n",
	       r->runs - r->violations, r->violations);
	printf("Condition ~exists (violation)\n");
	printf("Observation %s %s %lu %lu\n", name, observation(r),
	       r->violations, r->runs - r->violations);
	printf("Explored %lu runs, %lu blocked, %s, sequential consistency\n",
	       r->runs, r->blocked,
	       r->exhaustive ? "exhaustive" : "not exhaustive");
	printf("Steps %lu in all, %u in the longest run; accesses to %lu words are steps\n",
	       r->steps, r->deepest,
	       r->shared[0] + r->shared[1] + r->shared[2]);
	print_races(r);
	if (o->request->depth)
		printf("Chance at least %.4g for a bug of depth %lu\n",
		       r->chance, o->request->depth);
	printf("Time %s %.2f\n", name, o->seconds);
}

static int print_json(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	char hash[20];
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s}",
		"schema", "faultlab-result-1",
		"program", o->request->program->name,
		"kernel", o->kernel->name, "release", o->kernel->release,
		"result", r->violations ? "violation" :
			  r->exhaustive ? "held" : "limit");

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
	json_object_set_new(v, "recording", o->recording ?
			    fl_recording_value(o->recording) : json_null());
	json_dumpf(v, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(v);
	return 0;
}

/* Without a recording, what is known of the violation. */
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
		       o->request->program->name, o->request->kernel,
		       o->result->schedule);
}

/* -- what to run next -- */

/* The option that raises the limit, and what it was. */
struct limit {
	const char *name, *option;
	unsigned long value, next;
};

static struct limit limit_of(const struct outcome *o)
{
	const struct request *r = o->request;
	const char *name = o->result->limit ? o->result->limit : "?";
	unsigned long steps = r->max_steps ? r->max_steps : 10000;

	if (!strcmp(name, "max_steps"))
		return (struct limit){ name, "--max-steps", steps, 10 * steps };
	if (!strcmp(name, "max_preemptions"))
		return (struct limit){ name, "--preemptions", r->preemptions,
				       r->preemptions + 1 };
	return (struct limit){ name, "--max-runs", o->result->runs,
			       10 * o->result->runs };
}

/* What says which search it is, and where it is kept. */
static void options_of(const struct request *r, char *text, size_t size)
{
	char mode[64] = "", steps[40] = "", file[512] = "";

	if (r->random && r->depth)
		snprintf(mode, sizeof(mode), " --random %lu --depth %lu",
			 r->random, r->depth);
	else if (r->random)
		snprintf(mode, sizeof(mode), " --random %lu", r->random);
	else if (r->every_run)
		snprintf(mode, sizeof(mode), " --every-run");
	if (r->max_steps)
		snprintf(steps, sizeof(steps), " --max-steps %lu", r->max_steps);
	if (r->checkpoint)
		snprintf(file, sizeof(file), " --checkpoint %s", r->checkpoint);
	snprintf(text, size, "%s%s%s", mode, steps, file);
}

static void next_after_limit(const struct outcome *o)
{
	const struct request *r = o->request;
	struct limit limit = limit_of(o);
	struct request same = *r;
	char options[640], bound[40] = "", most[40] = "";

	if (!strcmp(limit.option, "--max-steps") && !o->stopped)
		same.max_steps = 0;	/* it is raised */
	options_of(&same, options, sizeof(options));
	if (r->max_runs)
		snprintf(most, sizeof(most), " --max-runs %lu", r->max_runs);
	if (r->preemptions && strcmp(limit.option, "--preemptions"))
		snprintf(bound, sizeof(bound), " --preemptions %lu",
			 r->preemptions);
	if (o->stopped)
		fprintf(stderr, "faultlab: stopped by %s after %lu runs; nothing was found so far\n",
			o->stopped, o->result->runs);
	else
		fprintf(stderr, "faultlab: limit %s = %lu was reached; nothing was found so far\n",
			limit.name, limit.value);
	if (o->stopped && r->checkpoint)
		cli_next("faultlab explore %s --kernel %s%s%s%s",
			 r->program->name, r->kernel, bound, most, options);
	else if (o->stopped)
		cli_next("faultlab explore %s --kernel %s --preemptions 2",
			 r->program->name, r->kernel);
	else
		cli_next("faultlab explore %s --kernel %s%s %s %lu%s",
			 r->program->name, r->kernel, bound, limit.option,
			 limit.next, options);
}

/* The next kernel in the list, or the next program. */
static void next_after_held(const struct outcome *o)
{
	const struct program *program = o->request->program;
	const struct fl_kernel_info *k;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)) && k != o->kernel; i++)
		;
	k = fl_kernel_info(i + 1);
	if (k)
		cli_next("faultlab explore %s --kernel %s", program->name,
			 k->name);
	else
		cli_next("faultlab explore %s --kernel %s", program->next ?
			 program->next->name : program_first()->name,
			 fl_kernel_info(0)->name);
}

static int tell_next(const struct outcome *o)
{
	if (o->result->violations) {
		if (o->recording)
			cli_next("faultlab replay %s --kernel %s --schedule '%s' --gdb %u",
				 o->request->program->name, o->request->kernel,
				 fl_recording_schedule(o->recording),
				 fl_recording_turn(o->recording));
		return CLI_VIOLATION;
	}
	if (!o->result->exhaustive) {
		next_after_limit(o);
		return CLI_LIMIT;
	}
	next_after_held(o);
	return CLI_OK;
}

static int tell(const struct outcome *o)
{
	if (o->request->json) {
		print_json(o);
	} else {
		print_verdict(o);
		if (o->result->violations)
			print_end(o);
	}
	fflush(stdout);
	return tell_next(o);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The story is of a run of its own, in a fresh world.  Return: NULL: none. */
static struct fl_recording *record(const struct request *r,
				   const struct fl_explore_result *result)
{
	struct fl_record_config config = { .tries = r->tries };
	struct fl_recording *rec;

	if (!result->violations || !*result->schedule)
		return NULL;
	if (program_record(r->program, r->kernel, result->schedule, config,
			   &rec))
		return NULL;
	fl_world_shutdown(p->world, NULL);
	return rec;
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

/* What is done need not be gone on with. */
static void end_checkpoint(const struct request *r,
			   const struct fl_explore_result *result)
{
	if (!r->checkpoint)
		return;
	if (result->save_error)
		fprintf(stderr, "faultlab: %s cannot be written: %s\n",
			r->checkpoint, strerror(-result->save_error));
	if (result->exhaustive || result->violations ||
	    (result->limit && !strcmp(result->limit, "max_preemptions")))
		unlink(r->checkpoint);
}

int cli_explore(int argc, char **argv)
{
	struct request r = { 0 };
	struct fl_explore_config config = { 0 };
	struct fl_explore_result result;
	struct outcome o = { .request = &r, .result = &result };
	struct fl_recording *rec;
	struct progress progress = { 0 };
	double start = now();
	int ret;

	if (cli_wants_help(argc, argv)) {
		fputs(help, stdout);
		return CLI_OK;
	}
	ret = request_parse(argc, argv, "--kernel --max-runs --max-steps "
			    "--max-seconds --max-memory --checkpoint -j --every-run --tries --json --preemptions "
			    "--random --depth ", &r);
	if (ret)
		return ret;
	if (!!r.every_run + !!r.preemptions + !!r.random > 1)
		return cli_usage("explore: --every-run, --preemptions and --random exclude each other");
	if (r.random && !r.max_runs)
		return cli_usage("explore: --random wants --max-runs");
	if (r.jobs > 1024)
		return cli_usage("explore: -j is 1 to 1024");
	if (r.depth && (!r.random || r.depth > 8))
		return cli_usage("explore: --depth is 1 to 8, with --random");
	config.max_runs = r.max_runs;
	config.max_steps = r.max_steps;
	config.mode = mode_of(&r);
	config.max_preemptions = r.preemptions;
	config.seed = r.random;
	config.depth = r.depth;
	config.jobs = jobs_of(&r);
	config.checkpoint = r.checkpoint;
	config.checkpoint_of = r.program->name;
	config.progress = progress_tell;
	config.progress_arg = &progress;
	progress.max_seconds = r.max_seconds;
	progress.max_memory = r.max_memory;
	progress.saves = r.checkpoint != NULL;
	progress_begin(&progress);
	ret = program_explore(r.program, r.kernel, config, &result);
	progress_end(&progress);
	o.stopped = progress.why;
	if (ret < 0)
		return request_failed(&r, ret);
	o.kernel = kernel_info(r.kernel);
	o.seconds = now() - start;
	o.recording = rec = record(&r, &result);
	ret = tell(&o);
	end_checkpoint(&r, &result);
	fl_recording_free(rec);
	return ret;
}
