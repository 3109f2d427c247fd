/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * all.c - faultlab explore --all: every program that applies to a kernel
 *
 * Prints a line for each program, and one for all.  A violation that a program
 * declares is no reason to fail: it must be found.  A program with a bound of
 * its own is not expected to be explored further.
 */
#include <stdio.h>
#include <string.h>

#include "all.h"
#include "cli.h"
#include "explore/file.h"

struct tally {
	unsigned int programs, held, declared, failed, bounded, undecided;
	unsigned int others; /* that do not apply */
	double seconds;
	const char *first_failed, *first_undecided; /* NULL: none */
	const char *stopped;			    /* by a signal; NULL: no */
};

/* Did the search reach the program's own bound, and no other limit? */
static _Bool is_bounded(const struct outcome *o)
{
	return o->verdict == PROGRAM_LIMIT && !o->stopped &&
	       !o->request->max_runs && o->result->limit &&
	       !strcmp(o->result->limit, "max_runs") &&
	       !program_breaks(o->request->program, o->request->kernel) &&
	       !program_not_reached();
}

static void note_failed(struct tally *t, const char *name)
{
	t->failed++;
	if (!t->first_failed)
		t->first_failed = name;
}

static void note_undecided(struct tally *t, const char *name)
{
	t->undecided++;
	if (!t->first_undecided)
		t->first_undecided = name;
}

static void note(struct tally *t, const struct outcome *o)
{
	const char *name = o->request->program->name;

	switch (o->verdict) {
	case PROGRAM_HOLDS:
	case PROGRAM_NOT_FOUND:
		t->held++;
		return;
	case PROGRAM_BREAKS:
		t->declared++;
		return;
	case PROGRAM_VIOLATION:
		note_failed(t, name);
		return;
	default:
		if (is_bounded(o))
			t->bounded++;
		else
			note_undecided(t, name);
	}
}

/* A search was not made.  Return: CLI_ERROR: stop; 0: continue. */
static int note_error(struct tally *t, const struct request *r, int error)
{
	int status = request_failed(r, error, NULL, 0);

	if (status == CLI_ERROR)
		return status;
	if (status == CLI_VIOLATION)
		note_failed(t, r->program->name);
	else
		note_undecided(t, r->program->name);
	return 0;
}

/* Return: CLI_ERROR: stop; 0: continue, unless tally->stopped is set. */
static int explore(struct tally *t, const struct request *r)
{
	struct fl_explore_result result = { 0 };
	struct progress progress = { 0 };
	struct fl_file file = { .fd = -1 };
	struct outcome o;
	int ret = explore_search(r, &progress, &file, &o, &result);

	t->programs++;
	t->seconds += o.seconds;
	if (ret < 0) {
		ret = note_error(t, r, ret);
	} else {
		note(t, &o);
		if (r->json)
			outcome_print_json(&o, 1);
		else
			outcome_print_line(&o);
		if (cli_flush())
			ret = CLI_ERROR;
		if (o.stopped && *o.stopped != '-')
			t->stopped = o.stopped;
		else if (*progress_interrupted())
			t->stopped = "a signal";
	}
	progress_release(&progress);
	return ret;
}

static void print(const struct tally *t, const struct request *r)
{
	printf("%s: %u programs: %u hold, %u fail as declared, %u fail, "
	       "%u stopped at their bounds, %u undecided; %u do not apply; "
	       "%.1f s\n",
	       r->kernel->name, t->programs, t->held, t->declared, t->failed,
	       t->bounded, t->undecided, t->others, t->seconds);
}

int explore_all(const struct request *request)
{
	const struct program *program;
	struct request r = *request;
	struct tally t = { 0 };
	const char *next;
	int ret = 0;

	for (program = program_first(); program && !ret && !t.stopped;
	     program = program->next) {
		r.program = program;
		if (program_applies(program, r.kernel))
			ret = explore(&t, &r);
		else
			t.others++;
	}
	if (ret)
		return ret;
	if (!r.json && !t.stopped)
		print(&t, &r);
	if (t.stopped)
		cli_error("explore: --all: stopped by %s after %u programs",
			  t.stopped, t.programs);
	next = t.first_failed ? t.first_failed : t.first_undecided;
	if (next && !t.stopped)
		cli_next("explore", next, "--kernel", r.kernel->name, NULL);
	return t.first_failed		      ? CLI_VIOLATION :
	       t.first_undecided || t.stopped ? CLI_UNDECIDED :
						CLI_OK;
}
