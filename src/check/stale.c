/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stale.c - C15: a CPU uses no translation to a free or a
 * device's exclusive page
 *
 * Reads the TLB: the page-table entry may have been cleared long ago.
 */
#include "check/check.h"
#include "device/internal.h"

static void translated(struct fl_checks *checks, unsigned int cpu,
		       unsigned long va, unsigned long pfn)
{
	const struct fl_device *d;
	unsigned long i;

	if (!fl_hw_frame_allocated(pfn))
		fl_machine_violate("C15 stale: CPU %u accesses %#lx by a "
				   "translation to frame %#lx, which is free",
				   cpu, va, pfn);
	for (d = checks->world->devices; d; d = d->next)
		for (i = 0; d->process && i < d->len / FL_PAGE; i++)
			if (d->table[i].writable && d->table[i].pfn == pfn)
				fl_machine_violate("C15 stale: CPU %u "
						   "accesses %#lx by a "
						   "translation to frame "
						   "%#lx, which device "
						   "%s has exclusively",
						   cpu, va, pfn, d->name);
}

const struct fl_checker fl_check_stale = {
	.rule = "C15 stale",
	.translated = translated,
};
