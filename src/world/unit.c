/* SPDX-License-Identifier: GPL-2.0-only */
/* unit.c - single functions of a kernel, and another user of a page */
#include <errno.h>

#include "world/internal.h"

static int do_restore(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->unit_restore(c->mm, c->addr, c->value, c->flags);
}

int fl_unit_restore_exclusive_pte(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  unsigned int flags)
{
	struct fl_call call = { .process = process, .addr = addr,
				.value = pfn, .flags = flags };

	if (!process->world->kernel->unit_restore)
		return -EOPNOTSUPP;
	if (flags & ~(FL_UNIT_FOLIO_UNLOCKED | FL_UNIT_PTE_UNLOCKED))
		return -EINVAL;
	if (addr >> FL_VA_BITS)
		return -ENOENT;
	return fl_process_run(&call, do_restore);
}

static int do_try_restore(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->unit_try_restore(c->mm, c->addr);
}

int fl_unit_try_restore_exclusive_pte(struct fl_process *process,
				      unsigned long addr)
{
	struct fl_call call = { .process = process, .addr = addr };

	if (!process->world->kernel->unit_try_restore)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -ENOENT;
	return fl_process_run(&call, do_try_restore);
}

static int do_remove(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->unit_remove(c->mm, c->addr, c->value, c->flags,
				      c->out);
}

int fl_unit_remove_device_exclusive_entry(struct fl_process *process,
					  unsigned long addr,
					  unsigned long entry,
					  unsigned int flags,
					  struct fl_fault *out)
{
	struct fl_call call = { .process = process, .addr = addr,
				.value = entry, .flags = flags, .out = out };
	int ret;

	if (!process->world->kernel->unit_remove)
		return -EOPNOTSUPP;
	ret = out ? fl_fault_flags_ok(process, flags) : -EINVAL;
	if (ret)
		return ret;
	if (addr >> FL_VA_BITS)
		return -EFAULT;
	return fl_process_run(&call, do_remove);
}

static int do_mark(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->unit_mark(c->mm, c->addr, c->value, c->in);
}

int fl_unit_make_device_exclusive(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  const void *owner)
{
	struct fl_call call = { .process = process, .addr = addr,
				.value = pfn, .in = owner };

	if (!process->world->kernel->unit_mark)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return fl_process_run(&call, do_mark);
}

/* -- another user of a page -- */

struct folio_call {
	int (*fn)(unsigned long pfn);
	unsigned long pfn;
};

static int do_folio(void *arg)
{
	struct folio_call *c = arg;

	return c->fn(c->pfn);
}

static int folio(struct fl_world *world, int (*fn)(unsigned long pfn),
		 unsigned long pfn)
{
	struct folio_call call = { fn, pfn };

	if (!pfn || pfn >= fl_hw.nr_frames)
		return -EINVAL;
	return fl_world_run(world, do_folio, &call);
}

int fl_folio_get(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio_get, pfn);
}

int fl_folio_put(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio_put, pfn);
}

int fl_folio_lock(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio_lock, pfn);
}

int fl_folio_trylock(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio_trylock, pfn);
}

int fl_folio_unlock(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio_unlock, pfn);
}
