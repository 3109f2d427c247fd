/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * name.c - names of addresses, and reading the machine without side effects
 *
 *  - fl_machine_name(), fl_thread_why(), fl_thread_name()
 *  - fl_machine_look()
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

const char *fl_thread_name(struct fl_machine *m, unsigned int id)
{
	return m->threads[id].name;
}

const char *fl_thread_why(struct fl_machine *m, unsigned int id)
{
	const struct fl_thread *t = &m->threads[id];

	if (t->op.kind == FL_OP_RCU_WAIT)
		return "grace period";
	snprintf(m->waits_text, sizeof(m->waits_text), "%s%s%s",
		 t->why_name || !t->why ? "" : t->why,
		 t->why_name && t->why && strcmp(t->why, "lock") ? t->why : "",
		 t->why_name ? t->why_name : "");
	return m->waits_text;
}

/* A thread that holds a lock, or is about to take it, knows its name. */
static const char *lock_name(const struct fl_thread *t, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < t->nr_held; i++)
		if ((unsigned long)fl_held(t, i)->word == addr)
			return fl_held(t, i)->name;
	if ((t->op.kind == FL_OP_LOCK || t->op.kind == FL_OP_LOCK_SHARED) &&
	    t->op.addr == addr)
		return t->why_name;
	return NULL;
}

static int in_thread(const struct fl_thread *t, unsigned long addr, char *text,
		     unsigned long size)
{
	const char *name = lock_name(t, addr);

	if (name)
		snprintf(text, size, "%s", name);
	else if (addr == (unsigned long)&t->wake_pending)
		snprintf(text, size, "wake-up of %s", t->name);
	else if (t->stack && addr - (unsigned long)t->stack - FL_PAGE_SIZE <
		 FL_STACK_SIZE)
		snprintf(text, size, "stack of %s", t->name);
	else
		return 0;
	return 1;
}

/* Return: whether the cache is for objects without a cache of their own. */
static int is_size(const struct fl_machine *m, const struct fl_hw_cache *cache)
{
	unsigned int i;

	for (i = 0; i < sizeof(m->sizes) / sizeof(m->sizes[0]); i++)
		if (m->sizes[i] == cache)
			return 1;
	return 0;
}

static int in_frame(struct fl_machine *m, unsigned long addr, char *text,
		    unsigned long size)
{
	unsigned long pfn = (addr - fl_hw.direct_map) >> FL_PAGE_SHIFT;
	const struct fl_hw_cache *cache;
	unsigned long at;

	if (addr < fl_hw.direct_map || pfn >= fl_hw.nr_frames)
		return 0;
	if (!fl_hw_frame_allocated(pfn)) {
		snprintf(text, size, "frame %#lx", pfn);
		return 1;
	}
	at = m->frames[pfn].head;
	cache = m->frames[at].cache;
	at = addr - fl_hw.direct_map - (at << FL_PAGE_SHIFT);
	if (!cache) {
		at &= FL_PAGE_SIZE - 1;
		snprintf(text, size, at ? "frame %#lx+%#lx" : "frame %#lx", pfn,
			 at);
		return 1;
	}
	at = (at - cache->offset) % cache->stride;
	if (is_size(m, cache))
		snprintf(text, size, "kmalloc-%lu+%#lx", cache->size, at);
	else
		snprintf(text, size, at ? "%s+%#lx" : "%s", cache->name, at);
	return 1;
}

int fl_machine_name(struct fl_machine *m, unsigned long addr, char *text,
		    unsigned long size)
{
	unsigned long cpu = (addr - (unsigned long)m->tlb_busy) /
			    sizeof(m->tlb_busy[0]);
	unsigned int id;

	if (cpu < fl_hw.nr_cpus) {
		snprintf(text, size, "TLB of CPU %lu", cpu);
		return 1;
	}
	for (id = 0; id < m->nr_threads; id++)
		if (in_thread(&m->threads[id], addr, text, size))
			return 1;
	return in_frame(m, addr, text, size);
}

/* -- reading the machine -- */

struct look {
	void (*fn)(void *arg);
	void *arg;
};

static int look(void *arg)
{
	struct look *l = arg;

	l->fn(l->arg);
	return 0;
}

/* A world that has ended is revived while @fn reads it. */
int fl_machine_look(struct fl_machine *m, void (*fn)(void *arg), void *arg)
{
	struct fl_thread *t = fl_thread_self();
	struct look l = { fn, arg };
	struct fl_end end;
	int dead = m->dead, ret;

	if (m->guarded) {
		t->quiet++;
		fn(arg);
		t->quiet--;
		return 0;
	}
	end = m->end;
	m->dead = 0;
	ret = fl_machine_guard(m, look, &l);
	m->dead = dead;
	m->end = end;
	return ret;
}
