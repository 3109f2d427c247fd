/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * driver.c - code that both drivers share: the device's page table under the
 * driver's mutex, and the invalidation that revokes rights
 *
 * A driver must not treat its own marking as an invalidation: it would
 * drop the right that it is about to grant, and its own sequence would
 * change on every attempt.
 */
#include <errno.h>
#include <string.h>

#include "device/internal.h"
#include "machine/port.h"

int fl_driver_lock(struct fl_device *d, unsigned int flags)
{
	return fl_hw_lock(&d->lock, FL_HW_SLEEPLOCK, flags, &d->lock,
			  "device mutex");
}

void fl_driver_unlock(struct fl_device *d)
{
	fl_hw_unlock(&d->lock, 0, &d->lock);
}

/* Check both event and owner: when the driver itself moves a page, the
 * notification has the same owner, but the frame changes. */
static _Bool own_marking(const struct fl_device *d,
			 const struct fl_notification *n)
{
	_Bool marking = !strcmp(n->event, "EXCLUSIVE"), own = n->owner == d;

	if (d->flaws & FL_FLAW_NO_FILTER)
		return 0;
	if (d->flaws & FL_FLAW_FILTER_EVENT)
		return marking;
	if (d->flaws & FL_FLAW_FILTER_OWNER)
		return own;
	return marking && own;
}

static void set_entry(struct fl_device *d, unsigned long addr,
		      struct fl_device_pte pte)
{
	struct fl_device_pte *entry = fl_device_entry(d, addr);

	fl_hw_access(FL_HW_STORE, entry, sizeof(*entry));
	*entry = pte;
}

int fl_driver_invalidate(void *cookie, const struct fl_notification *n)
{
	struct fl_device *d = cookie;
	unsigned long addr;

	fl_event_log(d->process, d, n);
	if (own_marking(d, n))
		return 0;
	fl_publish(d->world, revoked, d, n);
	if (fl_driver_lock(d, n->may_block ? 0 : FL_LOCK_TRY))
		return -EAGAIN;
	d->world->kernel->notifier->set_seq(n->listener, n->seq);
	/* Let a running access finish. */
	fl_machine_hold(&d->busy);
	for (addr = n->start > d->start ? n->start : d->start;
	     addr < n->end && addr < d->start + d->len; addr += FL_PAGE)
		set_entry(d, addr, (struct fl_device_pte){ 0 });
	fl_machine_release(&d->busy);
	fl_driver_unlock(d);
	return 0;
}

void fl_driver_program(struct fl_device *d, unsigned long addr,
		       unsigned long pfn, _Bool writable)
{
	fl_machine_hold(&d->busy);
	set_entry(d, addr, (struct fl_device_pte){ 1, writable, pfn });
	fl_publish(d->world, programmed, d, addr);
	fl_machine_release(&d->busy);
}

void fl_driver_release(struct fl_device *d, unsigned long pfn)
{
	d->world->kernel->folio->unlock(pfn);
	d->world->kernel->folio->put(pfn);
}
