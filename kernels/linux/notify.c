/* SPDX-License-Identifier: GPL-2.0-only */
/* notify.c - convert the kernel's notifications to those of kernel.h */
#include <linux/mmu_notifier.h>
#include "port.h"
#include "../../include/faultlab/event.h"

struct mirror {
	struct mmu_interval_notifier mni;
	fl_notify_fn *fn;
	void *cookie;
};

struct listener {
	struct mmu_notifier mn;
	fl_notify_fn *fn;
	void *cookie;
};

static const char *event_name(enum mmu_notifier_event event)
{
	switch (event) {
	case MMU_NOTIFY_UNMAP:
		return "UNMAP";
	case MMU_NOTIFY_CLEAR:
		return "CLEAR";
	case MMU_NOTIFY_PROTECTION_VMA:
		return "PROTECTION_VMA";
	case MMU_NOTIFY_PROTECTION_PAGE:
		return "PROTECTION_PAGE";
	case MMU_NOTIFY_SOFT_DIRTY:
		return "SOFT_DIRTY";
	case MMU_NOTIFY_RELEASE:
		return "RELEASE";
	case MMU_NOTIFY_MIGRATE:
		return "MIGRATE";
	case MMU_NOTIFY_EXCLUSIVE:
		return "EXCLUSIVE";
	default:
		return "unknown";
	}
}

/* Only these two events set the owner; in others it is uninitialised. */
static bool has_owner(enum mmu_notifier_event event)
{
	return event == MMU_NOTIFY_EXCLUSIVE || event == MMU_NOTIFY_MIGRATE;
}

static struct fl_notification notification(
	int phase, const struct mmu_notifier_range *range)
{
	return (struct fl_notification){
		.phase = phase,
		.event = event_name(range->event),
		.start = range->start,
		.end = range->end,
		.owner = has_owner(range->event) ? range->owner : NULL,
		.may_block = mmu_notifier_range_blockable(range),
	};
}

/* -- interval notifiers -- */

static bool invalidate(struct mmu_interval_notifier *mni,
		       const struct mmu_notifier_range *range,
		       unsigned long seq)
{
	struct mirror *mirror = container_of(mni, struct mirror, mni);
	struct fl_notification n = notification(FL_EVENT_DEVICE, range);

	n.listener = (struct fl_listener *)mirror;
	n.seq = seq;
	return !mirror->fn(mirror->cookie, &n);
}

static const struct mmu_interval_notifier_ops mirror_ops = {
	.invalidate = invalidate,
};

static int fl_notify_mirror(struct fl_mm *mm, unsigned long start,
			    unsigned long len, fl_notify_fn *fn, void *cookie,
			    struct fl_listener **out)
{
	struct mirror *mirror = fl_hw_alloc(sizeof(*mirror), FL_ALLOC_ZERO);
	int ret;

	if (!mirror)
		return -ENOMEM;
	mirror->fn = fn;
	mirror->cookie = cookie;
	ret = mmu_interval_notifier_insert(&mirror->mni, fl_use_mm(mm), start,
					   len, &mirror_ops);
	if (ret)
		fl_hw_free(mirror);
	else
		*out = (struct fl_listener *)mirror;
	return ret;
}

struct mmu_interval_notifier *fl_notify_interval(struct fl_listener *listener)
{
	return &((struct mirror *)listener)->mni;
}

static void fl_notify_unmirror(struct fl_listener *listener)
{
	struct mirror *mirror = (struct mirror *)listener;

	mmu_interval_notifier_remove(&mirror->mni);
	fl_hw_free(mirror);
}

static unsigned long fl_notify_begin(struct fl_listener *listener)
{
	return mmu_interval_read_begin(fl_notify_interval(listener));
}

static _Bool fl_notify_retry(struct fl_listener *listener, unsigned long seq)
{
	return mmu_interval_read_retry(fl_notify_interval(listener), seq);
}

static void fl_notify_set_seq(struct fl_listener *listener, unsigned long seq)
{
	mmu_interval_set_seq(fl_notify_interval(listener), seq);
}

/* -- the notifier of a whole address space -- */

static struct listener *listener_of(struct mmu_notifier *mn)
{
	return container_of(mn, struct listener, mn);
}

static int range_start(struct mmu_notifier *mn,
		       const struct mmu_notifier_range *range)
{
	struct listener *l = listener_of(mn);
	struct fl_notification n = notification(FL_EVENT_START, range);

	return l->fn(l->cookie, &n);
}

static void range_end(struct mmu_notifier *mn,
		      const struct mmu_notifier_range *range)
{
	struct listener *l = listener_of(mn);
	struct fl_notification n = notification(FL_EVENT_END, range);

	l->fn(l->cookie, &n);
}

/* The kernel does not use the listener after this call.  mmu_notifier_put()
 * frees it later. */
static void release_listener(struct mmu_notifier *mn, struct mm_struct *mm)
{
	struct listener *l = listener_of(mn);
	struct fl_notification n = {
		.phase = FL_EVENT_RELEASE,
		.event = "RELEASE",
		.end = ~0UL,
		.may_block = true,
	};

	l->fn(l->cookie, &n);
	mmu_notifier_put(mn);
}

static void free_notifier(struct mmu_notifier *mn)
{
	fl_hw_free(listener_of(mn));
}

static const struct mmu_notifier_ops listen_ops = {
	.invalidate_range_start = range_start,
	.invalidate_range_end = range_end,
	.release = release_listener,
	.free_notifier = free_notifier,
};

static int fl_notify_listen(struct fl_mm *mm, fl_notify_fn *fn, void *cookie)
{
	struct listener *l = fl_hw_alloc(sizeof(*l), FL_ALLOC_ZERO);
	int ret;

	if (!l)
		return -ENOMEM;
	l->fn = fn;
	l->cookie = cookie;
	l->mn.ops = &listen_ops;
	l->mn.users = 1;
	ret = mmu_notifier_register(&l->mn, fl_use_mm(mm));
	if (ret)
		fl_hw_free(l);
	return ret;
}

const struct fl_notifier_ops fl_notifier_ops = {
	.mirror = fl_notify_mirror,
	.unmirror = fl_notify_unmirror,
	.read_begin = fl_notify_begin,
	.read_retry = fl_notify_retry,
	.set_seq = fl_notify_set_seq,
	.listen = fl_notify_listen,
};
