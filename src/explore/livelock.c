/* SPDX-License-Identifier: GPL-2.0-only */
/* livelock.c - check whether the loop at the end of a run is a livelock; see
 * livelock.h */
#include <errno.h>

#include "explore/livelock.h"
#include "explore/schedule.h"
#include "explore/search.h"
#include "machine/machine.h"

int fl_livelock_prove(struct fl_search *s, _Bool accept_unfair)
{
	struct fl_schedule schedule;
	struct fl_replay replay = {
		.machine = s->machine,
		.schedule = &schedule,
	};
	int ret = fl_schedule_of(s, &schedule);

	if (ret)
		return ret;
	schedule.unfair = accept_unfair;
	fl_machine_restore(s->machine);
	ret = fl_replay_run(&replay);
	fl_machine_schedule(s->machine, &s->scheduler);
	fl_schedule_free(&schedule);
	s->loop.unfair = replay.left_out != 0;
	if (ret == -ENOTRECOVERABLE)
		return FL_LIVELOCK_ENDED;
	if (ret || replay.looped == -ENOMEM)
		return ret ? ret : -ENOMEM;
	return replay.looped == 1 ? FL_LIVELOCK_UNFAIR : FL_LIVELOCK_NONE;
}
