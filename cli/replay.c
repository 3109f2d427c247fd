/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.c - faultlab replay: repeat one run, and print its story or debug it
 *
 * The debugger runs this same command with --stop-before, and stops in
 * fl_replay_stop(), called by the thread of that step.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "command.h"
#include "request.h"

static const char examples[] =
	"examples:\n"
	"  faultlab replay zap_before_programmed_mirror --kernel model \\\n"
	"          --schedule 'e1:1@57,2'       the story of one run\n"
	"  ... --json                           JSON output\n"
	"  ... --gdb 7                          run gdb, and stop before step 7\n"
	"\n";

enum { SCHEDULE = 300, AS_IS, GDB, STOP_BEFORE };

static const struct argp_option options[] = {
	REQUEST_OPTIONS,
	{ "schedule", SCHEDULE, "S", 0,
	  "The schedule, as printed by faultlab explore (required)", 0 },
	{ "as-is", AS_IS, NULL, 0, "Do not shorten the schedule", 0 },
	{ "json", REQUEST_JSON, NULL, 0,
	  "The recording as JSON: docs/recording.schema.json", 0 },
	{ "gdb", GDB, "STEP", 0,
	  "Run gdb, and stop in the kernel's source before this "
	  "step of the story, 1 to the last (default: print the story)",
	  0 },
	{ "stop-before", STOP_BEFORE, "STEP", 0,
	  "Call fl_replay_stop() before this step, 1 to the last, for other "
	  "debuggers (default: do not call it)",
	  0 },
	CLI_HELP,
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case SCHEDULE:
		r->schedule = arg;
		return 0;
	case AS_IS:
		r->as_is = 1;
		return 0;
	case GDB:
		return cli_number(state, "--gdb", arg, 1, UINT_MAX, &r->gdb);
	case STOP_BEFORE:
		return cli_number(state, "--stop-before", arg, 1, UINT_MAX,
				  &r->stop_before);
	default:
		return request_option(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "PROGRAM --schedule=S",
	/* clang-format off */
	.doc = "Replay one run, and print its story.\v"
	       CLI_EXIT_CODES("the run held",
			      "a violation",
			      "undecided: the program does not apply "
			      "to the kernel, or faultlab has an error"),
	/* clang-format on */
};

/* Print the command that replays the recorded run without shortening it. */
static void print_command(char *const *argv)
{
	for (; *argv; argv++)
		fprintf(stderr, "%s%s", cli_quote(*argv, 0),
			argv[1] ? " " : "\n");
}

/* Does not return if gdb can be run. */
static int run_gdb(const struct request *r, const struct fl_recording *rec)
{
	static char self[4096];
	char step[24], frame[24];
	int depth = fl_recording_frame(rec, r->gdb);
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *argv[] = {
		/* clang-format off */
		"gdb", "-q", "-ex", "handle SIGSEGV nostop noprint pass",
		"-ex", "set breakpoint pending off", "-ex",
		"break fl_replay_stop", "-ex", "run", "-ex", frame, "-ex",
		"list", "--args", self, "replay", (char *)r->program->name,
		"--kernel", (char *)r->kernel->name, "--schedule",
		(char *)fl_recording_schedule(rec), "--as-is",
		"--stop-before", step, NULL
		/* clang-format on */
	};

	if (depth < 0)
		return cli_error("replay: --gdb: expected a step of the "
				 "story, 1 to %u, got %lu",
				 fl_recording_steps(rec), r->gdb);
	snprintf(step, sizeof(step), "%lu", r->gdb);
	snprintf(frame, sizeof(frame), "frame %d", depth);
	if (len < 0)
		return cli_error("replay: /proc/self/exe cannot be read: %s",
				 strerror(errno));
	fflush(NULL);
	cli_default_signals();
	execvp(argv[0], argv);
	cli_error("replay: gdb cannot be run: %s; the command is:",
		  strerror(errno));
	print_command(argv);
	return CLI_ERROR;
}

static void suggest_next(const struct request *r,
			 const struct fl_recording *rec)
{
	char step[24];

	if (!fl_recording_steps(rec) || !*fl_recording_schedule(rec))
		return;
	snprintf(step, sizeof(step), "%u", fl_recording_turn(rec));
	cli_next("replay", r->program->name, "--kernel", r->kernel->name,
		 "--schedule", fl_recording_schedule(rec), "--gdb", step, NULL);
}

static int status_of(const struct request *r, const struct fl_end *end)
{
	char expected[400];

	if (!end)
		return CLI_OK;
	if (end->kind == FL_END_MISSING_STUB || end->kind == FL_END_INTERNAL) {
		cli_error("replay: undecided: the run ended by an error of "
			  "faultlab, see above; this proves nothing about %s",
			  r->kernel->name);
		return CLI_UNDECIDED;
	}
	if (request_expects(r, expected, sizeof(expected)))
		fprintf(stderr, "faultlab: expected: %s\n", expected);
	return CLI_VIOLATION;
}

static int report(const struct request *r, const struct fl_recording *rec)
{
	int ret = 0;

	if (r->gdb)
		return run_gdb(r, rec);
	if (r->stop_before > fl_recording_steps(rec))
		return cli_error("replay: --stop-before: expected a step of "
				 "the story, 1 to %u, got %lu",
				 fl_recording_steps(rec), r->stop_before);
	if (r->json)
		ret = fl_recording_json(rec, stdout);
	else
		fl_story_print(rec, stdout, cli_width(stdout),
			       cli_colour(stdout));
	if (ret == -EIO) /* cli_end() prints the reason */
		return CLI_ERROR;
	if (ret)
		return request_failed(r, ret, NULL, 0);
	cli_flush();
	ret = status_of(r, fl_recording_end(rec));
	if (!r->stop_before)
		suggest_next(r, rec);
	return ret;
}

/* Check combinations of options.  Return: 0; CLI_ERROR. */
static int check(const struct request *r)
{
	if (!r->schedule)
		return cli_usage("replay", "--schedule: missing; faultlab "
					   "explore prints it");
	if (r->gdb && r->json)
		return cli_usage("replay",
				 "--gdb and --json are mutually exclusive");
	if (r->gdb && r->stop_before)
		return cli_usage("replay", "--gdb and --stop-before are "
					   "mutually exclusive");
	return 0;
}

static int run(int argc, char **argv)
{
	struct request r = { .options.examples = examples };
	struct fl_schedule_error error = { 0 };
	struct fl_record_config config = { .error = &error };
	struct fl_recording *rec;
	int ret;

	if (request_parse(&r, &argp, argc, argv))
		return r.options.status;
	ret = check(&r);
	if (ret)
		return ret;
	config.tries = r.as_is ? 0 : r.tries;
	config.stop_before = r.stop_before;
	ret = program_record(r.program, r.kernel->name, r.schedule, config,
			     &rec);
	if (ret)
		return request_failed(&r, ret, error.column ? &error : NULL, 0);
	fl_world_shutdown(p->world, NULL);
	ret = report(&r, rec);
	fl_recording_free(rec);
	return ret;
}

const struct cli_command cli_replay = {
	.name = "replay",
	.summary = "repeat one run, as a story or under a debugger",
	.argp = &argp,
	.examples = examples,
	.run = run,
};
