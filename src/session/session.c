/* SPDX-License-Identifier: GPL-2.0-only */
/* session.c - from the first run of a world to the last; see session.h */
#include <errno.h>

#include "session/session.h"

int fl_session_begin(struct fl_session *s)
{
	if (fl_world_end(s->world))
		return -ENOTRECOVERABLE;
	s->checks = fl_checks_begin(s->world);
	return s->checks ? 0 : -ENOMEM;
}

int fl_session_follow(struct fl_session *s, const char *text,
		      struct fl_schedule_error *error)
{
	int ret = fl_session_begin(s);

	if (ret)
		return ret;
	ret = fl_schedule_parse(text, &s->schedule, error);
	if (ret)
		fl_session_end(s);
	return ret;
}

void fl_session_end(struct fl_session *s)
{
	fl_checks_end(s->checks);
	fl_schedule_free(&s->schedule);
}

static void judge(struct fl_session *s)
{
	fl_checks_at_end(s->checks);
	if (s->check)
		s->check(s->arg);
	if (s->state)
		s->final = s->state(s->arg);
	fl_checks_at_teardown(s->checks);
}

int fl_session_judge(struct fl_session *s)
{
	return FL_GUARDED(s->world->machine, (judge(s), 0));
}
