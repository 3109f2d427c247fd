/* SPDX-License-Identifier: GPL-2.0-only */
/* fork.c - C11: a child has no exclusive entry of its parent's devices */
#include <stddef.h>

#include "check/check.h"
#include "device/internal.h"

static _Bool has_device(const struct fl_process *p)
{
	const struct fl_device *d;

	for (d = p->world->devices; d; d = d->next)
		if (d->process == p)
			return 1;
	return 0;
}

static void check_pte(void *arg, unsigned long addr, const struct fl_pte *pte)
{
	(void)arg;
	if (pte->exclusive)
		fl_machine_violate("C11 fork: a child has an exclusive entry "
				   "at %#lx, for frame %#lx, but no device",
				   addr, pte->pfn);
}

static void ended(struct fl_checks *checks)
{
	struct fl_process *p;

	for (p = checks->world->processes; p; p = p->next)
		if (p->forked && !has_device(p))
			fl_check_walk(p, check_pte, NULL);
}

const struct fl_checker fl_check_fork = {
	.rule = "C11 fork",
	.ended = ended,
};
