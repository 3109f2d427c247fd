/* SPDX-License-Identifier: GPL-2.0-only */
/* check.c - calls all checkers; see check.h */
#include <stddef.h>

#include "check/check.h"
#include "device/internal.h"

/* The first checker to find a violation reports it.  The counts come last,
 * since most other violations affect them too. */
static const struct fl_checker *const checkers[] = {
	&fl_check_exclusive, &fl_check_bits,  &fl_check_notify, &fl_check_fork,
	&fl_check_mark,	     &fl_check_stale, &fl_check_counts, NULL
};

#define CALL(what, ...)                                   \
	do {                                              \
		const struct fl_checker *const *c_;       \
                                                          \
		for (c_ = checkers; *c_; c_++)            \
			if ((*c_)->what)                  \
				(*c_)->what(__VA_ARGS__); \
	} while (0)

unsigned long *fl_check_place(struct fl_process *p, unsigned long addr)
{
	int level;

	return p->mm ? fl_mmu_pte(p->world->kernel->view->pgd(p->mm), addr,
				  &level) :
		       NULL;
}

const struct fl_change *fl_check_store(const struct fl_checks *checks,
				       unsigned int thread, unsigned int back)
{
	const struct fl_check_thread *t = &checks->threads[thread];

	if (back >= t->nr_stores || back >= FL_CHECK_STORES)
		return NULL;
	return &t->stores[(t->nr_stores - 1 - back) % FL_CHECK_STORES];
}

struct fl_pte fl_check_was(const struct fl_change *c)
{
	unsigned long now = *c->place;
	struct fl_pte pte;

	fl_machine_untraced(1);
	*c->place = c->was;
	c->process->world->kernel->view->pte(c->process->mm, c->addr, &pte);
	*c->place = now;
	fl_machine_untraced(0);
	return pte;
}

static _Bool is_at(struct fl_process *p, struct fl_change *c,
		   unsigned long addr)
{
	if (fl_check_place(p, addr) != c->place)
		return 0;
	c->process = p;
	c->addr = addr;
	return 1;
}

/* For each PTE table of @d's range: compare @c->place with the one entry that
 * has its index, and with the first entry, which may be a huge PMD. */
static _Bool find_below(struct fl_process *p, struct fl_change *c,
			const struct fl_device *d)
{
	unsigned long index = (unsigned long)c->place % FL_PAGE /
			      sizeof(c->now) * FL_PAGE;
	unsigned long table, addr, end = d->start + d->len;

	for (table = d->start & -FL_HUGE_PAGE; table < end;
	     table += FL_HUGE_PAGE) {
		addr = table + index;
		if (addr >= d->start && addr < end && is_at(p, c, addr))
			return 1;
		addr = table < d->start ? d->start : table;
		if (is_at(p, c, addr))
			return 1;
	}
	return 0;
}

/* Search only ranges that a device mirrors, in parent and child alike.
 * Return: whether @c->place is an entry of @p. */
static _Bool find_in(struct fl_process *p, struct fl_change *c)
{
	const struct fl_device *d;

	for (d = p->world->devices; d; d = d->next)
		if (d->process && find_below(p, c, d))
			return 1;
	return 0;
}

static void find(struct fl_checks *checks, struct fl_change *c)
{
	struct fl_process *p;

	fl_machine_untraced(1);
	for (p = checks->world->processes; p; p = p->next)
		if (find_in(p, c))
			break;
	fl_machine_untraced(0);
}

static void note(struct fl_checks *checks, const struct fl_change *c)
{
	struct fl_check_thread *t = &checks->threads[c->thread];

	t->stores[t->nr_stores++ % FL_CHECK_STORES] = *c;
}

/* -- events -- */

static void stored(void *checks, unsigned long *place, unsigned long was,
		   int sure)
{
	struct fl_change c = {
		.place = place,
		.was = was,
		.now = *place,
		.thread = fl_hw_current->id,
	};

	find(checks, &c);
	/* An atomic operation on something else than a page-table entry. */
	if (!sure && !c.process)
		return;
	note(checks, &c);
	CALL(changed, checks, &c);
}

static void translated(void *checks, unsigned int cpu, unsigned long addr,
		       unsigned long pfn)
{
	CALL(translated, checks, cpu, addr, pfn);
}

static void notified(void *checks, const struct fl_event *event)
{
	CALL(notified, checks, event);
}

static void marked(void *checks, struct fl_device *d, unsigned long addr,
		   unsigned long pfn)
{
	CALL(marked, checks, d, addr, pfn);
}

static void programmed(void *checks, struct fl_device *d, unsigned long addr)
{
	CALL(programmed, checks, d, addr);
}

static void revoked(void *checks, struct fl_device *d,
		    const struct fl_notification *n)
{
	CALL(revoked, checks, d, n);
}

static const struct fl_hooks hooks = {
	.notified = notified,
	.marked = marked,
	.programmed = programmed,
	.revoked = revoked,
};

/* -- on and off -- */

struct fl_checks *fl_checks_begin(struct fl_world *world)
{
	struct fl_checks *checks = fl_machine_alloc(world->machine,
						    sizeof(*checks));

	if (!checks)
		return NULL;
	checks->world = world;
	checks->subscriber = (struct fl_subscriber){ .hooks = &hooks,
						     .arg = checks };
	checks->observer = (struct fl_observer){ stored, translated, checks };
	fl_subscribe(world, &checks->subscriber);
	fl_machine_observe(world->machine, &checks->observer);
	return checks;
}

void fl_checks_end(struct fl_checks *checks)
{
	struct fl_world *world;

	if (!checks)
		return;
	world = checks->world;
	fl_machine_observe(world->machine, NULL);
	fl_unsubscribe(world, &checks->subscriber);
	fl_machine_free(world->machine, checks, sizeof(*checks));
}

void fl_checks_at_end(struct fl_checks *checks)
{
	CALL(ended, checks);
}
