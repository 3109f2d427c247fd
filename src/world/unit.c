/* SPDX-License-Identifier: GPL-2.0-only */
/* unit.c - calls of single functions of a kernel */
#include <errno.h>

#include "world/internal.h"

int fl_unit_restore_exclusive_pte(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  unsigned int flags)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->memory->restore_exclusive_pte)
		return -EOPNOTSUPP;
	if (flags & ~(FL_UNIT_FOLIO_UNLOCKED | FL_UNIT_PTE_UNLOCKED))
		return -EINVAL;
	if (addr >> FL_VA_BITS)
		return -ENOENT;
	return FL_IN_PROCESS(process, k->memory->restore_exclusive_pte(
					      process->mm, addr, pfn, flags));
}

int fl_unit_try_restore_exclusive_pte(struct fl_process *process,
				      unsigned long addr)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->memory->try_restore_exclusive_pte)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -ENOENT;
	return FL_IN_PROCESS(process, k->memory->try_restore_exclusive_pte(
					      process->mm, addr));
}

int fl_unit_remove_device_exclusive_entry(struct fl_process *process,
					  unsigned long addr,
					  unsigned long entry,
					  unsigned int flags,
					  struct fl_fault *out)
{
	const struct fl_kernel *k = process->world->kernel;
	int ret;

	if (!k->memory->remove_device_exclusive_entry)
		return -EOPNOTSUPP;
	ret = out ? fl_fault_flags_ok(process, flags) : -EINVAL;
	if (ret)
		return ret;
	if (addr >> FL_VA_BITS)
		return -EFAULT;
	return FL_IN_PROCESS(process,
			     k->memory->remove_device_exclusive_entry(
				     process->mm, addr, entry, flags, out));
}

int fl_unit_make_device_exclusive(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  const void *owner)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->rmap->make_device_exclusive)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return FL_IN_PROCESS(process, k->rmap->make_device_exclusive(
					      process->mm, addr, pfn, owner));
}

int fl_unit_remove_migration_ptes(struct fl_world *world, unsigned long pfn)
{
	const struct fl_kernel *k = world->kernel;

	if (!k->rmap->remove_migration_ptes)
		return -EOPNOTSUPP;
	if (!pfn || pfn >= fl_hw.nr_frames)
		return -EINVAL;
	return FL_IN_KERNEL(world, k->rmap->remove_migration_ptes(pfn));
}

int fl_unit_folio_mkclean(struct fl_world *world, unsigned long pfn)
{
	const struct fl_kernel *k = world->kernel;

	if (!k->rmap->folio_mkclean)
		return -EOPNOTSUPP;
	if (!pfn || pfn >= fl_hw.nr_frames)
		return -EINVAL;
	return FL_IN_KERNEL(world, k->rmap->folio_mkclean(pfn));
}

int fl_unit_ksm_write_protect_page(struct fl_process *process,
				   unsigned long addr, unsigned long pfn)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->ksm)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return FL_IN_PROCESS(process, k->ksm->write_protect_page(process->mm,
								 addr, pfn));
}
