/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.c - locks that know their owner
 *
 *  - fl_hw_lock(), _unlock(), _lock_downgrade(), _lock_held(), _lock_sequence()
 *  - fl_hw_note_acquire(), _release()
 *  - fl_hw_folio_locked(), _unlock(), fl_hw_on_behalf()
 *  - fl_hw_might_sleep()
 *
 * Invariant: a lock word is the sum of the held entries of all threads.
 */
#include <stdio.h>

#include "internal.h"

#define EINTR_HW	4
#define EBUSY_HW	16
#define HERE		((unsigned long)__builtin_return_address(0))

static struct fl_held *find(struct fl_thread *t, const void *key, int shared)
{
	unsigned int i;

	for (i = t->nr_held; i-- > t->held_base;)
		if (fl_held(t, i)->key == key &&
		    (shared < 0 || fl_held(t, i)->shared == shared))
			return fl_held(t, i);
	return NULL;
}

static void hold(struct fl_thread *t, struct fl_held held)
{
	struct fl_machine *m = fl_machine_current;

	FL_HOLD();	/* all threads share the counter */
	if (t->nr_held == FL_LIMIT_HELD_LOCKS) {
		if (m->more_held_by)
			fl_limit(FL_LIMIT_HELD_LOCKS);
		m->more_held_by = t;
	}
	if (t->nr_held == FL_LIMIT_HELD_LOCKS + FL_LIMIT_MORE_LOCKS)
		fl_limit(FL_LIMIT_MORE_LOCKS);
	held.seq = ++t->acquisitions;
	held.when = ++m->acquisitions;
	*fl_held(t, t->nr_held++) = held;
}

static void drop(struct fl_thread *t, const struct fl_held *h)
{
	unsigned int i = t->nr_held;

	while (fl_held(t, --i) != h)
		;
	for (; i + 1 < t->nr_held; i++)
		*fl_held(t, i) = *fl_held(t, i + 1);
	if (--t->nr_held == FL_LIMIT_HELD_LOCKS)
		fl_machine_current->more_held_by = NULL;
}

/* Kernels read the word of a lock that they do not hold: is it locked? */
static void set_word(unsigned long *word, unsigned long to)
{
	__atomic_store_n(word, to, __ATOMIC_RELAXED);
}

/* Take the lock if it is free.  Return: 1 if it was taken. */
static int try_take(unsigned long *word, int shared)
{
	if (*word == FL_LOCK_WRITER || (*word && !shared))
		return 0;
	if (*word % FL_LOCK_READER)
		fl_violate("C9 locking: lock word %p has %#lx, which is not "
			   "a state of a lock", (void *)word, *word);
	set_word(word, shared ? *word + FL_LOCK_READER : FL_LOCK_WRITER);
	return 1;
}

static void check_self(struct fl_thread *t, const unsigned long *word,
		       int shared, const char *name)
{
	unsigned int i;

	for (i = t->held_base; i < t->nr_held; i++)
		if (fl_held(t, i)->word == word && !(shared && fl_held(t, i)->shared))
			fl_violate("C14 self-deadlock: thread %u (%s) takes %s, "
				   "which it already holds", t->hw.id, t->name,
				   name);
}

/* Announce a lock operation to the scheduler. */
static void announce(const unsigned long *word, unsigned int flags,
		     enum fl_op_kind exclusive, enum fl_op_kind shared,
		     unsigned long pc)
{
	struct fl_op op = {
		.addr = (unsigned long)word, .size = sizeof(*word),
		.kind = flags & FL_LOCK_SHARED ? shared : exclusive,
		.flags = flags & FL_LOCK_KILL ? FL_OP_KILLABLE : 0,
		.pc = pc,
	};

	if (fl_machine_current->scheduler)
		fl_sched_step(&op);
}

int fl_hw_lock(unsigned long *word, enum fl_hw_lock_kind kind,
	       unsigned int flags, const void *key, const char *name)
{
	struct fl_thread *t = fl_thread_self();
	int shared = !!(flags & FL_LOCK_SHARED);
	int killed;

	FL_HOLD();
	killed = flags & FL_LOCK_KILL && fl_hw_fatal();
	if (flags & FL_LOCK_TRY && fl_hw_contended(name))
		return -EBUSY_HW;
	if (flags & FL_LOCK_TRY) {
		announce(word, flags, FL_OP_TRYLOCK, FL_OP_TRYLOCK_SHARED, HERE);
	} else {
		if (kind == FL_HW_SLEEPLOCK)
			fl_hw_might_sleep(0, name, 0);
		check_self(t, word, shared, name);
		t->why = "lock";
		t->why_name = name;
		t->what = word;
		/* The thread does not wait: it takes the lock at once, or not
		 * at all. */
		if (killed)
			announce(word, flags, FL_OP_TRYLOCK,
				 FL_OP_TRYLOCK_SHARED, HERE);
		else
			announce(word, flags, FL_OP_LOCK, FL_OP_LOCK_SHARED,
				 HERE);
	}
	while (!try_take(word, shared)) {
		if (flags & FL_LOCK_TRY)
			return -EBUSY_HW;
		if ((flags & FL_LOCK_KILL) && t->hw.fatal)
			return -EINTR_HW;
		fl_thread_wait("lock", name, word);
	}
	hold(t, (struct fl_held){
		.word = word, .key = key, .name = name, .kind = kind,
		.shared = shared,
	});
	return 0;
}

