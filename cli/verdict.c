/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.c - the result of an exploration: the verdict in words, then herd's
 * lines, then ours; or JSON
 */
#include <stdio.h>

#include "cli.h"
#include "outcome.h"
#include "story/json.h"

/* herd's words for the answer, and for the observation. */
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

/* The word in the JSON output. */
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

/* Advice only: a data race breaks no rule. */
static void print_races(const struct fl_explore_result *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_data_races; i++)
		printf("Advice: data race of %s and %s\n",
		       r->data_races[i].first, r->data_races[i].second);
}

/* Advice only: a fair scheduler breaks no rule. */
static void print_unfair(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;

	if (!r->unfair || r->violations)
		return;
	printf("Advice: an unfair scheduler can starve a thread forever: "
	       "faultlab replay %s --kernel %s --schedule '%s'\n",
	       o->request->program->name,
	       cli_quote(o->request->kernel->name, 0), r->unfair_schedule);
}

/*
 * The violation that is expected, on purpose or as a known bug, and if it was
 * found.
 */
static void print_expected(const struct outcome *o)
{
	char text[400];

	if (o->verdict == PROGRAM_VACUOUS)
		printf("Vacuous no run reached: %s\n", program_not_reached());
	if (!request_expects(o->request, text, sizeof(text)))
		return;
	printf("Expected %s%s\n", text,
	       o->verdict == PROGRAM_NOT_FOUND ? ": not found" :
	       o->verdict == PROGRAM_LIMIT     ? ": not found so far" :
	       o->verdict == PROGRAM_VIOLATION &&
			       program_breaks(o->request->program,
					      o->request->kernel) ?
					     ": another violation was found" :
					     "");
}

static const char *why_stopped(const struct outcome *o, char *text, size_t size)
{
	if (o->stopped)
		snprintf(text, size, "stopped by %s", o->stopped);
	else
		snprintf(text, size, "limit %s was reached",
			 o->result->limit ? o->result->limit : "?");
	return text;
}

/* The first line: the verdict in words. */
static void print_verdict(const struct outcome *o)
{
	const char *name = o->request->program->name;
	const char *kernel = o->request->kernel->name;
	unsigned long n = o->result->runs;
	const char *s = n == 1 ? "" : "s";
	char why[100];

	switch (o->verdict) {
	case PROGRAM_BREAKS:
	case PROGRAM_VIOLATION:
		printf("%s: violation found on %s after %lu run%s\n", name,
		       kernel, n, s);
		break;
	case PROGRAM_HOLDS:
	case PROGRAM_NOT_FOUND:
		printf("%s: holds on %s: all %lu run%s\n", name, kernel, n, s);
		break;
	case PROGRAM_LIMIT:
		printf("%s: undecided on %s: %s after %lu run%s, no "
		       "violation found\n",
		       name, kernel, why_stopped(o, why, sizeof(why)), n, s);
		break;
	case PROGRAM_VACUOUS:
		printf("%s: undecided on %s: none of %lu runs reached a "
		       "condition of REACH()\n",
		       name, kernel, n);
		break;
	case PROGRAM_GAP:
		printf("%s: undecided on %s: %s\n", name, kernel,
		       o->result->end.text);
		break;
	}
}

void outcome_print(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	const struct fl_kernel_info *kernel = o->request->kernel;
	const char *name = o->request->program->name;

	print_verdict(o);
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
	printf("Steps %lu in all, %u in the longest run; accesses to %lu "
	       "words are steps\n",
	       r->steps, r->deepest,
	       r->shared[0] + r->shared[1] + r->shared[2]);
	if (r->truncated)
		printf("Truncated %lu runs with more than %lu steps\n",
		       r->truncated,
		       o->request->max_steps ? o->request->max_steps :
					       OUTCOME_DEFAULT_STEPS);
	if (r->probes)
		printf("Probed %lu random runs for a livelock\n", r->probes);
	print_races(r);
	print_unfair(o);
	if (o->request->depth)
		printf("Probability >= %.4g of finding a bug of depth %lu\n",
		       r->chance, o->request->depth);
	printf("Time %s %.2f\n", name, o->seconds);
}

void outcome_print_json(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	const struct request *request = o->request;
	char hash[20], expected[400];
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s}", "schema",
			      "faultlab-result-1", "program",
			      request->program->name, "kernel",
			      request->kernel->name, "release",
			      request->kernel->release, "result", result_of(o));

	json_object_set_new(v, "expected",
			    request_expects(request, expected,
					    sizeof(expected)) ?
				    json_string(expected) :
				    json_null());
	json_object_set_new(v, "runs", json_integer(r->runs));
	json_object_set_new(v, "blocked", json_integer(r->blocked));
	json_object_set_new(v, "violations", json_integer(r->violations));
	json_object_set_new(v, "states", json_integer(r->states));
	json_object_set_new(v, "steps", json_integer(r->steps));
	json_object_set_new(v, "longest", json_integer(r->deepest));
	snprintf(hash, sizeof(hash), "%016lx", r->hash);
	json_object_set_new(v, "steps_hash", json_string(hash));
	json_object_set_new(v, "exhaustive", json_boolean(r->exhaustive));
	json_object_set_new(v, "limit",
			    r->limit ? json_string(r->limit) : json_null());
	json_object_set_new(v, "memory_model",
			    json_string("sequential consistency"));
	json_object_set_new(v, "truncated", json_integer(r->truncated));
	json_object_set_new(v, "probes", json_integer(r->probes));
	json_object_set_new(v, "unfair_schedule",
			    r->unfair ? json_string(r->unfair_schedule) :
					json_null());
	json_object_set_new(
		v, "violation",
		!r->violations ? json_null() :
				 json_pack("{s:s, s:s, s:s}", "text",
					   r->end.text, "where", r->end.where,
					   "schedule", r->schedule));
	json_object_set_new(v, "recording",
			    o->recording ? fl_recording_value(o->recording) :
					   json_null());
	json_dumpf(v, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(v);
}

/*
 * Print the story; without a recording, print what is known of the violation.
 */
void outcome_print_end(const struct outcome *o)
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
		printf("replay:    faultlab replay %s --kernel %s "
		       "--schedule '%s'\n",
		       o->request->program->name,
		       cli_quote(o->request->kernel->name, 0),
		       o->result->schedule);
}
