/* SPDX-License-Identifier: GPL-2.0-only */
/* outcome.h - the result of an exploration, and how it is printed */
#ifndef FL_CLI_OUTCOME_H
#define FL_CLI_OUTCOME_H

#include "request.h"

#define OUTCOME_MOST_STEPS    100000000UL /* upper limit of --max-steps */
#define OUTCOME_DEFAULT_STEPS 10000UL	  /* per run */

struct outcome {
	const struct request *request;
	const struct fl_explore_result *result;
	const struct fl_recording *recording; /* NULL: no story */
	enum program_verdict verdict;
	double seconds;
	/* Why the search stopped early; NULL: it did not. */
	const char *stopped;
};

/*
 * outcome_print - print the verdict, and figures
 *
 * After a violation, outcome_print_end() prints the story.
 */
void outcome_print(const struct outcome *outcome);
void outcome_print_end(const struct outcome *outcome);
void outcome_print_json(const struct outcome *outcome, _Bool in_one_line);

/* outcome_print_line - print only the verdict, and whether it is as declared */
void outcome_print_line(const struct outcome *outcome);

/*
 * outcome_next - report what was decided, and suggest a next command
 *
 * Return: an exit code.
 */
int outcome_next(const struct outcome *outcome);

#endif /* FL_CLI_OUTCOME_H */
