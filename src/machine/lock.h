/* SPDX-License-Identifier: GPL-2.0-only */
/* lock.h - which thread holds which lock */
#ifndef FL_MACHINE_LOCK_H
#define FL_MACHINE_LOCK_H

#include "machine/machine.h"
#include "machine/port.h"

struct fl_thread;

#define FL_LIMIT_HELD_LOCKS 256 /* per thread */
/* Locks of one thread beyond those; a process has at most 65530 mappings. */
#define FL_LIMIT_MORE_LOCKS (1U << 17)

struct fl_held {
	unsigned long *word; /* NULL: an annotation */
	const void *key;
	const char *name;
	enum fl_hw_lock_kind kind;
	int shared;
	unsigned int seq;   /* number among the thread's acquisitions */
	unsigned long when; /* number among all threads' acquisitions */
};

/* The owner of a folio lock.  Each frame has one. */
struct fl_folio_lock {
	unsigned short owner; /* thread id + 1, 0: unlocked */
	unsigned long when;   /* time of the lock, as fl_held.when */
};

struct fl_thread_locks {
	unsigned int nr;
	unsigned int acquisitions;
	unsigned int base;	     /* callbacks see only locks above */
	struct fl_hw_thread *behalf; /* owner of the folio locks it takes */
};

struct fl_locks {
	unsigned long acquisitions; /* by all threads */
	unsigned long nr_folios;    /* locked */
	/* More locks, for one thread at a time: mm_take_all_locks() takes one
	 * lock for each mapping. */
	struct fl_held *more;
	const struct fl_thread *more_by;
	/* The first locks of all threads come first: a run changes few
	 * pages. */
	struct fl_held held[FL_LIMIT_HELD_LOCKS][FL_LIMIT_THREADS];
};

/* Return: bytes that the table of more locks needs. */
unsigned long fl_locks_size(void);
void fl_locks_place(struct fl_machine *m, void *more);

/* Return: number of locks that @t holds; number @i of them, in the order in
 * which they were taken. */
unsigned int fl_lock_count(const struct fl_thread *t);
const struct fl_held *fl_lock_nth(const struct fl_thread *t, unsigned int i);

/* Hide the locks of @t from the code that it runs next.  Return: what
 * fl_locks_show() needs. */
unsigned int fl_locks_hide(struct fl_thread *t);
/* Return: whether @t holds locks that are not hidden. */
_Bool fl_locks_any(const struct fl_thread *t);
void fl_locks_show(struct fl_thread *t, unsigned int hidden);

void fl_locks_audit(const struct fl_machine *m, struct fl_audit *audit);

#endif /* FL_MACHINE_LOCK_H */
