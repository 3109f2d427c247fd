/* SPDX-License-Identifier: GPL-2.0-only */
/* violation.c - the end and the schedule of a run that ended the world */
#include <errno.h>

#include "session/exploration.h"

int fl_violation_schedule(const struct fl_search *search,
			  char text[FL_SCHEDULE])
{
	struct fl_schedule schedule;

	if (fl_schedule_of(search, &schedule))
		return -ENOMEM;
	if (fl_schedule_print(&schedule, text, FL_SCHEDULE) >= FL_SCHEDULE)
		*text = '\0';
	fl_schedule_free(&schedule);
	return 0;
}

int fl_violation_note(struct fl_explore_result *r, struct fl_search *search)
{
	if (r->violations++)
		return 0;
	if (search->end == FL_RUN_WORLD)
		fl_search_repeat(search);
	r->end = *fl_machine_end(search->machine);
	return fl_violation_schedule(search, r->schedule);
}
