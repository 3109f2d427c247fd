/* SPDX-License-Identifier: GPL-2.0-only */
/* folio.c - operations on a folio by other users and by the kernel itself */
#include <errno.h>

#include "world/internal.h"

static int folio(struct fl_world *world, int (*fn)(unsigned long pfn),
		 unsigned long pfn)
{
	if (!fn)
		return -EOPNOTSUPP;
	if (!pfn || pfn >= fl_hw.nr_frames)
		return -EINVAL;
	return FL_IN_KERNEL(world, fn(pfn));
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

int fl_folio_pin(struct fl_process *process, unsigned long addr,
		 unsigned long *pfn)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->gup->pin)
		return -EOPNOTSUPP;
	if (!pfn || addr >> FL_VA_BITS)
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     k->gup->pin(process->mm, addr & -FL_PAGE, pfn));
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
