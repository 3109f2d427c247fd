/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check.h - who watches a world while its threads are explored
 *
 *  - struct fl_checker                           one rule, or a few that go together
 *  - fl_checks_begin(), _end()                   on and off
 *  - fl_checks_at_end(), fl_checks_at_teardown() when all threads have ended
 *  - fl_check_*()                                what the world and the drivers tell
 *
 * A checker knows no kernel's insides: it has the entries of page tables as hardware
 * sees them, the views of struct fl_kernel, the TLBs and the devices' own tables.  It
 * ends the world by fl_machine_violate(), whose text begins with the rule.
 *
 * Checks are made at once after what they are about, before another thread can do
 * anything.  What they look at of other threads they announce as loads, so that the
 * explorer brings both orders about: with
 *
 *   device                        CPU
 *   entry := writable             PTE := present
 *   look at the PTE               look at the device's entry
 *
 * one of the two sees both, whenever both are there at one time.
 */
#ifndef FL_CHECK_CHECK_H
#define FL_CHECK_CHECK_H

#include "faultlab/device.h"
#include "faultlab/event.h"
#include "world/internal.h"

/* An entry of a page table that a thread has just changed. */
struct fl_change {
	struct fl_process *process;	/* NULL: of none that is known yet */
	unsigned long addr;		/* only with a process */
	unsigned long *place;
	unsigned long was, now;		/* as hardware sees them */
	unsigned int thread;
};

/* What a checker has no use for is NULL.  What it keeps lies in the world. */
struct fl_checker {
	const char *rule;
	void (*changed)(struct fl_world *world, const struct fl_change *change);
	/* A CPU is about to use frame @pfn for @addr, as its TLB tells. */
	void (*translated)(struct fl_world *world, unsigned int cpu,
			   unsigned long addr, unsigned long pfn);
	/* The device's entry of @addr was set by its driver. */
	void (*programmed)(struct fl_device *device, unsigned long addr);
	/* The driver was given page @pfn at @addr, marked. */
	void (*marked)(struct fl_device *device, unsigned long addr,
		       unsigned long pfn);
	/* A notification of phase FL_EVENT_DEVICE made the driver drop rights. */
	void (*revoked)(struct fl_device *device,
			const struct fl_notification *n);
	void (*told)(struct fl_world *world, const struct fl_event *event);
	/* All threads have ended. */
	void (*ended)(struct fl_world *world);
};

extern const struct fl_checker fl_check_exclusive, fl_check_bits,
	fl_check_counts, fl_check_notify, fl_check_fork, fl_check_mark,
	fl_check_stale;

/* -- what the world and the drivers call; nothing where checks are off -- */

/* fl_checks_begin - Return: 0, -ENOMEM.  Context: no thread runs. */
int fl_checks_begin(struct fl_world *world);
void fl_checks_end(struct fl_world *world);

/* fl_checks_at_end - what must be so once all threads have ended */
void fl_checks_at_end(struct fl_world *world);

/* fl_checks_at_teardown - end all processes: is anything left?
 * Context: in a guard; there is no way back but a snapshot. */
void fl_checks_at_teardown(struct fl_world *world);

void fl_check_programmed(struct fl_device *device, unsigned long addr);
void fl_check_marked(struct fl_device *device, unsigned long addr,
		     unsigned long pfn);
void fl_check_revoked(struct fl_device *device,
		      const struct fl_notification *n);
void fl_check_told(struct fl_world *world, const struct fl_event *event);

/* -- what checkers share -- */

#define FL_CHECK_THREADS	16	/* as many as can be explored */
#define FL_CHECK_RANGES		8	/* that a thread has told of at once */
#define FL_CHECK_STORES		32	/* entries that a thread stored last */
#define FL_CHECK_MARKINGS	100	/* in a row, of one page, that a thread begins and
					 * no driver gets */

struct fl_check_range {
	struct fl_process *process;
	unsigned long start, end;
};

/* What a thread did; only its own steps write it, so that it is the same in
 * equivalent runs. */
struct fl_check_thread {
	struct fl_check_range ranges[FL_CHECK_RANGES];
	unsigned int nr_ranges;
	struct fl_change stores[FL_CHECK_STORES];	/* a ring */
	unsigned int nr_stores;
	unsigned long marking;		/* the page whose marking it began last */
	unsigned int nr_markings;	/* so often in a row */
};

struct fl_checks {
	struct fl_check_thread threads[FL_CHECK_THREADS];
};

/* Return: the entry before the last @back ones that the thread changed, or NULL. */
const struct fl_change *fl_check_store(struct fl_world *world,
				       unsigned int thread, unsigned int back);

/* Return: the entry of @addr, or where its way ends.  No step. */
unsigned long *fl_check_place(struct fl_process *process, unsigned long addr);

/* Return: what the entry said before, in the kernel's own words.  @change has a
 * process.  No step. */
struct fl_pte fl_check_was(const struct fl_change *change);

/* What a page-table entry maps: @pfn of @pages frames. */
_Bool fl_entry_maps(unsigned long entry, unsigned long pfn, unsigned long pages);

/* fl_check_walk - @fn for each page of @process that has an entry, a huge one once */
void fl_check_walk(struct fl_process *process,
		   void (*fn)(void *arg, unsigned long addr,
			      const struct fl_pte *pte),
		   void *arg);

#endif /* FL_CHECK_CHECK_H */
