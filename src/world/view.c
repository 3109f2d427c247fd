/* SPDX-License-Identifier: GPL-2.0-only */
/* view.c - read a world's state without changing it */
#include <errno.h>
#include <string.h>

#include "world/internal.h"

static int do_pte(void *arg)
{
	struct fl_call *c = arg;

	c->kernel->view->pte(c->mm, c->addr, c->out);
	return 0;
}

int fl_pte_view(struct fl_process *process, unsigned long addr,
		struct fl_pte *pte)
{
	struct fl_call call = { .process = process, .addr = addr, .out = pte };

	if (addr >> FL_VA_BITS)
		return -EINVAL;
	return fl_process_run(&call, do_pte);
}

static int do_rss(void *arg)
{
	struct fl_call *c = arg;

	c->kernel->view->rss(c->mm, c->out);
	return 0;
}

int fl_rss_view(struct fl_process *process, struct fl_rss *rss)
{
	struct fl_call call = { .process = process, .out = rss };

	return fl_process_run(&call, do_rss);
}

struct folio_call {
	const struct fl_kernel *kernel;
	unsigned long pfn;
	struct fl_folio *out;
};

static int do_folio(void *arg)
{
	struct folio_call *c = arg;

	c->kernel->view->folio(c->pfn, c->out);
	return 0;
}

int fl_folio_view(struct fl_world *world, unsigned long pfn,
		  struct fl_folio *folio)
{
	struct folio_call call = { world->kernel, pfn, folio };

	if (!pfn || pfn >= fl_hw.nr_frames + fl_hw.nr_device_frames)
		return -EINVAL;
	return fl_world_run(world, do_folio, &call);
}

static int do_tlb(void *arg)
{
	struct fl_call *c = arg;
	struct fl_tlb *out = c->out;
	struct fl_tlb_entry entry;

	memset(out, 0, sizeof(*out));
	if (!fl_tlb_lookup(c->flags, c->kernel->view->asid(c->mm), c->addr,
			   &entry))
		return 0;
	*out = (struct fl_tlb){ .valid = 1, .writable = entry.writable,
				.pfn = entry.pfn };
	return 0;
}

int fl_tlb_view(struct fl_process *process, unsigned int cpu,
		unsigned long addr, struct fl_tlb *tlb)
{
	struct fl_call call = { .process = process, .addr = addr,
				.flags = cpu, .out = tlb };

	if (cpu >= fl_hw.nr_cpus)
		return -EINVAL;
	return fl_process_run(&call, do_tlb);
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
