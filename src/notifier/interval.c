/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * interval.c - notifiers of a range, and the sequence that readers check
 *
 * For drivers that look pages up and program them later.  If a driver reads the
 * same sequence before the lookup and after it, under its own lock, no
 * invalidation has run in between.
 *
 *   seq even: nothing is being invalidated      odd: something is
 *
 *   driver                               invalidation
 *   s = read_begin()
 *   looks the pages up
 *                                        seq becomes odd
 *                                        notifies the driver, under its lock:
 *                                          it drops pages, sets its seq
 *   takes its lock
 *   read_retry(s): not its seq: retries
 *
 * The list must not change during an invalidation, because each one walks it
 * twice.  A mirror that is added or removed meanwhile is put on a second list,
 * which the end of the last invalidation processes.
 */
#include <errno.h>

#include "notifier/notifier.h"
#include "faultlab/event.h"

struct interval {
	struct interval *next; /* sorted by start; under the lock */
	struct interval *deferred_next;
	bool linked;
	struct mm_struct *mm; /* referenced */
	unsigned long start, end;
	unsigned long seq; /* of the last invalidation */
	fl_notify_fn *fn;
	void *cookie;
};

struct interval_waiter {
	struct interval_waiter *next;
	struct fl_hw_thread *thread;
};

static bool is_invalidating(const struct notifier_subscriptions *subs)
{
	assert_spin_held(&subs->lock);
	return subs->seq & 1;
}

static void link_interval(struct notifier_subscriptions *subs,
			  struct interval *it)
{
	struct interval **link = &subs->intervals;

	while (*link && (*link)->start <= it->start)
		link = &(*link)->next;
	it->next = *link;
	*link = it;
	it->linked = true;
}

static void unlink_interval(struct notifier_subscriptions *subs,
			    struct interval *it)
{
	struct interval **link = &subs->intervals;

	while (*link != it)
		link = &(*link)->next;
	*link = it->next;
	it->linked = false;
}

static struct interval *first_in(struct interval *it,
				 const struct notifier_range *range)
{
	while (it && (it->end <= range->start || it->start >= range->end))
		it = it->next;
	return it;
}

/* The list does not change while seq is odd, so the walk needs no lock and a
 * driver may sleep. */
void interval_start(struct notifier_subscriptions *subs,
		    const struct notifier_range *range)
{
	struct fl_notification n = notifier_text(FL_EVENT_DEVICE, range);
	struct interval *it;

	spin_lock(&subs->lock);
	subs->active++;
	it = first_in(subs->intervals, range);
	if (it)
		subs->seq |= 1;
	n.seq = subs->seq;
	spin_unlock(&subs->lock);
	for (; it; it = first_in(it->next, range)) {
		n.listener = (struct fl_listener *)it;
		it->fn(it->cookie, &n);
	}
}

static void run_deferred(struct notifier_subscriptions *subs)
{
	struct interval *it;

	while ((it = subs->deferred)) {
		subs->deferred = it->deferred_next;
		if (it->linked)
			unlink_interval(subs, it);
		else
			link_interval(subs, it);
	}
}

static void wake_all(struct notifier_subscriptions *subs)
{
	struct interval_waiter *w;

	for (w = subs->waiters; w; w = w->next)
		fl_hw_wake(w->thread);
}

void interval_end(struct notifier_subscriptions *subs)
{
	spin_lock(&subs->lock);
	if (!--subs->active && is_invalidating(subs)) {
		subs->seq++;
		run_deferred(subs);
		wake_all(subs);
	}
	spin_unlock(&subs->lock);
}

/* The new mirror's own sequence must be odd, and must not be a future one. */
static void insert(struct notifier_subscriptions *subs, struct interval *it)
{
	spin_lock(&subs->lock);
	if (is_invalidating(subs)) {
		it->deferred_next = subs->deferred;
		subs->deferred = it;
		it->seq = subs->seq;
	} else {
		/* Running invalidations that notified no mirror may include
		 * the new range. */
		if (subs->active)
			subs->seq |= 1;
		it->seq = subs->active ? subs->seq : subs->seq - 1;
		link_interval(subs, it);
	}
	spin_unlock(&subs->lock);
}

