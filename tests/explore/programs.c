/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * programs.c - check that one program on one kernel behaves as it declares
 *
 *   programs KERNEL PROGRAM       explore twice; the result must be as declared
 *   programs --table KERNEL...    a line of docs/programs.md for each program
 *   programs --stories FOLDER KERNEL
 *                                 does FOLDER have the story of each program
 *                                 that breaks on this kernel?
 *   programs --hunt RUNS SECONDS KERNEL [PROGRAM...]
 *                                 explore these programs, or all, one by one,
 *                                 each up to RUNS runs and SECONDS seconds of
 *                                 CPU, until one is not as declared, which is
 *                                 printed in one line (exit code 1); 125: a
 *                                 limit was reached, and the line says which
 *
 * If this machine lacks something, such as memory, there is no result: exit
 * code 129.
 *
 * A program must hold, in full or up to its bound; or the violation that it
 * declares must be found, and found again by its schedule.  A second
 * exploration must give the same result, to the last step; of many runs, only
 * the first are compared.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "arguments.h"
#include "program.h"

#define COMPARED  2000UL /* runs that are repeated */
#define UNDECIDED 125

static const struct fl_kernel_info *kernel_named(const char *name)
{
	unsigned int i = 0;

	argument_kernel(name);
	while (strcmp(fl_kernel_info(i)->name, name))
		i++;
	return fl_kernel_info(i);
}

static const struct program *program_named(const char *name)
{
	const struct program *program = program_find(name);

	if (!program)
		argument_error("no program '%s'; see: faultlab list", name);
	return program;
}

static int fail(const struct fl_explore_result *r, const char *why)
{
	printf("FAILED: %s: %lu runs, %lu blocked, %s\n%s\nwhere: %s\n%s%s\n",
	       why, r->runs, r->blocked, r->limit ? r->limit : "no limit",
	       r->end.text, r->end.where, r->end.backtrace, r->schedule);
	return 1;
}

static void __attribute__((noreturn))
no_result(const struct program *program, const struct fl_kernel_info *kernel,
	  const char *why)
{
	argument_machine_error("%s cannot be explored on %s: %s", program->name,
			       kernel->name, why);
}

/* Return: an exit code: 0 if the result is as declared. */
static int judge(const struct program *program,
		 const struct fl_kernel_info *kernel, int ret,
		 const struct fl_explore_result *r)
{
	const char *why;

	switch (program_compare(program, kernel, ret, r, &why)) {
	case PROGRAM_AS_DECLARED:
		return 0;
	case PROGRAM_DIFFERS:
		return fail(r, why);
	case PROGRAM_UNDECIDED:
		fail(r, why);
		return UNDECIDED;
	case PROGRAM_NO_RESULT:
		break;
	}
	no_result(program, kernel, why);
}

/* Return: 0 if the schedule leads to the same end. */
static int judge_replay(const struct program *program,
			const struct fl_kernel_info *kernel,
			const struct fl_explore_result *r)
{
	const struct fl_end *end;
	int ret = program_replay(program, kernel->name, r->schedule);

	if (ret && ret != -ENOTRECOVERABLE && ret != -EINVAL && ret != -EILSEQ)
		no_result(program, kernel, strerror(-ret));
	if (ret && ret != -ENOTRECOVERABLE)
		return fail(r, "its schedule cannot be parsed");
	end = fl_world_end(p->world);
	ret = !end || strcmp(end->text, r->end.text);
	fl_world_shutdown(p->world, NULL);
	return ret ? fail(r, "the replay of its schedule ends differently") : 0;
}

/* Return: as program_explore(); *@r is all zero if there is no result. */
static int explore(const struct program *program,
		   const struct fl_kernel_info *kernel, unsigned long runs,
		   struct fl_explore_result *r)
{
	const struct fl_explore_config config = { .max_runs = runs };

	*r = (struct fl_explore_result){ 0 };
	return program_explore(program, kernel->name, config, r);
}

/* Return: 0 if the first runs, or all of them, give the same result twice. */
static int judge_again(const struct program *program,
		       const struct fl_kernel_info *kernel,
		       const struct fl_explore_result *first)
{
	struct fl_explore_result a = *first, b;
	int ret = 0;

	if (first->runs > COMPARED)
		ret = explore(program, kernel, COMPARED, &a);
	if (ret < 0)
		return judge(program, kernel, ret, &a);
	ret = explore(program, kernel, first->runs > COMPARED ? COMPARED : 0,
		      &b);
	if (ret < 0)
		return judge(program, kernel, ret, &b);
	return a.hash == b.hash && a.runs == b.runs ?
		       0 :
		       fail(&b,
			    "the second exploration differs from the first");
}

static int test(const struct program *program,
		const struct fl_kernel_info *kernel)
{
	const char *breaks = program_breaks(program, kernel);
	struct fl_explore_result r;
	int status;

	if (!program_applies(program, kernel)) {
		printf("\nskipped: %s needs %s\n", program->name,
		       program->needs);
		return 0;
	}
	status = explore(program, kernel, 0, &r);
	status = judge(program, kernel, status, &r);
	if (!status && breaks)
		status = judge_replay(program, kernel, &r);
	return status ? status : judge_again(program, kernel, &r);
}

