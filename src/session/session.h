/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h - what exploring, replaying and recording a world have in common
 *
 *  - fl_session_begin(), _end()    all checkers watch the world
 *  - fl_session_follow()           the same, with a schedule
 *  - fl_session_judge()            the checks after a run
 *
 * A session makes runs of the threads that the program has spawned.  Only this
 * folder knows worlds, checkers, searches and recordings alike.
 */
#ifndef FL_SESSION_SESSION_H
#define FL_SESSION_SESSION_H

#include "check/check.h"
#include "explore/schedule.h"
#include "world/internal.h"

struct fl_session {
	struct fl_world *world; /* set by the caller */
	/* The program's: as in struct fl_explore_config. */
	void (*check)(void *arg);
	unsigned long (*state)(void *arg);
	void *arg;

	struct fl_checks *checks;
	struct fl_schedule schedule; /* of fl_session_follow() */
	unsigned long final;	     /* what @state returned last */
};

/* fl_session_begin - Return: 0; -ENOTRECOVERABLE: the world has ended before;
 * -ENOMEM.  After an error the session has ended. */
int fl_session_begin(struct fl_session *session);

/*
 * fl_session_follow - begin, and parse a schedule
 * @error: NULL, or receives where and why @text is rejected
 * Return: as fl_session_begin(); -EINVAL with *@error.
 */
int fl_session_follow(struct fl_session *session, const char *text,
		      struct fl_schedule_error *error);

void fl_session_end(struct fl_session *session);

/*
 * fl_session_judge - check what must hold once all threads have ended: the
 * rules, then the program's own check; and that nothing is left after all
 * processes have exited
 *
 * Only restoring a snapshot undoes it.
 * Return: 0; -ENOTRECOVERABLE: the world has ended.
 */
int fl_session_judge(struct fl_session *session);

#endif /* FL_SESSION_SESSION_H */
