/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * next.c - report what an exploration has decided, and suggest a next command
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "outcome.h"

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

/* The same request, with the options in the order of the help text. */
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

	fprintf(stderr,
		"faultlab: stopped by %s after %lu runs; no violation was found so far\n",
		o->stopped, o->result->runs);
	if (!r.checkpoint) {
		r.every_run = 0;
		r.random = r.depth = r.max_runs = 0;
		r.preemptions = 2;
	}
	suggest_again(&r);
}

/* Report which limit was reached, and suggest a search with a higher limit. */
static void next_after_limit(const struct outcome *o)
{
	struct request r = *o->request;
	const char *name = o->result->limit ? o->result->limit : "?", *own = "";
	unsigned long was, *limit, most;

	if (!strcmp(name, "max_steps")) {
		limit = &r.max_steps;
		was = r.max_steps ? r.max_steps : OUTCOME_DEFAULT_STEPS;
		most = OUTCOME_MOST_STEPS;
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
	fprintf(stderr,
		"faultlab: limit %s = %lu%s was reached; no violation was found so far\n",
		name, was, own);
	if (was == most)
		return;
	*limit = limit == &r.preemptions ? was + 1 : raised(was, most);
	suggest_again(&r);
}

/*
 * Suggest the next kernel in the list that the program applies to, or the next
 * program that applies to the first kernel.
 */
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

int outcome_next(const struct outcome *o)
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
		fprintf(stderr,
			"faultlab: no violation was found on %s, although %s declares one\n",
			r->kernel->name, r->program->name);
		next_after_held(r);
		return CLI_OK;
	case PROGRAM_LIMIT:
		/* The reason for a failed save is printed later. */
		if (o->stopped && !o->result->save_error)
			next_after_stop(o);
		else if (!o->result->save_error)
			next_after_limit(o);
		return CLI_UNDECIDED;
	case PROGRAM_VACUOUS:
		fprintf(stderr,
			"faultlab: vacuous: no run reached: %s; this proves nothing about %s\n",
			program_not_reached(), r->kernel->name);
		return CLI_UNDECIDED;
	case PROGRAM_GAP:
		fprintf(stderr,
			"faultlab: undecided: the run ended by an error of "
			"faultlab, see above; this proves nothing about %s\n",
			r->kernel->name);
		return CLI_UNDECIDED;
	}
	return CLI_ERROR;
}
