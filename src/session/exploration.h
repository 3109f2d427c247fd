/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exploration.h - the state of fl_explore(), from its first run to its result
 *
 *  - explore.c     one run after another, and the result
 *  - violation.c   what is reported of a run that ended the world
 *  - livelocks.c   loops, and random runs that look for livelocks
 *  - resume.c      save it to a checkpoint, and resume it
 */
#ifndef FL_SESSION_EXPLORATION_H
#define FL_SESSION_EXPLORATION_H

#include "explore/file.h"
#include "explore/search.h"
#include "explore/set.h"
#include "session/session.h"

/* What is known about livelocks, and the results of random runs; saved in a
 * checkpoint.  An unfair livelock leaves out a thread that could run. */
struct fl_livelocks {
	_Bool enough;	      /* stop the search for unfair ones */
	unsigned int tries;   /* unfair ones that were replayed */
	unsigned long unfair; /* unfair ones that were proved */
	char unfair_schedule[FL_SCHEDULE];
	unsigned long probes;
	/* A violation found by a random run, in case the search finds none. */
	struct fl_end probed;
	char probed_schedule[FL_SCHEDULE];
};

struct fl_exploration {
	struct fl_session session;
	const struct fl_explore_config *config;
	struct fl_explore_result *result;
	struct fl_share share;
	struct fl_search search;
	struct fl_set states;
	struct fl_livelocks livelocks;
	_Bool over;	     /* no run is left */
	struct fl_file file; /* the checkpoint; path NULL: none */
	char of[512];	     /* identifies the search */
};

/* Print the schedule of the last run of @search to @text, or "" if it is too
 * long.  Return: 0, -ENOMEM. */
int fl_violation_schedule(const struct fl_search *search,
			  char text[FL_SCHEDULE]);

/* Count a violation: the last run of @search ended the world.  The first one is
 * reported in @result.  Return: 0, -ENOMEM. */
int fl_violation_note(struct fl_explore_result *result,
		      struct fl_search *search);

/*
 * fl_livelocks_judge - check whether the last run, which ended in a loop, is a
 * livelock
 * Return: 1: a violation, and the world has ended; 0: the search continues
 * after the loop; -errno.
 */
int fl_livelocks_judge(struct fl_exploration *x);

/*
 * fl_livelocks_probe - make random runs that look for livelocks
 *
 * Threads that retry their operations may do so forever, each in the way of
 * the others, and the search may reach such a run very late.
 * Return: 1: there is one, and the world has ended; 0; -errno.
 */
int fl_livelocks_probe(struct fl_exploration *x);

/* Report the random run's violation if the search has ended without one. */
void fl_livelocks_report(struct fl_exploration *x);

/*
 * fl_exploration_resume - open the checkpoint, if the caller has named one, and
 * load the search that is saved in it
 * Return: 0; -errno as fl_explore().
 */
int fl_exploration_resume(struct fl_exploration *x);

/* fl_exploration_save - save the search, if it has a checkpoint; an error is
 * reported in the result */
void fl_exploration_save(struct fl_exploration *x);

#endif /* FL_SESSION_EXPLORATION_H */
