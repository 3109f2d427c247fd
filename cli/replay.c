/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.c - faultlab replay: one run again, told as a story, or under a debugger
 *
 * The debugger runs this same command with --stop-before, and stops in
 * fl_replay_stop(), which is called by the thread of that step.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "request.h"

static const char help[] =
	"examples:\n"
	"  faultlab replay zap_before_programmed_mirror --kernel model \\\n"
	"          --schedule 'e1:1@57,2'       the story of one run\n"
	"  ... --json                           for other programs\n"
	"  ... --gdb 7                          gdb, just before its step 7\n"
	"\n"
	"usage: faultlab replay PROGRAM --schedule S [OPTION...]\n"
	"\n"
	"  --kernel K        as faultlab kernels names it; else the model\n"
	"  --schedule S      who runs when, as faultlab explore prints it\n"
	"  --as-is           do not make it shorter\n"
	"  --tries N         runs to make it shorter, at most\n"
	"  --json            the recording: docs/recording.schema.json\n"
	"  --gdb STEP        run gdb, and stop in the kernel's source before STEP\n"
	"  --stop-before STEP\n"
	"                    call fl_replay_stop() before STEP, for other debuggers\n"
	"\n"
	"exit codes: 0 nothing was broken, 1 a violation, 2 usage\n";

/* The command to see the recorded run again, without making it shorter. */
#define MOST_ARGUMENTS	32

static void print_command(char *const *argv)
{
	for (; *argv; argv++)
		fprintf(stderr, strpbrk(*argv, " ;@,") ? "'%s'%s" : "%s%s",
			*argv, argv[1] ? " " : "\n");
}

/* Does not return where there is a gdb. */
static int run_gdb(const struct request *r, const struct fl_recording *rec)
{
	static char self[4096];
	char step[24], frame[24];
	int depth = fl_recording_frame(rec, r->gdb);
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *argv[] = {
		"gdb", "-q", "-ex", "handle SIGSEGV nostop noprint pass",
		"-ex", "set breakpoint pending off", "-ex",
		"break fl_replay_stop", "-ex", "run", "-ex", frame, "-ex",
		"list", "--args", self, "replay", (char *)r->program->name,
		"--kernel", (char *)r->kernel, "--schedule",
		(char *)fl_recording_schedule(rec), "--as-is",
		"--stop-before", step, NULL
	};

	if (depth < 0)
		return cli_usage("replay: the story has steps 1 to %u, not %lu",
				 fl_recording_steps(rec), r->gdb);
	snprintf(step, sizeof(step), "%lu", r->gdb);
	snprintf(frame, sizeof(frame), "frame %d", depth);
	if (len < 0)
		return CLI_USAGE;
	fflush(NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "faultlab: gdb cannot be run: %s; this would be:\n",
		strerror(errno));
	print_command(argv);
	return CLI_USAGE;
}

static void tell_next(const struct request *r, const struct fl_recording *rec)
{
	if (!fl_recording_steps(rec))
		return;
	cli_next("faultlab replay %s --kernel %s --schedule '%s' --gdb %u",
		 r->program->name, r->kernel, fl_recording_schedule(rec),
		 fl_recording_turn(rec));
}

static int tell(const struct request *r, const struct fl_recording *rec)
{
	int ret = 0;

	if (r->gdb)
		return run_gdb(r, rec);
	if (r->json)
		ret = fl_recording_json(rec, stdout);
	else
		fl_story_print(rec, stdout, cli_colour(stdout));
	if (ret)
		return request_failed(r, ret);
	if (!r->stop_before)
		tell_next(r, rec);
	return fl_recording_end(rec) ? CLI_VIOLATION : CLI_OK;
}

int cli_replay(int argc, char **argv)
{
	struct request r = { 0 };
	struct fl_record_config config = { 0 };
	struct fl_recording *rec;
	int ret;

	if (cli_wants_help(argc, argv)) {
		fputs(help, stdout);
		return CLI_OK;
	}
	ret = request_parse(argc, argv, "--kernel --schedule --as-is --tries "
			    "--json --gdb --stop-before ", &r);
	if (ret)
		return ret;
	if (!r.schedule)
		return cli_usage("replay: --schedule is missing; faultlab explore prints it");
	config.tries = r.as_is ? 0 : r.tries;
	config.stop_before = r.stop_before;
	ret = program_record(r.program, r.kernel, r.schedule, config, &rec);
	if (ret)
		return request_failed(&r, ret);
	fl_world_shutdown(p->world, NULL);
	ret = tell(&r, rec);
	fl_recording_free(rec);
	return ret;
}
