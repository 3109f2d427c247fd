/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swap.c - a large folio in the swap cache, partly marked for a device
 *
 *   swap cache -> folio
 *   PTEs:  | e | e | e | P | e | ...     until 6.14: marking the head marks all
 *          | e | P | P | P | P | ...     since then: only the head
 *
 * Set-up reclaims the folio while another thread holds a reference, and maps it
 * again by a load.  A second reclaim need not check whether the folio can be
 * split.
 */
#include "program.h"

#define SUB(k) (0x40200000UL + FL_PAGE * (k))
#define STORED 8

static _Bool swaps_in_large_folios(const struct fl_kernel_info *kernel)
{
	return kernel->traits.swaps_large_folios &&
	       !kernel->traits.swapin_copies_tail_pages;
}

static _Bool drops_mapcount(const struct fl_kernel_info *kernel)
{
	return kernel->traits.reclaim_drops_mapcount;
}

/* -- set-up: these threads finish before the program begins -- */

static void yield_at_end(void *cookie, const struct fl_event *event)
{
	(void)cookie;
	if (event->phase == FL_EVENT_END)
		fl_thread_yield();
}

static void fail_to_reclaim(void *arg)
{
	(void)arg;
	HOLD(fl_folio_reclaim(p->world, p->value[7]) == -EBUSY);
}

static void take_reference(void *arg)
{
	(void)arg;
	HOLD(!fl_folio_get(p->world, p->value[7]));
}

static void leave_in_swap_cache(void)
{
	fl_events_watch(p->world, yield_at_end, NULL);
	HOLD(fl_thread_spawn(p->world, 0, "reclaim", fail_to_reclaim, NULL) >
	     0);
	HOLD(fl_thread_spawn(p->world, 1, "another", take_reference, NULL) > 0);
	HOLD(!fl_threads_run(p->world));
	fl_events_watch(p->world, NULL, NULL);
	HOLD(!fl_folio_put(p->world, p->value[7]));
}

static void mark_head(void)
{
	struct fl_folio folio;

	HOLD(!fl_device_attach(p->device[0], p->process, SUB(0), FL_HUGE_PAGE));
	HOLD(value_at(SUB(0)) == 100);
	HOLD(fl_device_make_exclusive(p->device[0], SUB(0), FL_PAGE) == 1);
	HOLD(value_at(SUB(3)) == 103);
	HOLD(pte_at(SUB(0)).exclusive && pte_at(SUB(3)).present);
	HOLD(!fl_folio_view(p->world, p->value[7], &folio));
	HOLD(folio.swap_cache);
}

/* -- the program -- */

static void reclaim_large(unsigned long number)
{
	p->ret[number] = fl_folio_reclaim(p->world, p->value[7]);
}

static void load_head(unsigned long number)
{
	p->ret[number] = fl_load(p->process, SUB(0), &p->value[number]);
}

static void values_are_kept(void)
{
	unsigned long k;

	HOLD(!p->ret[1] && p->value[1] == 100);
	for (k = 0; k < STORED; k++)
		HOLD(value_at(SUB(k)) == 100 + k);
}

PROGRAM(large_reclaimed_again,
	"A large folio, with one page exclusive to a device, is swapped out a "
	"second time while a CPU faults that page: are the counts right?",
	.applies = swaps_in_large_folios,
	.needs = "large folios that are swapped out and mapped again without "
		 "a split",
	.swap_pages = 2048, .bound = 100, .breaks = "mapcount_left_at_free",
	.breaks_on = drops_mapcount)
{
	unsigned long k;

	HOLD(!fl_mmap(p->process, SUB(0), FL_HUGE_PAGE, RW, FL_MAP_HUGE));
	for (k = 0; k < STORED; k++)
		HOLD(!fl_store(p->process, SUB(k), 100 + k));
	p->value[7] = pte_at(SUB(0)).pfn;
	p->watched = SUB(0);
	leave_in_swap_cache();
	mark_head();
	cpu(0, reclaim_large);
	cpu(1, load_head);
	p->check = values_are_kept;
}
