/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.c - locks that know their owner
 *
 *  - fl_hw_lock(), _unlock(), _lock_downgrade(), _lock_held(), _lock_sequence()
 *  - fl_hw_note_acquire(), _release()
 *  - fl_hw_folio_locked(), _unlock(), fl_hw_on_behalf()
 *  - fl_machine_locked_folio()
 *  - fl_hw_might_sleep()
 *
 * Invariant: a lock word is the sum of the held entries of all threads.
 */
#include <stdio.h>

#include "internal.h"

#define EINTR_HW 4
#define EBUSY_HW 16
#define HERE	 ((unsigned long)__builtin_return_address(0))

unsigned long fl_locks_size(void)
{
	return FL_LIMIT_MORE_LOCKS * sizeof(struct fl_held);
}

void fl_locks_place(struct fl_machine *m, void *more)
{
	m->locks.more = more;
}

/* Return: lock number @i that @t holds. */
static struct fl_held *nth(const struct fl_thread *t, unsigned int i)
{
	struct fl_locks *l = &fl_machine_current->locks;

	return i < FL_LIMIT_HELD_LOCKS ? &l->held[i][t->hw.id] :
					 &l->more[i - FL_LIMIT_HELD_LOCKS];
}

unsigned int fl_lock_count(const struct fl_thread *t)
{
	return t->locks.nr;
}

const struct fl_held *fl_lock_nth(const struct fl_thread *t, unsigned int i)
{
	return nth(t, i);
}

unsigned int fl_locks_hide(struct fl_thread *t)
{
	unsigned int hidden = t->locks.base;

	t->locks.base = t->locks.nr;
	return hidden;
}

_Bool fl_locks_any(const struct fl_thread *t)
{
	return t->locks.nr != t->locks.base;
}

void fl_locks_show(struct fl_thread *t, unsigned int hidden)
{
	t->locks.base = hidden;
}

void fl_locks_audit(const struct fl_machine *m, struct fl_audit *audit)
{
	unsigned int i;

	audit->locks = m->locks.nr_folios;
	for (i = 0; i < FL_LIMIT_THREADS; i++)
		audit->locks += m->threads[i].locks.nr;
}

static struct fl_held *find(struct fl_thread *t, const void *key, int shared)
{
	unsigned int i;

	for (i = t->locks.nr; i-- > t->locks.base;)
		if (nth(t, i)->key == key &&
		    (shared < 0 || nth(t, i)->shared == shared))
			return nth(t, i);
	return NULL;
}

static void add_held(struct fl_thread *t, struct fl_held held)
{
	struct fl_machine *m = fl_machine_current;

	FL_HOLD(); /* all threads share the counter */
	if (t->locks.nr == FL_LIMIT_HELD_LOCKS) {
		if (m->locks.more_by)
			fl_limit(FL_LIMIT_HELD_LOCKS);
		m->locks.more_by = t;
	}
	if (t->locks.nr == FL_LIMIT_HELD_LOCKS + FL_LIMIT_MORE_LOCKS)
		fl_limit(FL_LIMIT_MORE_LOCKS);
	held.seq = ++t->locks.acquisitions;
	held.when = ++m->locks.acquisitions;
	*nth(t, t->locks.nr++) = held;
}

static void remove_held(struct fl_thread *t, const struct fl_held *h)
{
	unsigned int i = t->locks.nr;

	while (nth(t, --i) != h)
		;
	for (; i + 1 < t->locks.nr; i++)
		*nth(t, i) = *nth(t, i + 1);
	if (--t->locks.nr == FL_LIMIT_HELD_LOCKS)
		fl_machine_current->locks.more_by = NULL;
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
			   "a state of a lock",
			   (void *)word, *word);
	set_word(word, shared ? *word + FL_LOCK_READER : FL_LOCK_WRITER);
	return 1;
}

static void check_self(struct fl_thread *t, const unsigned long *word,
		       int shared, const char *name)
{
	unsigned int i;

	for (i = t->locks.base; i < t->locks.nr; i++)
		if (nth(t, i)->word == word && !(shared && nth(t, i)->shared))
			fl_violate("C14 self-deadlock: thread "
				   "%u (%s) takes %s, which it already holds",
				   t->hw.id, t->name, name);
}