void interval_init(void)
{
	model.interval_cache = fl_hw_cache_create("interval",
						  sizeof(struct interval),
						  _Alignof(struct interval),
						  NULL);
}

static int mirror(struct fl_mm *m, unsigned long start, unsigned long len,
		  fl_notify_fn *fn, void *cookie, struct fl_listener **out)
{
	struct mm_struct *mm = mm_of(m);
	struct interval *it = fl_hw_cache_alloc(model.interval_cache,
						FL_ALLOC_ZERO | FL_ALLOC_SLEEP);
	int ret = it ? notifier_prepare(mm) : -ENOMEM;

	if (ret) {
		fl_hw_free(it);
		return ret;
	}
	it->mm = mm;
	it->start = start;
	it->end = start + len;
	it->fn = fn;
	it->cookie = cookie;
	atomic_add_return(&mm->count, 1);
	insert(mm->notifiers, it);
	*out = (struct fl_listener *)it;
	return 0;
}

static void cancel_deferred(struct notifier_subscriptions *subs,
			    struct interval *it)
{
	struct interval **link = &subs->deferred;

	while (*link != it)
		link = &(*link)->deferred_next;
	*link = it->deferred_next;
}

/* Return: 0: removed; else the sequence whose end the caller must wait for. */
static unsigned long try_remove(struct notifier_subscriptions *subs,
				struct interval *it)
{
	unsigned long seq = 0;

	spin_lock(&subs->lock);
	if (!is_invalidating(subs)) {
		unlink_interval(subs, it);
	} else if (!it->linked) {
		cancel_deferred(subs, it);
	} else {
		it->deferred_next = subs->deferred;
		subs->deferred = it;
		seq = subs->seq;
	}
	spin_unlock(&subs->lock);
	return seq;
}

static void wait_past(struct notifier_subscriptions *subs, unsigned long seq)
{
	struct interval_waiter self = { .thread = fl_hw_current }, **link;

	spin_lock(&subs->lock);
	self.next = subs->waiters;
	subs->waiters = &self;
	while (subs->seq == seq) {
		spin_unlock(&subs->lock);
		fl_hw_block("notifier", subs);
		spin_lock(&subs->lock);
	}
	for (link = &subs->waiters; *link != &self; link = &(*link)->next)
		;
	*link = self.next;
	spin_unlock(&subs->lock);
}

/* -- the sequence -- */

static struct interval *interval_of(struct fl_listener *listener)
{
	return (struct interval *)listener;
}

/* Wait while this range is being invalidated: the driver would have to discard
 * whatever it looked up now. */
static unsigned long mirror_begin(struct fl_listener *listener)
{
	struct interval *it = interval_of(listener);
	struct notifier_subscriptions *subs = it->mm->notifiers;
	unsigned long seq;
	bool invalidating;

	spin_lock(&subs->lock);
	seq = READ_ONCE(it->seq);
	invalidating = seq == subs->seq;
	spin_unlock(&subs->lock);
	if (invalidating)
		wait_past(subs, seq);
	return seq;
}

_Bool mirror_retry(struct fl_listener *listener, unsigned long seq)
{
	return READ_ONCE(interval_of(listener)->seq) != seq;
}

static void mirror_set_seq(struct fl_listener *listener, unsigned long seq)
{
	WRITE_ONCE(interval_of(listener)->seq, seq);
}

/* After this returns, the driver gets no more notifications.  Context: sleeps;
 * the caller holds no lock that the driver takes when it is notified. */
static void unmirror(struct fl_listener *listener)
{
	struct interval *it = (struct interval *)listener;
	struct mm_struct *mm = it->mm;
	unsigned long seq = try_remove(mm->notifiers, it);

	if (seq)
		wait_past(mm->notifiers, seq);
	fl_hw_free(it);
	mmdrop(mm);
}

const struct fl_notifier_ops notifier_ops = {
	.mirror = mirror,
	.unmirror = unmirror,
	.read_begin = mirror_begin,
	.read_retry = mirror_retry,
	.set_seq = mirror_set_seq,
	.listen = listen, /* chain.c: no interval, no sequence */
};
