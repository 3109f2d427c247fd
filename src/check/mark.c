/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mark.c - C12: marking succeeds only for the page that is at the address then
 *
 * The stores of the marking thread show that the page was there: the thread has
 * just stored the entry for that page at that address.  Only the last
 * FL_CHECK_STORES stores of a thread are kept, so if it marks many pages at
 * once, the first of them are not checked.
 */
#include "check/check.h"
#include "device/internal.h"

static _Bool has_stored(const struct fl_checks *checks, unsigned long addr,
			unsigned long pfn)
{
	const struct fl_change *c, *before;
	unsigned int back;

	for (back = 0; (c = fl_check_store(checks, fl_hw_current->id, back));
	     back++) {
		before = fl_check_store(checks, fl_hw_current->id, back + 1);
		if (c->process && c->addr == addr && before &&
		    before->place == c->place &&
		    fl_entry_maps(before->was, pfn, 1))
			return 1;
	}
	return back == FL_CHECK_STORES;
}

static void marked(struct fl_checks *checks, struct fl_device *d,
		   unsigned long addr, unsigned long pfn)
{
	/* Stores of the host thread are not recorded. */
	if (fl_hw_current->id && !has_stored(checks, addr, pfn))
		fl_machine_violate("C12 marking: device %s was given frame "
				   "%#lx for %#lx, but that frame was not "
				   "mapped there when it was marked",
				   d->name, pfn, addr);
}

const struct fl_checker fl_check_mark = {
	.rule = "C12 marking",
	.marked = marked,
};
