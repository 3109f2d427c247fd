/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * progress.h - progress of a long search, and when to stop it
 *
 * On a terminal, the progress is one line that is overwritten; elsewhere, a
 * line is printed each minute.  Ctrl-C, SIGTERM, SIGHUP and the limits on
 * seconds and memory stop the search between two runs, and keep what was found
 * so far.  The same signal a second time ends the process.  The search is saved
 * every few seconds, or less often if saving takes long.
 */
#ifndef FL_CLI_PROGRESS_H
#define FL_CLI_PROGRESS_H

#include "faultlab/explore.h"

#define PROGRESS_SIGNALS 3

struct progress {
	double began, reported, saved;
	double every; /* seconds between two saves */
	/* Runs at the start: those of the checkpoint. */
	unsigned long had;
	unsigned long max_seconds; /* 0: no limit */
	unsigned long max_memory;  /* MiB; 0: no limit */
	/* Why it stopped: "--max-seconds", "Ctrl-C", ... */
	const char *why;
	_Bool terminal, saves, asked, resumed;
	void (*before[PROGRESS_SIGNALS])(int sig); /* previous handlers */
};

/*
 * progress_begin - start the clock, and handle the three signals
 *
 * @progress: the caller sets its limits and @saves before the search
 */
void progress_begin(struct progress *progress);

/*
 * progress_end - end the progress line, and handle the signals for later work
 */
void progress_end(struct progress *progress);

/* Return: a variable that is not 0 once one of the signals was received. */
const volatile int *progress_interrupted(void);

/* progress_release - restore the previous signal handlers */
void progress_release(struct progress *progress);

/* For fl_explore_config.progress. */
enum fl_explore_wish progress_report(void *progress,
				     const struct fl_explore_result *so_far);

/* progress_report_resumed - print, once, how many runs the checkpoint has */
void progress_report_resumed(struct progress *progress,
			     const struct fl_explore_result *result);

#endif /* FL_CLI_PROGRESS_H */