static void print_cell(const struct program *program,
		       const struct fl_kernel_info *kernel)
{
	struct fl_explore_result r;
	int ret;

	if (!program_applies(program, kernel)) {
		printf(" - |");
		return;
	}
	ret = explore(program, kernel, 0, &r);
	if (ret < 0)
		no_result(program, kernel, strerror(-ret));
	printf(" %lu%s |", r.runs,
	       r.violations ? " **broken**" :
	       r.exhaustive ? "" :
			      "+");
	fflush(stdout);
}

static int table(int n, char **names)
{
	const struct program *program;
	int i;

	for (i = 0; i < n; i++)
		argument_kernel(names[i]);
	printf("| program | question |");
	for (i = 0; i < n; i++)
		printf(" %s |", names[i]);
	printf("\n| --- | --- |");
	for (i = 0; i < n; i++)
		printf(" --- |");
	printf("\n");
	for (program = program_first(); program; program = program->next) {
		printf("| `%s` | %s |", program->name, program->question);
		for (i = 0; i < n; i++)
			print_cell(program, kernel_named(names[i]));
		printf("\n");
	}
	return 0;
}

/* Return: 0 if @folder has the story of each program that breaks on @kernel. */
static int stories(const char *folder, const struct fl_kernel_info *kernel)
{
	const struct program *program;
	char path[512];
	int missing = 0;
	FILE *file;

	for (program = program_first(); program; program = program->next) {
		if (!program_breaks(program, kernel))
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s.txt", folder,
			 kernel->name, program->name);
		file = fopen(path, "r");
		if (file) {
			fclose(file);
			continue;
		}
		printf("%s is missing\n", path);
		missing++;
	}
	return missing != 0;
}

/* -- searching for a program that is not as declared -- */

/* CPU seconds, so that a busy machine does not shorten the search. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

struct hunt {
	const struct fl_kernel_info *kernel;
	unsigned long runs, seconds; /* limits per program */
	double began;
	unsigned int undecided; /* programs that reached a limit */
	char limit[200];	/* of the first such program */
};

static enum fl_explore_wish out_of_time(void *arg,
					const struct fl_explore_result *r)
{
	const struct hunt *hunt = arg;

	(void)r;
	return now() - hunt->began >= hunt->seconds ? FL_EXPLORE_STOP :
						      FL_EXPLORE_CONTINUE;
}

/* Return: 1 if the program is not as declared. */
static _Bool hunt_one(struct hunt *hunt, const struct program *program)
{
	struct fl_explore_config config = {
		.max_runs = hunt->runs,
		.progress = out_of_time,
		.progress_arg = hunt,
	};
	struct fl_explore_result r = { 0 };
	enum program_answer answer;
	const char *what;
	int ret;

	if (!program_applies(program, hunt->kernel))
		return 0;
	if (program->bound && program->bound < hunt->runs)
		config.max_runs = program->bound;
	hunt->began = now();
	ret = program_explore(program, hunt->kernel->name, config, &r);
	answer = program_compare(program, hunt->kernel, ret, &r, &what);
	if (answer == PROGRAM_NO_RESULT)
		no_result(program, hunt->kernel, what);
	if (answer == PROGRAM_DIFFERS) {
		printf("%s\t%lu\t%.2f\t%.*s\n", program->name, r.runs,
		       now() - hunt->began, (int)strcspn(what, "\n"), what);
		return 1;
	}
	if (answer == PROGRAM_UNDECIDED && !hunt->undecided++)
		snprintf(hunt->limit, sizeof(hunt->limit),
			 "%s was stopped after %lu runs and %.0f s of CPU",
			 program->name, r.runs, now() - hunt->began);
	return 0;
}

/* Return: an exit code; 1: a program is not as declared, and was printed. */
static int hunt(struct hunt *hunt, int n, char **names)
{
	const struct program *program;
	int i;

	for (i = 0; i < n; i++)
		program_named(names[i]);
	for (i = 0; i < n; i++)
		if (hunt_one(hunt, program_find(names[i])))
			return 1;
	for (program = program_first(); program && !n; program = program->next)
		if (hunt_one(hunt, program))
			return 1;
	if (!hunt->undecided)
		return 0;
	printf("%s", hunt->limit);
	if (hunt->undecided > 1)
		printf(", and %u more were stopped", hunt->undecided - 1);
	printf("\n");
	return UNDECIDED;
}

/* Return: an exit code. */
static int parse_hunt(int argc, char **argv)
{
	struct hunt h = { 0 };

	arguments_count(argc, 4, INT_MAX - 1);
	h.runs = argument_number("RUNS", argv[2], 1, ULONG_MAX);
	h.seconds = argument_number("SECONDS", argv[3], 1, ULONG_MAX);
	h.kernel = kernel_named(argv[4]);
	return hunt(&h, argc - 5, argv + 5);
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	const struct program *program;

	arguments_begin("programs",
			"KERNEL PROGRAM | --table KERNEL... | --stories "
			"FOLDER KERNEL | --hunt RUNS SECONDS "
			"KERNEL [PROGRAM...]");
	arguments_count(argc, 2, INT_MAX - 1);
	if (!strcmp(command, "--table"))
		return table(argc - 2, argv + 2);
	if (!strcmp(command, "--hunt"))
		return parse_hunt(argc, argv);
	if (!strcmp(command, "--stories")) {
		arguments_count(argc, 3, 3);
		return stories(argv[2], kernel_named(argv[3]));
	}
	arguments_count(argc, 2, 2);
	argument_kernel(argv[1]);
	program = program_named(argv[2]);
	return test(program, kernel_named(argv[1]));
}
