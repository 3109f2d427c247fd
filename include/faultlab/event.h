/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - the log of MMU notifications
 *
 *  - fl_event_count(), fl_event()  events so far
 *  - fl_events_watch()             a callback at each event
 *
 * Each process has an MMU notifier of the log, which is called at the start and
 * the end of every invalidated range.  Each device has an interval notifier.
 */
#ifndef FAULTLAB_EVENT_H
#define FAULTLAB_EVENT_H

struct fl_world;
struct fl_process;
struct fl_device;

enum fl_event_phase {
	FL_EVENT_START,	  /* invalidate_range_start */
	FL_EVENT_DEVICE,  /* interval notifier of a device */
	FL_EVENT_END,	  /* invalidate_range_end */
	FL_EVENT_RELEASE, /* the address space is torn down */
};

struct fl_event {
	unsigned long number; /* from 0, in order of notification */
	enum fl_event_phase phase;
	const char *name;	  /* kernel's, without MMU_NOTIFY_ */
	unsigned long start, end; /* bytes, end exclusive */
	const void *owner;	  /* EXCLUSIVE, MIGRATE; else NULL */
	_Bool may_block;
	struct fl_process *process;
	struct fl_device *device; /* FL_EVENT_DEVICE only, else NULL */
	int thread;		  /* its cause; 0: the host */
};

/* Return: number of events since boot. */
unsigned long fl_event_count(struct fl_world *world);

/* Return: event @number, valid until shutdown; NULL: not logged yet, or older
 * than the last FL_EVENT_LOG events. */
const struct fl_event *fl_event(struct fl_world *world, unsigned long number);

#define FL_EVENT_LOG 4096 /* number of events kept */

/*
 * Called at each event, just after it was logged and before the driver handles
 * it.  Runs inside the kernel with its locks held, so it may only use views.
 */
typedef void fl_watch_fn(void *cookie, const struct fl_event *event);

/* fl_events_watch - set the watcher of the world; @fn NULL removes it */
void fl_events_watch(struct fl_world *world, fl_watch_fn *fn, void *cookie);

#endif /* FAULTLAB_EVENT_H */