void fl_hw_unlock(unsigned long *word, unsigned int flags, const void *key)
{
	struct fl_thread *t = fl_thread_self();
	int shared = !!(flags & FL_LOCK_SHARED);
	struct fl_held *h = find(t, key, shared);

	FL_HOLD();
	announce(word, flags, FL_OP_UNLOCK, FL_OP_UNLOCK_SHARED, HERE);
	if (!h || h->word != word)
		fl_violate("C9 locking: thread %u (%s) unlocks %s, which it "
			   "does not hold %s", t->hw.id, t->name,
			   h ? h->name : "a lock",
			   shared ? "shared" : "exclusively");
	if (shared ? *word < FL_LOCK_READER || *word % FL_LOCK_READER :
	    *word != FL_LOCK_WRITER)
		fl_violate("C9 locking: the word of %s was overwritten: %#lx",
			   h->name, *word);
	set_word(word, *word - (shared ? FL_LOCK_READER : FL_LOCK_WRITER));
	drop(t, h);
	fl_thread_wake_all(word);
}

void fl_hw_lock_downgrade(unsigned long *word, const void *key)
{
	struct fl_thread *t = fl_thread_self();
	struct fl_held *h = find(t, key, 0);

	FL_HOLD();
	announce(word, 0, FL_OP_DOWNGRADE, FL_OP_DOWNGRADE, HERE);
	if (!h || h->word != word || *word != FL_LOCK_WRITER)
		fl_violate("C9 locking: thread %u (%s) downgrades a lock that "
			   "it does not hold exclusively", t->hw.id, t->name);
	set_word(word, FL_LOCK_READER);
	h->shared = 1;
	fl_thread_wake_all(word);
}

int fl_hw_lock_held(const void *key, int mode)
{
	return find(fl_thread_self(), key, mode) != NULL;
}

unsigned int fl_hw_lock_sequence(const void *key)
{
	struct fl_held *h = find(fl_thread_self(), key, -1);

	return h ? h->seq : ~0u;
}

void fl_hw_note_acquire(const void *key, const char *name, int shared)
{
	hold(fl_thread_self(), (struct fl_held){
		.key = key, .name = name, .kind = FL_HW_SLEEPLOCK,
		.shared = !!shared,
	});
}

void fl_hw_note_release(const void *key)
{
	struct fl_thread *t = fl_thread_self();
	unsigned int i;

	for (i = t->nr_held; i-- > t->held_base;)
		if (fl_held(t, i)->key == key && !fl_held(t, i)->word) {
			drop(t, fl_held(t, i));
			return;
		}
	fl_violate("C9 locking: thread %u (%s) releases an annotation that it "
		   "does not hold", t->hw.id, t->name);
}

static struct fl_frame *folio(unsigned long pfn, const char *op)
{
	if (!fl_hw_frame_allocated(pfn))
		fl_violate("C8 lifetime: folio %s of frame %#lx, which is not "
			   "allocated", op, pfn);
	return &fl_machine_current->frames[pfn];
}

void fl_hw_folio_locked(unsigned long pfn)
{
	struct fl_frame *f = folio(pfn, "lock");
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (f->folio_owner)
		fl_violate("C9 locking: folio %#lx locked by thread %u while "
			   "thread %u owns it", pfn, fl_hw_current->id,
			   f->folio_owner - 1u);
	f->folio_owner = (t->behalf ? t->behalf : fl_hw_current)->id + 1;
	f->folio_when = ++fl_machine_current->acquisitions;
	fl_machine_current->nr_folio_locks++;
}

static struct fl_frame *owned_folio(unsigned long pfn)
{
	struct fl_frame *f = folio(pfn, "unlock");

	if (f->folio_owner != fl_hw_current->id + 1)
		fl_violate("C9 locking: thread %u unlocks folio %#lx, which it "
			   "does not own", fl_hw_current->id, pfn);
	return f;
}

void fl_hw_folio_unlock(unsigned long pfn)
{
	FL_HOLD();
	owned_folio(pfn)->folio_owner = 0;
	fl_machine_current->nr_folio_locks--;
}

void fl_hw_on_behalf(struct fl_hw_thread *thread)
{
	fl_thread_self()->behalf = thread;
}

void fl_hw_might_sleep(int atomic, const char *file, int line)
{
	struct fl_thread *t = fl_thread_self();
	const char *why = atomic ? "with preemption off" : NULL;
	const char *name = "";
	char where[100];
	unsigned int i;

	for (i = t->held_base; i < t->nr_held; i++)
		if (fl_held(t, i)->word && fl_held(t, i)->kind == FL_HW_SPINLOCK) {
			why = "holding spinlock ";
			name = fl_held(t, i)->name;
		}
	if (!why && (t->in_callback || t->quiet))
		why = "in an RCU callback";
	if (!why && t->rcu_nesting)
		why = "in an RCU read-side section";
	if (!why)
		return;
	if (line)
		snprintf(where, sizeof(where), "%s:%d", file, line);
	else
		snprintf(where, sizeof(where), "%s", file);
	fl_end_world(FL_END_VIOLATION, where,
		     "C9 locking: thread %u (%s) may sleep %s%s", t->hw.id,
		     t->name, why, name);
}
