/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folio_lock.c - the folio lock: one bit, and a list of waiters
 *
 * A thread holds it while it works on the contents or on all mappings of
 * a folio: marking, restoring, migration, reclaim, file systems.  The
 * holder may sleep.
 *
 *   waiter                               holder
 *   joins the list
 *   reads the bit: still set
 *                                        clears the bit
 *                                        finds the waiter on the list
 *                                        woken = true, wakes it
 *   fl_hw_block() returns
 *
 * If the waiter read the bit before it joined the list, it could miss the
 * wake-up and sleep forever.
 */
#include <errno.h>

#include "pte/page.h"

struct folio_waiter {
	struct folio_waiter *next; /* under folio_wait_lock, like woken */
	struct folio *folio;
	struct fl_hw_thread *thread;
	bool woken;
};

bool folio_trylock(struct folio *folio)
{
	if (fl_hw_contended("the folio lock"))
		return false;
	if (fetch_or(&folio->flags, FOLIO_LOCKED) & FOLIO_LOCKED)
		return false;
	fl_hw_folio_locked(folio_pfn(folio));
	return true;
}

/* Append, so that waiters are woken in the order of arrival. */
static void enqueue(struct folio_waiter *self)
{
	struct folio_waiter **link = &model.folio_waiters;

	spin_lock(&model.folio_wait_lock);
	while (*link)
		link = &(*link)->next;
	*link = self;
	spin_unlock(&model.folio_wait_lock);
}

static void dequeue(struct folio_waiter *self)
{
	struct folio_waiter **link = &model.folio_waiters;

	spin_lock(&model.folio_wait_lock);
	while (*link != self)
		link = &(*link)->next;
	*link = self->next;
	spin_unlock(&model.folio_wait_lock);
}

/* @lock: NULL, or a lock that is dropped as soon as no wake-up can be missed.
 * Return: 0 after an unlock; -EINTR if a fatal signal ended the wait. */
static int wait_for_unlock(struct folio *folio, bool killable,
			   struct spinlock *lock)
{
	struct folio_waiter self = {
		.folio = folio,
		.thread = fl_hw_current,
	};
	int ret = 0;

	enqueue(&self);
	if (lock)
		spin_unlock(lock);
	while (!READ_ONCE(self.woken) && folio_test_locked(folio) && !ret) {
		if (killable && fl_hw_fatal())
			ret = -EINTR;
		else
			fl_hw_block("folio lock", folio);
	}
	dequeue(&self);
	return ret;
}

void folio_wait_locked(struct folio *folio)
{
	if (folio_test_locked(folio))
		wait_for_unlock(folio, false, NULL);
}

void folio_wait_locked_killable(struct folio *folio)
{
	if (folio_test_locked(folio))
		wait_for_unlock(folio, true, NULL);
}

void folio_wait_and_unlock(struct folio *folio, struct spinlock *lock)
{
	wait_for_unlock(folio, false, lock);
}

void folio_lock(struct folio *folio)
{
	fl_hw_might_sleep(0, __FILE__, __LINE__);
	while (!folio_trylock(folio))
		wait_for_unlock(folio, false, NULL);
}

int folio_lock_killable(struct folio *folio)
{
	int ret = 0;

	fl_hw_might_sleep(0, __FILE__, __LINE__);
	while (!ret && !folio_trylock(folio))
		ret = wait_for_unlock(folio, true, NULL);
	return ret;
}

/*
 * Wakes all waiters, which then compete for the lock.  The kernel wakes one,
 * and hands the lock over to a waiter that has lost too often.
 *
 * Once the bit is clear the folio may be freed: the pointer then only serves to
 * compare with those of waiters.
 */
void folio_unlock(struct folio *folio)
{
	struct folio_waiter *w;

	VM_BUG_ON(!folio_test_locked(folio));
	fl_hw_folio_unlock(folio_pfn(folio));
	fetch_and(&folio->flags, ~FOLIO_LOCKED);
	spin_lock(&model.folio_wait_lock);
	for (w = model.folio_waiters; w; w = w->next)
		if (w->folio == folio) {
			WRITE_ONCE(w->woken, true);
			fl_hw_wake(w->thread);
		}
	spin_unlock(&model.folio_wait_lock);
}
