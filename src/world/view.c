/* SPDX-License-Identifier: GPL-2.0-only */
/* view.c - read a world's state without changing it */
#include <errno.h>

#include "world/internal.h"

int fl_pte_view(struct fl_process *process, unsigned long addr,
		struct fl_pte *pte)
{
	const struct fl_kernel *k = process->world->kernel;

	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     (k->view->pte(process->mm, addr, pte), 0));
}

int fl_rss_view(struct fl_process *process, struct fl_rss *rss)
{
	const struct fl_kernel *k = process->world->kernel;

	return FL_IN_PROCESS(process, (k->view->rss(process->mm, rss), 0));
}

int fl_folio_view(struct fl_world *world, unsigned long pfn,
		  struct fl_folio *folio)
{
	const struct fl_kernel *k = world->kernel;

	if (!pfn || pfn >= fl_hw.nr_frames + fl_hw.nr_device_frames)
		return -EINVAL;
	return FL_IN_KERNEL(world, (k->view->folio(pfn, folio), 0));
}

static void view_tlb(const struct fl_kernel *k, struct fl_mm *mm,
		     unsigned int cpu, unsigned long addr, struct fl_tlb *tlb)
{
	struct fl_tlb_entry entry;

	*tlb = (struct fl_tlb){ 0 };
	if (fl_tlb_lookup(cpu, k->view->asid(mm), addr, &entry))
		*tlb = (struct fl_tlb){ .valid = 1,
					.writable = entry.writable,
					.pfn = entry.pfn };
}

int fl_tlb_view(struct fl_process *process, unsigned int cpu,
		unsigned long addr, struct fl_tlb *tlb)
{
	const struct fl_kernel *k = process->world->kernel;

	if (cpu >= fl_hw.nr_cpus)
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     (view_tlb(k, process->mm, cpu, addr, tlb), 0));
}

int fl_frame_read(struct fl_world *world, unsigned long pfn,
		  unsigned long offset, unsigned long *value)
{
	if (fl_machine_end(world->machine))
		return -ENOTRECOVERABLE;
	if (!fl_hw_frame_allocated(pfn) || offset % sizeof(*value) ||
	    offset >= FL_PAGE)
		return -EINVAL;
	*value = *(unsigned long *)(fl_hw.direct_map + pfn * FL_PAGE + offset);
	return 0;
}
