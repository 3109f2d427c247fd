/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * name.c - names of addresses
 *
 *  - fl_machine_name()
 */
#include <stdio.h>

#include "internal.h"

/* A thread that holds a lock, or is about to take it, knows its name. */
static const char *lock_name(const struct fl_thread *t, unsigned long addr)
{
	const struct fl_op *op = fl_thread_op(fl_machine_current, t->hw.id);
	unsigned int i;

	for (i = 0; i < fl_lock_count(t); i++)
		if ((unsigned long)fl_lock_nth(t, i)->word == addr)
			return fl_lock_nth(t, i)->name;
	if ((op->kind == FL_OP_LOCK || op->kind == FL_OP_LOCK_SHARED) &&
	    op->addr == addr)
		return fl_thread_reason(t)->name;
	return NULL;
}

static int in_thread(const struct fl_thread *t, unsigned long addr, char *text,
		     unsigned long size)
{
	const char *name = lock_name(t, addr);

	if (name)
		snprintf(text, size, "%s", name);
	else if (fl_thread_is_wake_word(t, addr))
		snprintf(text, size, "wake-up of %s", t->name);
	else if (fl_stack_holds(fl_machine_current, t->hw.id, addr))
		snprintf(text, size, "stack of %s", t->name);
	else
		return 0;
	return 1;
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
	at = fl_frame_head(m, pfn);
	cache = fl_frame_cache(m, at);
	at = addr - fl_hw.direct_map - (at << FL_PAGE_SHIFT);
	if (cache) {
		fl_object_name(m, cache, at, text, size);
		return 1;
	}
	at &= FL_PAGE_SIZE - 1;
	snprintf(text, size, at ? "frame %#lx+%#lx" : "frame %#lx", pfn, at);
	return 1;
}

int fl_machine_name(struct fl_machine *m, unsigned long addr, char *text,
		    unsigned long size)
{
	unsigned int cpu, id;

	for (cpu = 0; cpu < fl_hw.nr_cpus; cpu++)
		if (addr == (unsigned long)fl_mmu_busy(cpu)) {
			snprintf(text, size, "TLB of CPU %u", cpu);
			return 1;
		}
	for (id = 0; id < m->nr_threads; id++)
		if (in_thread(&m->threads[id], addr, text, size))
			return 1;
	return in_frame(m, addr, text, size);
}
