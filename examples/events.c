/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events.c - notifications for drivers when a page is marked and restored
 *
 * shows: fl_event_count() fl_event() fl_events_watch() fl_device_owner()
 */
#include "example.h"

static void watch(void *cookie, const struct fl_event *event)
{
	++*(unsigned int *)cookie;
	CHECK(event->start == ADDR);
}

int main(int argc, char **argv)
{
	static const char *const phases[] = { "start", "device", "end",
					      "release" };
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_device *device = example_device(world, process);
	const struct fl_event *event;
	unsigned int seen = 0;
	unsigned long i, value;

	CHECK(!fl_store(process, ADDR, 1));
	i = fl_event_count(world);
	fl_events_watch(world, watch, &seen);
	CHECK(fl_device_make_exclusive(device, ADDR, FL_PAGE) == 1);
	CHECK(!fl_load(process, ADDR, &value));
	fl_events_watch(world, NULL, NULL);
	for (; (event = fl_event(world, i)); i++)
		printf("%-7s %s, owner %s\n", phases[event->phase], event->name,
		       event->owner == fl_device_owner(device) ? "this device" :
								 "none");
	CHECK(seen == 6);
	return example_end(world);
}
