/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chain.c - notifiers of a whole address space, and the order of notifications
 *
 * One list for each mm, created by the first registration.  It is read under
 * SRCU, because listeners may sleep; an entry is freed only after all
 * readers have left.
 */
#include <errno.h>

#include "notifier/notifier.h"
#include "faultlab/event.h"

struct listener {
	struct listener *next;
	fl_notify_fn *fn;
	void *cookie;
};

static const char *const event_names[] = {
	[MMU_NOTIFY_UNMAP] = "UNMAP",
	[MMU_NOTIFY_CLEAR] = "CLEAR",
	[MMU_NOTIFY_PROTECTION_VMA] = "PROTECTION_VMA",
	[MMU_NOTIFY_PROTECTION_PAGE] = "PROTECTION_PAGE",
	[MMU_NOTIFY_SOFT_DIRTY] = "SOFT_DIRTY",
	[MMU_NOTIFY_RELEASE] = "RELEASE",
	[MMU_NOTIFY_MIGRATE] = "MIGRATE",
	[MMU_NOTIFY_EXCLUSIVE] = "EXCLUSIVE",
};

struct fl_notification notifier_text(int phase,
				     const struct notifier_range *range)
{
	return (struct fl_notification){
		.phase = phase,
		.event = event_names[range->event],
		.start = range->start,
		.end = range->end,
		.owner = range->owner,
		.may_block = true,
	};
}

static void notify_all(struct notifier_subscriptions *subs, int phase,
		       const struct notifier_range *range)
{
	struct fl_notification n = notifier_text(phase, range);
	int idx = fl_hw_srcu_read_lock(&model.srcu);
	struct listener *l;

	for (l = READ_ONCE(subs->list); l; l = READ_ONCE(l->next))
		l->fn(l->cookie, &n);
	fl_hw_srcu_read_unlock(&model.srcu, idx);
}

void notifier_start(const struct notifier_range *range)
{
	struct notifier_subscriptions *subs = READ_ONCE(range->mm->notifiers);

	fl_hw_might_sleep(0, __FILE__, __LINE__);
	VM_BUG_ON(range->start >= range->end);
	if (!subs)
		return;
	interval_start(subs, range);
	notify_all(subs, FL_EVENT_START, range);
}

void notifier_end(const struct notifier_range *range)
{
	struct notifier_subscriptions *subs = READ_ONCE(range->mm->notifiers);

	if (!subs)
		return;
	interval_end(subs);
	notify_all(subs, FL_EVENT_END, range);
}

/*
 * An end must not come without its start.  So the mmap lock is taken for
 * writing, which excludes threads between a start and its end.  (The kernel has
 * threads that come through the reverse map, too, and also takes their locks.)
 */
int notifier_prepare(struct mm_struct *mm)
{
	struct notifier_subscriptions *subs;
	int ret = write_lock_killable(&mm->mmap_lock);

	if (ret)
		return ret;
	if (!mm->notifiers) {
		subs = fl_hw_cache_alloc(model.subscriptions_cache,
					 FL_ALLOC_ZERO | FL_ALLOC_SLEEP);
		if (subs) {
			spin_lock_init(&subs->lock, "notifier");
			subs->seq = 2;
			WRITE_ONCE(mm->notifiers, subs);
		}
	}
	ret = mm->notifiers ? 0 : -ENOMEM;
	write_unlock(&mm->mmap_lock);
	return ret;
}

int listen(struct fl_mm *m, fl_notify_fn *fn, void *cookie)
{
	struct mm_struct *mm = mm_of(m);
	struct listener *l = fl_hw_alloc(sizeof(*l),
					 FL_ALLOC_ZERO | FL_ALLOC_SLEEP);
	int ret = l ? notifier_prepare(mm) : -ENOMEM;

	if (!ret)
		ret = write_lock_killable(&mm->mmap_lock);
	if (ret) {
		fl_hw_free(l);
		return ret;
	}
	l->fn = fn;
	l->cookie = cookie;
	spin_lock(&mm->notifiers->lock);
	l->next = mm->notifiers->list;
	WRITE_ONCE(mm->notifiers->list, l);
	spin_unlock(&mm->notifiers->lock);
	write_unlock(&mm->mmap_lock);
	return 0;
}

/* Detach the list, wait for its readers, free it. */
static void drop_all(struct notifier_subscriptions *subs)
{
	struct listener *l, *next;

	spin_lock(&subs->lock);
	l = subs->list;
	WRITE_ONCE(subs->list, NULL);
	spin_unlock(&subs->lock);
	fl_hw_synchronize_srcu(&model.srcu);
	for (; l; l = next) {
		next = l->next;
		fl_hw_free(l);
	}
}

void notifier_release(struct mm_struct *mm)
{
	struct notifier_range range = {
		.mm = mm,
		.event = MMU_NOTIFY_RELEASE,
		.end = ~0UL,
	};

	if (!mm->notifiers)
		return;
	interval_start(mm->notifiers, &range);
	interval_end(mm->notifiers);
	notify_all(mm->notifiers, FL_EVENT_RELEASE, &range);
	drop_all(mm->notifiers);
}

void notifier_destroy(struct mm_struct *mm)
{
	struct notifier_subscriptions *subs = mm->notifiers;

	if (subs)
		VM_BUG_ON(subs->list || subs->intervals || subs->deferred);
	fl_hw_free(subs);
	mm->notifiers = NULL;
}
