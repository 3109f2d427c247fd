/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folio_lock.c - the lock of a folio: one bit, and a list of those who wait
 *
 * It may be held while sleeping, by whoever works on the contents or on all the
 * mappings of a folio: marking, restoring, migration, reclaim, file systems.
 *
 *   waiter                               holder
 *   on the list
 *   looks at the bit: still set
 *                                        clears the bit
 *                                        finds the waiter on the list
 *                                        woken = true, wakes it
 *   fl_hw_block() returns
 *
 * Were the waiter to look before it is on the list, it would sleep for ever.
 */
#include <errno.h>

#include "pte/page.h"

struct folio_waiter {
	struct folio_waiter *next;	/* under folio_wait_lock, as woken is */
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

/* At the end of the list: who came first is woken first. */
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

/* @lock: NULL, or to be unlocked once no wake-up can be missed any more.
 * Return: 0 after an unlock, -EINTR where a fatal signal ended the wait. */
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
 * All waiters are woken and compete; the kernel wakes one, and hands the lock
 * over where that one has lost too often.
 *
 * Once the bit is clear the folio may be freed: from there it is only a number
 * that waiters are compared with.
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
