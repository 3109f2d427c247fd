/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * internal.h - what the files of the world share
 *
 * Only the OS thread that booted a world uses it.  The kernel's state and the
 * host's structures below are both in the machine's arena (fl_machine_alloc()).
 * Processes and devices that ended stay allocated until shutdown, because the
 * event log refers to them.
 */
#ifndef FL_WORLD_INTERNAL_H
#define FL_WORLD_INTERNAL_H

#include "faultlab/faultlab.h"
#include "kernel.h"
#include "machine/machine.h"
#include "machine/hardware.h"
#include "world/hooks.h"

#define FL_LIMIT_WORLD_THREADS 64
/* Faults of one access before C14 reports that the kernel makes no progress. */
#define FL_LIMIT_FAULTS	       1000

struct fl_start {
	struct fl_world *world;
	fl_thread_fn *fn;
	void *arg;
	int id; /* thread number, while @live */
	_Bool live;
};

struct fl_world {
	struct fl_machine *machine;
	const struct fl_kernel *kernel;
	_Bool catch_end;
	struct fl_audit after_boot;
	struct fl_audit before_driver; /* before the driver's load */
	_Bool driver_loaded;
	struct fl_process *processes;
	struct fl_device *devices;
	struct fl_start starts[FL_LIMIT_WORLD_THREADS];

	struct fl_event *log;		   /* ring of FL_EVENT_LOG events */
	unsigned long nr_events;	   /* total, not limited to the log */
	struct fl_subscriber *subscribers; /* the last one first */
	struct fl_hooks watch;		   /* of fl_events_watch() */
	struct fl_subscriber watcher;	   /* its subscription */
};

struct fl_process {
	struct fl_world *world;
	struct fl_mm *mm; /* NULL after exit */
	_Bool forked;
	_Bool has_buffer; /* of the kernel's test driver */
	struct fl_process *next;
};

/* Return: bytes of address space that a world with @config uses. */
unsigned long fl_world_memory(const struct fl_world_config *config);

/*
 * FL_IN_KERNEL - evaluate @call, which runs kernel code, in the machine's guard
 *
 *	ret = FL_IN_KERNEL(world, k->folio->get(pfn));
 *	ret = FL_IN_KERNEL(world, (k->view->folio(pfn, &folio), 0));
 *
 * @call: as in FL_GUARDED().  Several calls are a function with parameters of
 * their own.
 *
 * If the world ends, its report is printed and the process aborts, unless the
 * world was booted with catch_end.
 * Return: the value of @call, or -ENOTRECOVERABLE.
 */
#define FL_IN_KERNEL(world, call)                                          \
	({                                                                 \
		struct fl_world *const w_ = (world);                       \
		const __auto_type result_ = FL_GUARDED(w_->machine, call); \
		if (result_ == -ENOTRECOVERABLE)                           \
			fl_world_check_end(w_);                            \
		result_;                                                   \
	})

/* As FL_IN_KERNEL(), for a call that uses process->mm.
 * Return: also -ESRCH: the process has exited, and @call is not evaluated. */
#define FL_IN_PROCESS(process, call) \
	((process)->mm ? FL_IN_KERNEL((process)->world, call) : -ESRCH)

/* For FL_IN_KERNEL() only: abort with a report if the world has ended and was
 * not booted with catch_end. */
void fl_world_check_end(struct fl_world *world);

/*
 * fl_world_load_driver - load the kernel's test driver.  It belongs to the
 * world from then on and is not a leak; shutdown unloads it.
 * Context: no thread runs.  Return: the number of its devices; -EOPNOTSUPP: the
 * kernel has no test driver, or the machine too few device frames; -errno;
 * -ENOTRECOVERABLE.
 */
int fl_world_load_driver(struct fl_world *world);

/* Return: 1 if [start, start + len) is a nonempty, page-aligned range of
 * user addresses. */
int fl_range_ok(unsigned long start, unsigned long len);

/* Return: 0, or the error of fl_fault() for these @flags. */
int fl_fault_flags_ok(const struct fl_process *process, unsigned int flags);

/* fl_event_log - log @n and publish it; @device may be NULL */
void fl_event_log(struct fl_process *process, struct fl_device *device,
		  const struct fl_notification *n);
/* The callback of a process's own notifier; @cookie: the process. */
int fl_event_listen(void *cookie, const struct fl_notification *n);

#endif /* FL_WORLD_INTERNAL_H */
