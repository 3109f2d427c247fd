/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * progress.h - how far a long search is, and when it is to stop
 *
 * On a terminal a line that is overwritten; elsewhere a line a minute.  Ctrl-C, SIGTERM,
 * SIGHUP and limits of seconds and of memory stop the search between two runs, with what
 * was found so far; the same signal a second time ends the process.  The search is saved
 * every few seconds, and less often if that takes long.
 */
#ifndef FL_CLI_PROGRESS_H
#define FL_CLI_PROGRESS_H

#include "faultlab/explore.h"

#define PROGRESS_SIGNALS	3

struct progress {
	double began, told, saved;
	double every;			/* seconds between two saves */
	unsigned long had;		/* runs that there were in the beginning */
	unsigned long max_seconds;	/* 0: as long as it takes */
	unsigned long max_memory;	/* MiB; 0: as much as there is */
	const char *why;		/* it stopped: "--max-seconds", "Ctrl-C", ... */
	_Bool terminal, saves, asked, resumed;
	void (*before[PROGRESS_SIGNALS])(int sig);	/* handlers, as they were */
};

/* progress_begin - from now on; takes the three signals.  @progress: limits and @saves are set */
void progress_begin(struct progress *progress);

/* progress_end - of the search; the next signal is for what comes after it */
void progress_end(struct progress *progress);

/* Return: not 0 once one of the signals has come. */
const volatile int *progress_interrupted(void);

/* progress_release - the signals do what they did before */
void progress_release(struct progress *progress);

/* For struct fl_explore_config. */
enum fl_explore_wish progress_tell(void *progress,
				   const struct fl_explore_result *so_far);

/* progress_tell_resumed - say, once, how many runs the checkpoint had */
void progress_tell_resumed(struct progress *progress,
			   const struct fl_explore_result *result);

#endif /* FL_CLI_PROGRESS_H */
