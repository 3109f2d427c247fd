/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check.h - checkers that watch a world while its threads are explored
 *
 *  - struct fl_checker                           one rule or related rules
 *  - fl_checks_begin(), _end()                   on and off
 *  - fl_checks_at_end(), fl_checks_at_teardown() when all threads have ended
 *
 * A checker does not know the kernel's internals.  It reads page tables
 * as hardware does, the views of struct fl_kernel, the TLBs and the
 * devices' tables.  It ends the world with fl_machine_violate(), whose
 * text begins with the rule.
 *
 * A check runs right after the event it is about, before another thread can
 * run.  What it reads of other threads it announces as loads, so the explorer
 * tries both orders: with
 *
 *   device                        CPU
 *   entry := writable             PTE := present
 *   reads the PTE                 reads the device's entry
 *
 * one of the two sees both, whenever both are set at the same time.
 */
#ifndef FL_CHECK_CHECK_H
#define FL_CHECK_CHECK_H

#include "faultlab/device.h"
#include "faultlab/event.h"
#include "world/internal.h"

/* A change that a thread has just made to a page-table entry. */
struct fl_change {
	struct fl_process *process; /* NULL: none was found */
	unsigned long addr;	    /* valid only with a process */
	unsigned long *place;
	unsigned long was, now; /* raw, as hardware reads them */
	unsigned int thread;
};

struct fl_checks;

/* NULL: the checker ignores the event.  A checker keeps its state in struct
 * fl_checks.  Events with a device, and @notified, are those of struct
 * fl_hooks. */
struct fl_checker {
	const char *rule;
	void (*changed)(struct fl_checks *checks,
			const struct fl_change *change);
	/* A CPU is about to use frame @pfn for @addr, according to its TLB. */
	void (*translated)(struct fl_checks *checks, unsigned int cpu,
			   unsigned long addr, unsigned long pfn);
	void (*notified)(struct fl_checks *checks,
			 const struct fl_event *event);
	void (*marked)(struct fl_checks *checks, struct fl_device *device,
		       unsigned long addr, unsigned long pfn);
	void (*programmed)(struct fl_checks *checks, struct fl_device *device,
			   unsigned long addr);
	void (*revoked)(struct fl_checks *checks, struct fl_device *device,
			const struct fl_notification *n);
	/* All threads have ended. */
	void (*ended)(struct fl_checks *checks);
};

extern const struct fl_checker fl_check_exclusive, fl_check_bits,
	fl_check_counts, fl_check_notify, fl_check_fork, fl_check_mark,
	fl_check_stale;

/* fl_checks_begin - let all checkers watch @world
 * Return: what the caller passes to fl_checks_end(); NULL: no memory.
 * Context: no thread runs. */
struct fl_checks *fl_checks_begin(struct fl_world *world);
/* fl_checks_end - NULL is ignored */
void fl_checks_end(struct fl_checks *checks);

/* fl_checks_at_end - check what must hold after all threads have ended */
void fl_checks_at_end(struct fl_checks *checks);

/* fl_checks_at_teardown - end all processes and check that nothing is left
 * Context: in a guard.  Only restoring a snapshot undoes it. */
void fl_checks_at_teardown(struct fl_checks *checks);

/* -- shared by checkers -- */

#define FL_CHECK_THREADS  16 /* limit of the explorer */
#define FL_CHECK_RANGES	  8  /* open ranges of one thread */
#define FL_CHECK_STORES	  32 /* last stores of one thread */
/* Markings of one page in a row, begun by one thread, without a driver that
 * gets the page. */
#define FL_CHECK_MARKINGS 100

struct fl_check_range {
	struct fl_process *process;
	unsigned long start, end;
};

/* What a thread has done.  Only its own steps change this, so it is the same in
 * equivalent runs. */
struct fl_check_thread {
	struct fl_check_range ranges[FL_CHECK_RANGES];
	unsigned int nr_ranges;
	struct fl_change stores[FL_CHECK_STORES]; /* a ring */
	unsigned int nr_stores;
	unsigned long marking;	  /* the page it began to mark last */
	unsigned int nr_markings; /* how often in a row */
};

/* In the world's memory, so a restored snapshot has the state of its time. */
struct fl_checks {
	struct fl_world *world;
	struct fl_subscriber subscriber;
	struct fl_observer observer;
	struct fl_check_thread threads[FL_CHECK_THREADS];
};

/* Return: the change that the thread made @back changes before its last
 * one, or NULL. */
const struct fl_change *fl_check_store(const struct fl_checks *checks,
				       unsigned int thread, unsigned int back);

/* Return: the entry for @addr, or the one at which the walk ends; NULL: the
 * process has exited.  No step. */
unsigned long *fl_check_place(struct fl_process *process, unsigned long addr);

/* Return: the old entry, decoded by the kernel's view.  @change has a process.
 * No step. */
struct fl_pte fl_check_was(const struct fl_change *change);

/* Return: whether a page-table entry maps any of @pages frames from @pfn on. */
_Bool fl_entry_maps(unsigned long entry, unsigned long pfn,
		    unsigned long pages);

/* fl_check_walk - call @fn for each page of @process that has an entry, and
 * once for a huge page */
void fl_check_walk(struct fl_process *process,
		   void (*fn)(void *arg, unsigned long addr,
			      const struct fl_pte *pte),
		   void *arg);

#endif /* FL_CHECK_CHECK_H */
