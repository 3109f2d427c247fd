/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * progress.h - how far a long search is, and when it is to stop
 *
 * On a terminal a line that is overwritten; elsewhere a line a minute.  Ctrl-C and
 * limits of seconds and of memory stop it between two runs, with what was found so far;
 * a second Ctrl-C ends the program.  Every few seconds, and less often where that takes
 * long, it is saved.
 */
#ifndef FL_CLI_PROGRESS_H
#define FL_CLI_PROGRESS_H

#include "faultlab/explore.h"

struct progress {
	double began, told, saved;
	double every;			/* seconds between two saves */
	unsigned long had;		/* runs that there were in the beginning */
	unsigned long max_seconds;	/* 0: as long as it takes */
	unsigned long max_memory;	/* MiB; 0: as much as there is */
	const char *why;		/* it stopped: "--max-seconds", "Ctrl-C", ... */
	_Bool terminal, saves, asked, resumed;
	void (*on_interrupt)(int sig);	/* as it was */
};

/* progress_begin - from now on; takes SIGINT.  @progress: limits and @saves are set */
void progress_begin(struct progress *progress);
void progress_end(struct progress *progress);

/* For struct fl_explore_config. */
enum fl_explore_wish progress_tell(void *progress,
				   const struct fl_explore_result *so_far);

#endif /* FL_CLI_PROGRESS_H */
