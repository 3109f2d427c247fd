/* SPDX-License-Identifier: GPL-2.0-only */
/* folio.c - operations on a folio by other users and by the kernel itself */
#include <errno.h>

#include "world/internal.h"

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

	if (!fn)
		return -EOPNOTSUPP;
	if (!pfn || pfn >= fl_hw.nr_frames)
		return -EINVAL;
	return fl_world_run(world, do_folio, &call);
}

int fl_folio_get(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio->get, pfn);
}

int fl_folio_put(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio->put, pfn);
}

int fl_folio_lock(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio->lock, pfn);
}

int fl_folio_trylock(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio->trylock, pfn);
}

int fl_folio_unlock(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->folio->unlock, pfn);
}

static int do_pin(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->gup->pin(c->mm, c->addr, c->out);
}

int fl_folio_pin(struct fl_process *process, unsigned long addr,
		 unsigned long *pfn)
{
	struct fl_call call = { .process = process, .addr = addr & -FL_PAGE,
				.out = pfn };

	if (!process->world->kernel->gup->pin)
		return -EOPNOTSUPP;
	if (!pfn || addr >> FL_VA_BITS)
		return -EINVAL;
	return fl_process_run(&call, do_pin);
}

int fl_folio_unpin(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->gup->unpin, pfn);
}

int fl_folio_migrate(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->actor->migrate_folio, pfn);
}

int fl_folio_reclaim(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->actor->reclaim_folio, pfn);
}

int fl_folio_split(struct fl_world *world, unsigned long pfn)
{
	return folio(world, world->kernel->actor->split_folio, pfn);
}
