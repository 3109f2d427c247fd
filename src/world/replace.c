/* SPDX-License-Identifier: GPL-2.0-only */
/* replace.c - replacing a process's page by another: KSM, uprobes */
#include <errno.h>

#include "world/internal.h"

static int do_ksm_merge(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->ksm->merge(c->mm, c->addr, c->len);
}

int fl_ksm_merge(struct fl_process *process, unsigned long start,
		 unsigned long len)
{
	struct fl_call call = { .process = process, .addr = start,
				.len = len };

	if (!process->world->kernel->ksm)
		return -EOPNOTSUPP;
	if (!fl_range_ok(start, len))
		return -EINVAL;
	return fl_process_run(&call, do_ksm_merge);
}

static int do_uprobe(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->uprobe->set(c->mm, c->addr, c->on, c->value);
}

static int uprobe(struct fl_call *call)
{
	if (!call->process->world->kernel->uprobe)
		return -EOPNOTSUPP;
	if (call->addr >> FL_VA_BITS)
		return -EINVAL;
	return fl_process_run(call, do_uprobe);
}

int fl_uprobe_set(struct fl_process *process, unsigned long addr)
{
	struct fl_call call = { .process = process, .addr = addr, .on = 1 };

	return uprobe(&call);
}

int fl_uprobe_clear(struct fl_process *process, unsigned long addr,
		    unsigned char original)
{
	struct fl_call call = { .process = process, .addr = addr,
				.value = original };

	return uprobe(&call);
}
