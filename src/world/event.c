/* SPDX-License-Identifier: GPL-2.0-only */
/* event.c - the event log: a ring of the last FL_EVENT_LOG notifications */
#include <stddef.h>

#include "world/internal.h"

void fl_event_log(struct fl_process *process, struct fl_device *device,
		  const struct fl_notification *n)
{
	struct fl_world *world = process->world;
	struct fl_event *event;

	fl_machine_hold(NULL);
	event = &world->log[world->nr_events % FL_EVENT_LOG];
	*event = (struct fl_event){
		.number = world->nr_events++,
		.phase = n->phase,
		.name = n->event,
		.start = n->start,
		.end = n->end,
		.owner = n->owner,
		.may_block = n->may_block,
		.process = process,
		.device = device,
		.thread = fl_hw_current->id,
	};
	fl_publish(world, notified, event);
	fl_machine_release(NULL);
}

int fl_event_listen(void *cookie, const struct fl_notification *n)
{
	fl_event_log(cookie, NULL, n);
	return 0;
}

unsigned long fl_event_count(struct fl_world *world)
{
	return world->nr_events;
}

const struct fl_event *fl_event(struct fl_world *world, unsigned long number)
{
	if (number >= world->nr_events ||
	    world->nr_events - number > FL_EVENT_LOG)
		return NULL;
	return &world->log[number % FL_EVENT_LOG];
}

void fl_events_watch(struct fl_world *world, fl_watch_fn *fn, void *cookie)
{
	world->watch.notified = fn;
	world->watcher.arg = cookie;
}
