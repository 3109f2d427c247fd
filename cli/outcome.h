/* SPDX-License-Identifier: GPL-2.0-only */
/* outcome.h - what an exploration has shown, and how it is printed */
#ifndef FL_CLI_OUTCOME_H
#define FL_CLI_OUTCOME_H

#include "request.h"

#define OUTCOME_MOST_STEPS	100000000UL	/* of one run, that may be asked for */
#define OUTCOME_DEFAULT_STEPS	10000UL		/* of one run */

struct outcome {
	const struct request *request;
	const struct fl_explore_result *result;
	const struct fl_recording *recording;	/* NULL: there is none */
	enum program_verdict verdict;
	double seconds;
	const char *stopped;		/* what stopped it early; NULL: nothing */
};

/* outcome_print - the verdict; the story is outcome_print_end(), after a violation */
void outcome_print(const struct outcome *outcome);
void outcome_print_end(const struct outcome *outcome);
void outcome_print_json(const struct outcome *outcome);

/* outcome_next - say what was decided, and what to run next.  Return: an exit code. */
int outcome_next(const struct outcome *outcome);

#endif /* FL_CLI_OUTCOME_H */
