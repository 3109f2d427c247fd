/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bare.h - programs for the explorer that need no kernel: only threads, words,
 * locks
 *
 *  - bare_begin()   a machine with n threads of one body
 *  - bodies         each with its known number of classes
 */
#ifndef FL_TESTS_BARE_H
#define FL_TESTS_BARE_H

#include "machine/machine.h"
#include "machine/port.h"

#define BARE_THREADS 10
#define BARE_WORDS   3
#define BARE_LOCKS   2

/* Everything that threads share or leave behind; in the arena. */
struct bare {
	unsigned long words[BARE_THREADS], locks[BARE_LOCKS];
	/* Digest of all that each thread has read. */
	unsigned long seen[BARE_THREADS];
	unsigned long slot, refs, freed;
	unsigned int threads;
	struct fl_hw_rcu_head heads[BARE_THREADS][8];
};

extern struct fl_machine *bare_machine;
extern struct bare *bare;

/*
 * bare_begin - create bare_machine, with @threads threads that run @body with
 * their numbers, from 0
 *
 * The caller destroys bare_machine, which is never NULL.
 */
void bare_begin(void (*body)(void *), unsigned int threads);
/* Add one thread with another body. */
void bare_add(void (*body)(void *));

/* Accesses that are reported to the machine. */
unsigned long bare_load(unsigned long *p);
void bare_store(unsigned long *p, unsigned long value);
unsigned long bare_add_return(unsigned long *p, unsigned long value);
int bare_cas(unsigned long *p, unsigned long *old, unsigned long value);
void bare_lock(unsigned int i, unsigned int flags);
void bare_unlock(unsigned int i, unsigned int flags);

void bare_lock_and_count(void *arg); /* n! classes */
void bare_own_then_next(void *arg);  /* 2^n - 1: not all loads can come first */
void bare_own_word(void *arg);	     /* 1 */
void bare_same_word(void *arg);	     /* n! */
void bare_two_locks(void *arg);	     /* 2 threads: 3, one of them a deadlock */

/*
 * Look up a page without a lock: load the slot, take a reference, check the
 * slot, lock, check the slot, unlock, drop the reference.  One more thread
 * removes the page from the slot.  1, 2, 3 finders: 9, 497, 169755 classes; if
 * taking a reference is one step: 8, 192, 11708 classes.
 */
void bare_find_page(void *arg);
void bare_find_page_at_once(void *arg);
/*
 * The same without the check under the lock, and so with one reference dropped
 * too often.
 */
void bare_find_page_unchecked(void *arg);
/* As bare_begin(), with one more thread, which removes the page. */
void bare_begin_folio(void (*finder)(void *), unsigned int finders);

#endif /* FL_TESTS_BARE_H */
