/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bare.h - programs for the explorer that need no kernel: only threads, words, locks
 *
 *  - bare_begin()   a machine with n threads of one body
 *  - bodies         what is known of each stands beside it
 */
#ifndef FL_TESTS_BARE_H
#define FL_TESTS_BARE_H

#include "machine/machine.h"
#include "machine/port.h"

#define BARE_THREADS	10
#define BARE_WORDS	3
#define BARE_LOCKS	2

/* All that threads share or leave behind; in the arena. */
struct bare {
	unsigned long words[BARE_THREADS], locks[BARE_LOCKS];
	unsigned long seen[BARE_THREADS];	/* a digest of what each has read */
	unsigned long slot, refs, freed;
	unsigned int threads;
	struct fl_hw_rcu_head heads[BARE_THREADS][8];
};

extern struct fl_machine *bare_machine;
extern struct bare *bare;

/* bare_begin - a machine, not NULL, whose @threads threads will run @body with their
 * numbers, from 0.  The caller destroys bare_machine. */
void bare_begin(void (*body)(void *), unsigned int threads);
/* One thread more, with another body. */
void bare_add(void (*body)(void *));

/* Accesses that are announced. */
unsigned long bare_load(unsigned long *p);
void bare_store(unsigned long *p, unsigned long value);
unsigned long bare_add_return(unsigned long *p, unsigned long value);
int bare_cas(unsigned long *p, unsigned long *old, unsigned long value);
void bare_lock(unsigned int i, unsigned int flags);
void bare_unlock(unsigned int i, unsigned int flags);

void bare_lock_and_count(void *arg);	/* n! classes */
void bare_own_then_next(void *arg);	/* 2^n - 1: not all loads can come first */
void bare_own_word(void *arg);		/* 1 */
void bare_same_word(void *arg);		/* n! */
void bare_two_locks(void *arg);		/* 2 threads: 3, one of them a deadlock */

/*
 * A page is looked up without a lock: load the slot, take a reference, look again, lock,
 * look again, unlock, give the reference back; one more thread takes the page out of the
 * slot.  1, 2, 3 finders: 9, 497, 169755 classes; where to take a reference is one step,
 * 8, 192, 11708.
 */
void bare_find_page(void *arg);
void bare_find_page_at_once(void *arg);
void bare_drop_page(void *arg);
/* ... without the look under the lock, and so a reference given back too often. */
void bare_find_page_unchecked(void *arg);

#endif /* FL_TESTS_BARE_H */
