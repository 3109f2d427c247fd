/* SPDX-License-Identifier: GPL-2.0-only */
/* unit.c - calls of single functions of a kernel */
#include <errno.h>

#include "world/internal.h"

static int do_restore(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->memory->restore_exclusive_pte(c->mm, c->addr,
							c->value, c->flags);
}

int fl_unit_restore_exclusive_pte(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  unsigned int flags)
{
	struct fl_call call = { .process = process, .addr = addr,
				.value = pfn, .flags = flags };

	if (!process->world->kernel->memory->restore_exclusive_pte)
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

	return c->kernel->memory->try_restore_exclusive_pte(c->mm, c->addr);
}

int fl_unit_try_restore_exclusive_pte(struct fl_process *process,
				      unsigned long addr)
{
	struct fl_call call = { .process = process, .addr = addr };

	if (!process->world->kernel->memory->try_restore_exclusive_pte)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -ENOENT;
	return fl_process_run(&call, do_try_restore);
}

static int do_remove(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->memory->remove_device_exclusive_entry(
		c->mm, c->addr, c->value, c->flags, c->out);
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

	if (!process->world->kernel->memory->remove_device_exclusive_entry)
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

	return c->kernel->rmap->make_device_exclusive(c->mm, c->addr, c->value,
						      c->in);
}

int fl_unit_make_device_exclusive(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  const void *owner)
{
	struct fl_call call = { .process = process, .addr = addr,
				.value = pfn, .in = owner };

	if (!process->world->kernel->rmap->make_device_exclusive)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return fl_process_run(&call, do_mark);
}

struct pfn_call {
	const struct fl_kernel *kernel;
	unsigned long pfn;
};

static int do_remove_migration(void *arg)
{
	struct pfn_call *c = arg;

	return c->kernel->rmap->remove_migration_ptes(c->pfn);
}

int fl_unit_remove_migration_ptes(struct fl_world *world, unsigned long pfn)
{
	struct pfn_call call = { world->kernel, pfn };

	if (!world->kernel->rmap->remove_migration_ptes)
		return -EOPNOTSUPP;
	if (!pfn || pfn >= fl_hw.nr_frames)
		return -EINVAL;
	return fl_world_run(world, do_remove_migration, &call);
}

static int do_mkclean(void *arg)
{
	struct pfn_call *c = arg;

	return c->kernel->rmap->folio_mkclean(c->pfn);
}

int fl_unit_folio_mkclean(struct fl_world *world, unsigned long pfn)
{
	struct pfn_call call = { world->kernel, pfn };

	if (!world->kernel->rmap->folio_mkclean)
		return -EOPNOTSUPP;
	if (!pfn || pfn >= fl_hw.nr_frames)
		return -EINVAL;
	return fl_world_run(world, do_mkclean, &call);
}

static int do_ksm_protect(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->ksm->write_protect_page(c->mm, c->addr, c->value);
}

int fl_unit_ksm_write_protect_page(struct fl_process *process,
				   unsigned long addr, unsigned long pfn)
{
	struct fl_call call = { .process = process, .addr = addr,
				.value = pfn };

	if (!process->world->kernel->ksm)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return fl_process_run(&call, do_ksm_protect);
}
