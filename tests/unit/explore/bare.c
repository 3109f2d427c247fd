/* SPDX-License-Identifier: GPL-2.0-only */
/* bare.c - programs for the explorer that need no kernel */
#include <stdio.h>
#include <stdlib.h>

#include "bare.h"

struct fl_machine *bare_machine;
struct bare *bare;

void bare_add(void (*body)(void *))
{
	unsigned long number = bare->threads++;

	if (fl_machine_spawn(bare_machine, 0, "t", body, (void *)number) < 0)
		abort();
}

void bare_begin(void (*body)(void *), unsigned int threads)
{
	struct fl_machine_config config = { .nr_frames = 64, .nr_cpus = 1 };

	bare_machine = fl_machine_create(&config);
	if (!bare_machine) {
		perror("a machine");
		abort();
	}
	bare = fl_machine_alloc(bare_machine, sizeof(*bare));
	while (threads--)
		bare_add(body);
}

/* -- accesses -- */

unsigned long bare_load(unsigned long *p)
{
	fl_hw_access(FL_HW_LOAD, p, sizeof(*p));
	return *p;
}

void bare_store(unsigned long *p, unsigned long value)
{
	fl_hw_access(FL_HW_STORE, p, sizeof(*p));
	*p = value;
}

unsigned long bare_add_return(unsigned long *p, unsigned long value)
{
	fl_hw_access(FL_HW_RMW, p, sizeof(*p));
	return *p += value;
}

int bare_cas(unsigned long *p, unsigned long *old, unsigned long value)
{
	fl_hw_access_if(FL_HW_CAS, p, sizeof(*p), *old);
	if (*p == *old) {
		*p = value;
		return 1;
	}
	*old = *p;
	return 0;
}

void bare_lock(unsigned int i, unsigned int flags)
{
	unsigned long *word = &bare->locks[i];

	fl_hw_lock(word, FL_HW_SLEEPLOCK, flags, word, i ? "B" : "A");
}

void bare_unlock(unsigned int i, unsigned int flags)
{
	fl_hw_unlock(&bare->locks[i], flags, &bare->locks[i]);
}

/* -- bodies -- */

void bare_lock_and_count(void *arg)
{
	(void)arg;
	bare_lock(0, 0);
	bare->words[0]++;
	bare_unlock(0, 0);
}

void bare_own_then_next(void *arg)
{
	unsigned long i = (unsigned long)arg;

	bare_store(&bare->words[i], 1);
	bare->seen[i] = bare_load(&bare->words[(i + 1) % bare->threads]);
}

void bare_own_word(void *arg)
{
	bare_store(&bare->words[(unsigned long)arg], 1);
	bare_store(&bare->words[(unsigned long)arg], 2);
}

void bare_same_word(void *arg)
{
	bare_store(&bare->words[0], (unsigned long)arg);
}

void bare_two_locks(void *arg)
{
	unsigned int first = arg != NULL;

	bare_lock(first, 0);
	bare_lock(!first, 0);
	bare_unlock(!first, 0);
	bare_unlock(first, 0);
}

/* -- the folio pattern -- */

static int try_get(void)
{
	unsigned long refs = bare_load(&bare->refs);

	while (refs)
		if (bare_cas(&bare->refs, &refs, refs + 1))
			return 1;
	return 0;
}

static int try_get_at_once(void)
{
	fl_hw_access_if(FL_HW_UNLESS, &bare->refs, sizeof(bare->refs), 0);
	if (!bare->refs)
		return 0;
	bare->refs++;
	return 1;
}

/* A second free must never happen. */
static void put(void)
{
	if (bare_add_return(&bare->refs, -1UL) == 0 && bare->freed++)
		fl_machine_violate("C8 lifetime: freed twice");
}

static void find_page(int (*get)(void))
{
	if (!bare_load(&bare->slot) || !get())
		return;
	if (bare_load(&bare->slot)) {
		bare_lock(0, 0);
		bare_load(&bare->slot);
		bare_unlock(0, 0);
	}
	put();
}

void bare_find_page(void *arg)
{
	(void)arg;
	find_page(try_get);
}

void bare_find_page_at_once(void *arg)
{
	(void)arg;
	find_page(try_get_at_once);
}

/* Take the reference even if the count is 0 and the page may be free. */
static int get_unchecked(void)
{
	bare_add_return(&bare->refs, 1);
	return 1;
}

void bare_find_page_unchecked(void *arg)
{
	(void)arg;
	find_page(get_unchecked);
}

static void drop_page(void *arg)
{
	(void)arg;
	bare_lock(0, 0);
	bare_store(&bare->slot, 0);
	bare_unlock(0, 0);
	put();
}

void bare_begin_folio(void (*finder)(void *), unsigned int finders)
{
	bare_begin(finder, finders);
	bare_add(drop_page);
	bare->slot = bare->refs = 1;
}
