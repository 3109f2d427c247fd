/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.c - the result of an exploration: the verdict in words, then figures,
 * in our form or in herd's; or JSON
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

static const char *why_stopped(const struct outcome *o, char *text, size_t size)
{
	if (o->stopped)
		snprintf(text, size, "stopped by %s", o->stopped);
	else
		snprintf(text, size, "limit %s was reached",
			 o->result->limit ? o->result->limit : "?");
	return text;
}

/* -- the verdict -- */

/* "all 6,198 schedules", if @before is "all ". */
static const char *schedules(char *text, size_t size, const char *before,
			     unsigned long n)
{
	snprintf(text, size, "%s%s schedule%s", before, cli_thousands(n),
		 n == 1 ? "" : "s");
	return text;
}

/* The verdict, without a line break. */
static void print_verdict(const struct outcome *o)
{
	unsigned long n = o->result->runs;
	char why[100], runs[80];

	printf("%s ", o->request->program->name);
	switch (o->verdict) {
	case PROGRAM_BREAKS:
	case PROGRAM_VIOLATION:
		printf("fails on %s: violation found after %s",
		       o->request->kernel->name,
		       schedules(runs, sizeof(runs), "", n));
		break;
	case PROGRAM_HOLDS:
	case PROGRAM_NOT_FOUND:
		printf("holds on %s: %s", o->request->kernel->name,
		       schedules(runs, sizeof(runs), "all ", n));
		break;
	case PROGRAM_LIMIT:
		printf("is undecided on %s: %s after %s, no violation found",
		       o->request->kernel->name,
		       why_stopped(o, why, sizeof(why)),
		       schedules(runs, sizeof(runs), "", n));
		break;
	case PROGRAM_VACUOUS:
		printf("is undecided on %s: none of %s reached a condition of "
		       "REACH()",
		       o->request->kernel->name,
		       schedules(runs, sizeof(runs), "", n));
		break;
	case PROGRAM_GAP:
		printf("is undecided on %s: %s", o->request->kernel->name,
		       o->result->end.text);
		break;
	}
	printf(o->seconds < 0.095 ? ", %.2f s" : ", %.1f s", o->seconds);
}

void outcome_print_line(const struct outcome *o)
{
	print_verdict(o);
	if (o->verdict == PROGRAM_BREAKS)
		printf(", as declared");
	if (o->verdict == PROGRAM_NOT_FOUND)
		printf(", although a violation is declared");
	printf("\n");
}

/* -- figures -- */

/*
 * Put the violation that is expected into @text, and whether it was found into
 * *@found.  Return: 0: none is expected.
 */
static int expected(const struct outcome *o, char *text, size_t size,
		    const char **found)
{
	*found = o->verdict == PROGRAM_NOT_FOUND ? ": not found" :
		 o->verdict == PROGRAM_LIMIT	 ? ": not found so far" :
		 o->verdict == PROGRAM_VIOLATION &&
				 program_breaks(o->request->program,
						o->request->kernel) ?
					       ": another violation was found" :
					       "";
	return request_expects(o->request, text, size);
}

static unsigned long most_steps(const struct outcome *o)
{
	return o->request->max_steps ? o->request->max_steps :
				       OUTCOME_DEFAULT_STEPS;
}

/* A data race and an unfair scheduler break no rule. */
static void print_advice(const struct outcome *o, const char *key)
{
	const struct fl_explore_result *r = o->result;
	unsigned int i;

	for (i = 0; i < r->nr_data_races; i++)
		printf("%sdata race of %s and %s\n", key,
		       r->data_races[i].first, r->data_races[i].second);
	if (!r->unfair || r->violations)
		return;
	printf("%san unfair scheduler can starve a thread forever: "
	       "faultlab replay %s --kernel %s --schedule '%s'\n",
	       key, o->request->program->name,
	       cli_quote(o->request->kernel->name, 0), r->unfair_schedule);
}

/* The keys are those of a story. */
static void print_figures(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	char text[400];
	const char *found;

	if (expected(o, text, sizeof(text), &found))
		printf("expected:  %s%s\n", text, found);
	if (o->verdict == PROGRAM_VACUOUS)
		printf("vacuous:   no run reached: %s\n",
		       program_not_reached());
	printf("runs:      %s", cli_thousands(r->runs));
	if (r->deepest)
		printf(" of at most %s steps", cli_thousands(r->deepest));
	printf(", under sequential consistency\n");
	if (r->blocked)
		printf("blocked:   %s schedules, which were impossible or "
		       "redundant\n",
		       cli_thousands(r->blocked));
	if (r->truncated)
		printf("truncated: %s runs, after %s steps\n",
		       cli_thousands(r->truncated),
		       cli_thousands(most_steps(o)));
	if (o->request->depth)
		printf("chance:    >= %.4g of finding a bug of depth %lu\n",
		       r->chance, o->request->depth);
	print_advice(o, "advice:    ");
}

/* -- herd's lines, and more in the same form -- */

static void print_herd(const struct outcome *o)
{
	const struct fl_explore_result *r = o->result;
	const struct fl_kernel_info *kernel = o->request->kernel;
	const char *name = o->request->program->name, *found;
	char text[400];

	printf("Test %s Forbidden\n", name);
	printf("Kernel %s (%s)\n", kernel->name, kernel->release);
	printf("States %lu\n", r->states);
	printf("%s\n", answer(o));
	printf("Witnesses\nPositive: %lu Negative: %lu\n",
	       r->runs - r->violations, r->violations);
	printf("Condition ~exists (violation)\n");
	if (o->verdict == PROGRAM_VACUOUS)
		printf("Vacuous no run reached: %s\n", program_not_reached());
	if (expected(o, text, sizeof(text), &found))
		printf("Expected %s%s\n", text, found);
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
		       r->truncated, most_steps(o));
	if (r->probes)
		printf("Probed %lu random runs for a livelock\n", r->probes);
	print_advice(o, "Advice: ");
	if (o->request->depth)
		printf("Probability >= %.4g of finding a bug of depth %lu\n",
		       r->chance, o->request->depth);
	printf("Time %s %.2f\n", name, o->seconds);
}

void outcome_print(const struct outcome *o)
{
	print_verdict(o);
	printf("\n");
	if (o->request->herd)
		print_herd(o);
	else
		print_figures(o);
}

void outcome_print_json(const struct outcome *o, _Bool in_one_line)
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
	json_dumpf(v, stdout, in_one_line ? JSON_COMPACT : JSON_INDENT(1));
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
		fl_story_print(o->recording, stdout, cli_width(stdout),
			       cli_colour(stdout));
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