/* Announce a lock operation to the scheduler. */
static void announce(const unsigned long *word, unsigned int flags,
		     enum fl_op_kind exclusive, enum fl_op_kind shared,
		     unsigned long pc)
{
	struct fl_op op = {
		.addr = (unsigned long)word,
		.size = sizeof(*word),
		.kind = flags & FL_LOCK_SHARED ? shared : exclusive,
		.flags = flags & FL_LOCK_KILL ? FL_OP_KILLABLE : 0,
		.pc = pc,
	};

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
		announce(word, flags, FL_OP_TRYLOCK, FL_OP_TRYLOCK_SHARED,
			 HERE);
	} else {
		if (kind == FL_HW_SLEEPLOCK)
			fl_hw_might_sleep(0, name, 0);
		check_self(t, word, shared, name);
		fl_thread_set_reason(t, "lock", name, word);
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
	add_held(t, (struct fl_held){
			    .word = word,
			    .key = key,
			    .name = name,
			    .kind = kind,
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
			   "does not hold %s",
			   t->hw.id, t->name, h ? h->name : "a lock",
			   shared ? "shared" : "exclusively");
	if (shared ? *word < FL_LOCK_READER || *word % FL_LOCK_READER :
		     *word != FL_LOCK_WRITER)
		fl_violate("C9 locking: the word of %s was overwritten: %#lx",
			   h->name, *word);
	set_word(word, *word - (shared ? FL_LOCK_READER : FL_LOCK_WRITER));
	remove_held(t, h);
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
			   "it does not hold exclusively",
			   t->hw.id, t->name);
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
	add_held(fl_thread_self(), (struct fl_held){
					   .key = key,
					   .name = name,
					   .kind = FL_HW_SLEEPLOCK,
					   .shared = !!shared,
				   });
}

void fl_hw_note_release(const void *key)
{
	struct fl_thread *t = fl_thread_self();
	unsigned int i;

	for (i = t->locks.nr; i-- > t->locks.base;)
		if (nth(t, i)->key == key && !nth(t, i)->word) {
			remove_held(t, nth(t, i));
			return;
		}
	fl_violate("C9 locking: thread %u (%s) releases an annotation that it "
		   "does not hold",
		   t->hw.id, t->name);
}

static struct fl_folio_lock *folio(unsigned long pfn, const char *op)
{
	if (!fl_hw_frame_allocated(pfn))
		fl_violate("C8 lifetime: folio %s of frame %#lx, which is not "
			   "allocated",
			   op, pfn);
	return fl_frame_lock(fl_machine_current, pfn);
}

void fl_hw_folio_locked(unsigned long pfn)
{
	struct fl_folio_lock *f = folio(pfn, "lock");
	struct fl_locks *l = &fl_machine_current->locks;
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (f->owner)
		fl_violate("C9 locking: folio %#lx locked by thread %u while "
			   "thread %u owns it",
			   pfn, fl_hw_current->id, f->owner - 1u);
	f->owner = (t->locks.behalf ? t->locks.behalf : fl_hw_current)->id + 1;
	f->when = ++l->acquisitions;
	l->nr_folios++;
}

static struct fl_folio_lock *owned_folio(unsigned long pfn)
{
	struct fl_folio_lock *f = folio(pfn, "unlock");

	if (f->owner != fl_hw_current->id + 1)
		fl_violate("C9 locking: thread %u unlocks folio %#lx, which it "
			   "does not own",
			   fl_hw_current->id, pfn);
	return f;
}

void fl_hw_folio_unlock(unsigned long pfn)
{
	FL_HOLD();
	owned_folio(pfn)->owner = 0;
	fl_machine_current->locks.nr_folios--;
}

unsigned long fl_machine_locked_folio(struct fl_machine *m,
				      unsigned int *thread)
{
	unsigned long pfn;

	for (pfn = 0; pfn < fl_hw.nr_frames + fl_hw.nr_device_frames; pfn++)
		if (fl_frame_lock(m, pfn)->owner) {
			*thread = fl_frame_lock(m, pfn)->owner - 1;
			return pfn;
		}
	return FL_NO_FRAME;
}

void fl_hw_on_behalf(struct fl_hw_thread *thread)
{
	fl_thread_self()->locks.behalf = thread;
}

void fl_hw_might_sleep(int atomic, const char *file, int line)
{
	struct fl_thread *t = fl_thread_self();
	const char *why = atomic ? "with preemption off" : NULL;
	const char *name = "";
	char where[100];
	unsigned int i;

	for (i = t->locks.base; i < t->locks.nr; i++)
		if (nth(t, i)->word && nth(t, i)->kind == FL_HW_SPINLOCK) {
			why = "holding spinlock ";
			name = nth(t, i)->name;
		}
	if (!why && fl_thread_must_not_wait(t))
		why = "in an RCU callback";
	if (!why && fl_rcu_in_section(t))
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
