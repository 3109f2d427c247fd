/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * programs.c - one program on one kernel, as its declaration says
 *
 *   programs KERNEL PROGRAM       explore; what is declared must come out, twice
 *   programs --table KERNEL...    a line of docs/programs.md for each program
 *   programs --stories FOLDER KERNEL     is the story of each program that breaks there?
 *
 * All must hold, in full or up to the program's bound, or the violation that it declares
 * must be found, and found again by its schedule.  Explored twice, the same must come out
 * to the last step: of many runs, the first of them are compared.
 */
#include <stdio.h>
#include <string.h>

#include "program.h"

#define COMPARED	2000UL	/* runs that are made once more */

static const struct fl_kernel_info *kernel_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < fl_kernel_count(); i++)
		if (!strcmp(fl_kernel_info(i)->name, name))
			return fl_kernel_info(i);
	return NULL;
}

static int fail(const struct fl_explore_result *r, const char *why)
{
	printf("FAILED: %s: %lu runs, %lu blocked, %s\n%s\nwhere: %s\n%s%s\n",
	       why, r->runs, r->blocked, r->limit ? r->limit : "no limit",
	       r->end.text, r->end.where, r->end.backtrace, r->schedule);
	return 1;
}

/* Return: 0 where the result is the one that is declared. */
static int judge(const struct program *program, const char *breaks,
		 const struct fl_explore_result *r)
{
	if (breaks)
		return r->violations && strstr(r->end.text, breaks) ? 0 :
			fail(r, "the violation declared was not found");
	if (r->violations)
		return fail(r, "it does not hold");
	if (!r->exhaustive && !program->bound)
		return fail(r, "it was not explored in full");
	if (program_not_reached()) {
		printf("never: %s\n", program_not_reached());
		return fail(r, "a run is missing");
	}
	return 0;
}

/* Return: 0 where the schedule leads to the same end. */
static int judge_replay(const struct program *program,
			const struct fl_kernel_info *kernel,
			const struct fl_explore_result *r)
{
	const struct fl_end *end;
	int ret = program_replay(program, kernel->name, r->schedule);

	if (ret && ret != -ENOTRECOVERABLE)
		return fail(r, "its schedule is none");
	end = fl_world_end(p->world);
	ret = !end || strcmp(end->text, r->end.text);
	fl_world_shutdown(p->world, NULL);
	return ret ? fail(r, "its schedule does not lead to the same end") : 0;
}

static int explore(const struct program *program,
		   const struct fl_kernel_info *kernel, unsigned long runs,
		   struct fl_explore_result *r)
{
	const struct fl_explore_config config = { .max_runs = runs };

	return program_explore(program, kernel->name, config, r);
}

/* Return: 0 where the first runs, or all, come out twice the same. */
static int judge_again(const struct program *program,
		       const struct fl_kernel_info *kernel,
		       const struct fl_explore_result *first)
{
	struct fl_explore_result a = *first, b;

	if (first->runs > COMPARED &&
	    explore(program, kernel, COMPARED, &a) < 0)
		return fail(&a, "it cannot be explored again");
	if (explore(program, kernel, first->runs > COMPARED ? COMPARED : 0,
		    &b) < 0)
		return fail(&b, "it cannot be explored again");
	return a.hash == b.hash && a.runs == b.runs ? 0 :
		fail(&b, "the same did not come out twice");
}

static int test(const struct program *program,
		const struct fl_kernel_info *kernel)
{
	const char *breaks = program_breaks(program, kernel);
	struct fl_explore_result r;

	if (program->applies && !program->applies(kernel)) {
		printf("\nskipped: %s is not for this kernel\n", program->name);
		return 0;
	}
	if (explore(program, kernel, 0, &r) < 0)
		return fail(&r, "it cannot be explored");
	return judge(program, breaks, &r) ||
	       (breaks && judge_replay(program, kernel, &r)) ||
	       judge_again(program, kernel, &r);
}

static void print_cell(const struct program *program,
		       const struct fl_kernel_info *kernel)
{
	struct fl_explore_result r;

	if (program->applies && !program->applies(kernel))
		printf(" - |");
	else if (explore(program, kernel, 0, &r) < 0)
		printf(" ? |");
	else
		printf(" %lu%s |", r.runs, r.violations ? " **broken**" :
		       r.exhaustive ? "" : "+");
	fflush(stdout);
}

static int table(int n, char **names)
{
	const struct program *program;
	int i;

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

/* Return: 0 where the story of each program that breaks on @kernel is in @folder. */
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

int main(int argc, char **argv)
{
	int i;

	for (i = 2; argc > 2 && !strcmp(argv[1], "--table") && i < argc; i++)
		if (!kernel_named(argv[i]))
			break;
	if (argc > 2 && i == argc)
		return table(argc - 2, argv + 2);
	if (argc == 4 && !strcmp(argv[1], "--stories") && kernel_named(argv[3]))
		return stories(argv[2], kernel_named(argv[3]));
	if (argc != 3 || !kernel_named(argv[1]) || !program_find(argv[2])) {
		fprintf(stderr, "usage: programs KERNEL PROGRAM | programs --table KERNEL... | programs --stories FOLDER KERNEL\n");
		return 2;
	}
	return test(program_find(argv[2]), kernel_named(argv[1]));
}
