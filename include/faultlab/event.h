/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - the log of MMU notifications
 *
 *  - fl_event_count(), fl_event()  what was told so far
 *  - fl_events_watch()             a look at the world at that very moment
 *
 * Each process has a plain notifier of the log's own, told at the start and the
 * end of every range, and each device its interval notifier.
 */
#ifndef FAULTLAB_EVENT_H
#define FAULTLAB_EVENT_H

struct fl_world;
struct fl_process;
struct fl_device;

enum fl_event_phase {
	FL_EVENT_START,		/* invalidate_range_start */
	FL_EVENT_DEVICE,	/* a device's interval notifier */
	FL_EVENT_END,		/* invalidate_range_end */
	FL_EVENT_RELEASE,	/* the address space goes away */
};

struct fl_event {
	unsigned long number;		/* from 0, in the order of telling */
	enum fl_event_phase phase;
	const char *name;		/* the kernel's, without MMU_NOTIFY_ */
	unsigned long start, end;	/* bytes, end exclusive */
	const void *owner;		/* only for EXCLUSIVE and MIGRATE, else NULL */
	_Bool may_block;
	struct fl_process *process;
	struct fl_device *device;	/* FL_EVENT_DEVICE only, else NULL */
	int thread;			/* who caused it; 0: the host */
};

/* Return: events since boot. */
unsigned long fl_event_count(struct fl_world *world);

/* Return: event @number, valid until shutdown; NULL: there is none yet, or it
 * is older than the last FL_EVENT_LOG. */
const struct fl_event *fl_event(struct fl_world *world, unsigned long number);

#define FL_EVENT_LOG	4096	/* events that are kept */

/*
 * Called at each event, just after it was logged and before the driver acts on
 * it.  May use views only: it runs inside the kernel, with its locks held.
 */
typedef void fl_watch_fn(void *cookie, const struct fl_event *event);

/* fl_events_watch - one watcher a world; @fn NULL ends it */
void fl_events_watch(struct fl_world *world, fl_watch_fn *fn, void *cookie);

#endif /* FAULTLAB_EVENT_H */
