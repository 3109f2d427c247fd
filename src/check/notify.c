/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notify.c - C10, C13, C14: notifications around changes, own
 * markings, livelocks
 *
 * The thread that changes a range notifies: start, change, end.  A marking that
 * starts over and over makes no progress.
 */
#include <string.h>

#include "check/check.h"
#include "device/internal.h"

static struct fl_check_thread *self(struct fl_checks *checks)
{
	return &checks->threads[fl_hw_current->id];
}

static void begin(struct fl_check_thread *t, const struct fl_event *e)
{
	if (t->nr_ranges == FL_CHECK_RANGES)
		fl_machine_violate("C10 notifier: one thread has started %u "
				   "ranges and ended none of them",
				   FL_CHECK_RANGES);
	t->ranges[t->nr_ranges++] = (struct fl_check_range){ e->process,
							     e->start, e->end };
}

static void end(struct fl_check_thread *t, const struct fl_event *e)
{
	unsigned int i = t->nr_ranges;

	while (i--) {
		const struct fl_check_range *r = &t->ranges[i];

		if (r->process != e->process || r->start != e->start ||
		    r->end != e->end)
			continue;
		t->ranges[i] = t->ranges[--t->nr_ranges];
		return;
	}
	fl_machine_violate("C10 notifier: the end of [%#lx, %#lx) has no "
			   "start in this thread",
			   e->start, e->end);
}

/* Marking looks a page up and starts over if it has changed,
 * but not forever. */
static void count_marking(struct fl_check_thread *t, const struct fl_event *e)
{
	if (!e->owner || strcmp(e->name, "EXCLUSIVE"))
		return;
	t->nr_markings = e->start == t->marking ? t->nr_markings + 1 : 1;
	t->marking = e->start;
	fl_machine_attempt(t->nr_markings - 1, 0);
	if (t->nr_markings > FL_CHECK_MARKINGS)
		fl_machine_violate("C14 livelock: the marking of %#lx began "
				   "more than FL_CHECK_MARKINGS = %u times in "
				   "a row, and no driver got the page",
				   e->start, FL_CHECK_MARKINGS);
}

static void marked(struct fl_checks *checks, struct fl_device *d,
		   unsigned long addr, unsigned long pfn)
{
	(void)d;
	(void)addr;
	(void)pfn;
	self(checks)->nr_markings = 0;
}

static void notified(struct fl_checks *checks, const struct fl_event *e)
{
	if (e->phase == FL_EVENT_START) {
		begin(self(checks), e);
		count_marking(self(checks), e);
	} else if (e->phase == FL_EVENT_END) {
		end(self(checks), e);
	}
}

static _Bool mirrored(const struct fl_change *c)
{
	const struct fl_device *d;

	for (d = c->process->world->devices; d; d = d->next)
		if (d->process == c->process && c->addr >= d->start &&
		    c->addr - d->start < d->len)
			return 1;
	return 0;
}

static _Bool covered(struct fl_checks *checks, const struct fl_change *c)
{
	const struct fl_check_thread *t = self(checks);
	unsigned int i;

	for (i = 0; i < t->nr_ranges; i++)
		if (t->ranges[i].process == c->process &&
		    c->addr >= t->ranges[i].start && c->addr < t->ranges[i].end)
			return 1;
	return 0;
}

/* Return: whether the change invalidates what a driver has looked up before. */
static _Bool invalidates(const struct fl_change *c)
{
	const unsigned long there = FL_PTE_PRESENT | FL_PTE_PROT_NONE;

	if (!(c->was & there))
		return 0;
	return !(c->now & there) || (c->was ^ c->now) & FL_PTE_PFN_MASK ||
	       (c->was & ~c->now & FL_PTE_WRITE);
}

/* An exclusive entry represents what a device has. */
static _Bool ends_entry(const struct fl_change *c)
{
	const unsigned long there = FL_PTE_PRESENT | FL_PTE_PROT_NONE |
				    FL_PTE_HUGE;

	return c->was && !(c->was & there) && fl_check_was(c).exclusive;
}

static void changed(struct fl_checks *checks, const struct fl_change *c)
{
	if (!c->process || !mirrored(c) || covered(checks, c))
		return;
	if (invalidates(c) || ends_entry(c))
		fl_machine_violate("C10 notifier: the entry of %#lx, which a "
				   "device mirrors, changes from %#lx to %#lx "
				   "outside any start and end",
				   c->addr, c->was, c->now);
}

static void revoked(struct fl_checks *checks, struct fl_device *d,
		    const struct fl_notification *n)
{
	(void)checks;
	if (!strcmp(n->event, "EXCLUSIVE") && n->owner == d)
		fl_machine_violate("C13 own marking: the driver of device %s "
				   "treats its own marking of [%#lx, %#lx) "
				   "as an invalidation",
				   d->name, n->start, n->end);
}

static void ended(struct fl_checks *checks)
{
	unsigned int i;

	for (i = 0; i < FL_CHECK_THREADS; i++) {
		const struct fl_check_thread *t = &checks->threads[i];

		if (t->nr_ranges)
			fl_machine_violate("C10 notifier: thread %u started "
					   "[%#lx, %#lx) and never ended it",
					   i, t->ranges[0].start,
					   t->ranges[0].end);
	}
}

const struct fl_checker fl_check_notify = {
	.rule = "C10 notifier, C13 own marking, C14 livelock",
	.changed = changed,
	.marked = marked,
	.notified = notified,
	.revoked = revoked,
	.ended = ended,
};
