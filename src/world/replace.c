/* SPDX-License-Identifier: GPL-2.0-only */
/* replace.c - replacing a process's page by another: KSM, uprobes */
#include <errno.h>

#include "world/internal.h"

int fl_ksm_merge(struct fl_process *process, unsigned long start,
		 unsigned long len)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->ksm)
		return -EOPNOTSUPP;
	if (!fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process, k->ksm->merge(process->mm, start, len));
}

static int uprobe(struct fl_process *process, unsigned long addr, _Bool set,
		  unsigned char original)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->uprobe)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     k->uprobe->set(process->mm, addr, set, original));
}

int fl_uprobe_set(struct fl_process *process, unsigned long addr)
{
	return uprobe(process, addr, 1, 0);
}

int fl_uprobe_clear(struct fl_process *process, unsigned long addr,
		    unsigned char original)
{
	return uprobe(process, addr, 0, original);
}
