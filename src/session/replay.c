/* SPDX-License-Identifier: GPL-2.0-only */
/* replay.c - one run of a world's threads under a schedule */
#include <errno.h>

#include "session/session.h"

struct replay {
	struct fl_session session;
	struct fl_replay replay;
};

static int run(struct replay *r)
{
	int ret = fl_replay_run(&r->replay);

	if (!ret)
		fl_checks_at_end(r->session.checks);
	return ret;
}

int fl_replay(struct fl_world *world, const char *text)
{
	struct replay r = {
		.session.world = world,
		.replay.machine = world->machine,
		.replay.schedule = &r.session.schedule,
	};
	int ret = fl_session_follow(&r.session, text, NULL);

	if (ret)
		return ret;
	ret = FL_IN_KERNEL(world, run(&r));
	if (fl_world_end(world))
		fl_machine_schedule(world->machine, NULL);
	if (fl_replay_fits(&r.replay, text, NULL))
		ret = -EILSEQ;
	fl_session_end(&r.session);
	return ret;
}
