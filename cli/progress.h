/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * progress.h - how far a long search is, and when it is to stop
 *
 * On a terminal a line that is overwritten; elsewhere a line a minute.  Ctrl-C and a
 * limit of seconds stop it between two runs, with what was found so far; a second
 * Ctrl-C ends the program.
 */
#ifndef FL_CLI_PROGRESS_H
#define FL_CLI_PROGRESS_H

#include "faultlab/explore.h"

struct progress {
	double began, told;
	unsigned long max_seconds;	/* 0: as long as it takes */
	const char *why;		/* it stopped: "--max-seconds", "Ctrl-C" */
	_Bool terminal;
};

/* progress_begin - from now on; takes SIGINT */
void progress_begin(struct progress *progress, unsigned long max_seconds);
void progress_end(struct progress *progress);

/* For struct fl_explore_config. */
_Bool progress_tell(void *progress, const struct fl_explore_result *so_far);

#endif /* FL_CLI_PROGRESS_H */
