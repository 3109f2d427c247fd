/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hooks.h - events that a world and its devices publish
 *
 *  - struct fl_hooks                   what is published
 *  - fl_subscribe(), fl_unsubscribe()
 *  - fl_publish()                      call a hook of all subscribers
 *
 * A publisher knows none of its subscribers.  A hook is called by the thread
 * that causes the event, before any other thread can do anything.  It may take
 * steps and may end the world, but must not change the subscribers.  Stores to
 * page tables and translations are events of the machine: struct fl_observer.
 */
#ifndef FL_WORLD_HOOKS_H
#define FL_WORLD_HOOKS_H

struct fl_world;
struct fl_process;
struct fl_device;
struct fl_event;
struct fl_notification;

/* NULL: the subscriber ignores the event. */
struct fl_hooks {
	/* @process, whose memory still exists, is about to exit. */
	void (*exiting)(void *arg, struct fl_process *process);
	/* The kernel has notified of a change, and the event is in the log. */
	void (*notified)(void *arg, const struct fl_event *event);
	/* The kernel has returned page @pfn at @addr to the driver as
	 * marked. */
	void (*marked)(void *arg, struct fl_device *device, unsigned long addr,
		       unsigned long pfn);
	/* The driver has set the device's entry for @addr. */
	void (*programmed)(void *arg, struct fl_device *device,
			   unsigned long addr);
	/* A notification (FL_EVENT_DEVICE) makes the driver drop rights. */
	void (*revoked)(void *arg, struct fl_device *device,
			const struct fl_notification *n);
};

/* Part of the subscriber's own data, which must exist until it unsubscribes. */
struct fl_subscriber {
	const struct fl_hooks *hooks;
	void *arg;
	struct fl_subscriber *next;
};

/* fl_subscribe - call the hooks of @subscriber from now on, before those of
 * earlier subscribers */
void fl_subscribe(struct fl_world *world, struct fl_subscriber *subscriber);
/* fl_unsubscribe - no effect if it has not subscribed */
void fl_unsubscribe(struct fl_world *world, struct fl_subscriber *subscriber);

/* fl_publish - call @hook, a member of struct fl_hooks, of all subscribers */
#define fl_publish(world, hook, ...)                                   \
	do {                                                           \
		const struct fl_subscriber *s_;                        \
                                                                       \
		for (s_ = (world)->subscribers; s_; s_ = s_->next)     \
			if (s_->hooks->hook)                           \
				s_->hooks->hook(s_->arg, __VA_ARGS__); \
	} while (0)

#endif /* FL_WORLD_HOOKS_H */
