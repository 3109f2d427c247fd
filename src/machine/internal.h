/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * internal.h - the machine, as its own files see it
 *
 * Each part of struct fl_machine and struct fl_thread belongs to the file whose
 * header defines it: only this file and this header use the fields of the part
 * (tests/lint/parts.py).  Other files call the functions that the header
 * declares.
 */
#ifndef FL_MACHINE_INTERNAL_H
#define FL_MACHINE_INTERNAL_H

#include "machine/arena.h"
#include "machine/choice.h"
#include "machine/console.h"
#include "machine/frame.h"
#include "machine/guard.h"
#include "machine/lock.h"
#include "machine/machine.h"
#include "machine/mmu.h"
#include "machine/native.h"
#include "machine/object.h"
#include "machine/port.h"
#include "machine/rcu.h"
#include "machine/report.h"
#include "machine/sched.h"
#include "machine/source.h"
#include "machine/stack.h"
#include "machine/state.h"
#include "machine/steps.h"
#include "machine/thread.h"

/* It lies at the start of the arena. */
struct fl_machine {
	/* What decides which thread runs, if not the machine itself. */
	int native;			/* the host: pthreads are running */
	struct fl_scheduler *scheduler; /* or NULL */
	/* NULL: no user code runs in this process itself. */
	const struct fl_user *user;

	struct fl_thread threads[FL_LIMIT_THREADS];
	unsigned int nr_threads; /* numbers from here on are unused */

	struct fl_waits waits;
	struct fl_stacks stacks;
	struct fl_steps steps;
	struct fl_choices choices;
	struct fl_frames frames;
	struct fl_objects objects;
	struct fl_rcu rcu;
	struct fl_tlbs tlbs;
	struct fl_arena arena;
	struct fl_states states;
	struct fl_sources sources;
	struct fl_guard guard;
	struct fl_report report;
	struct fl_console console;
	struct fl_locks locks;
};

extern struct fl_machine *fl_machine_current;

/*
 * Until the end of the block, no other thread changes the machine's own state.
 * Nests; costs nothing if threads take turns.  A wait inside releases the hold.
 */
static inline int fl_hold_begin(void)
{
	if (!fl_machine_current || !fl_machine_current->native)
		return 0;
	__fl_hold();
	return 1;
}

static inline void fl_hold_end(const int *held)
{
	if (*held)
		__fl_release();
}

#define FL_HOLD()                                     \
	__attribute__((cleanup(fl_hold_end), unused)) \
	const int fl_held_ = fl_hold_begin()

#endif /* FL_MACHINE_INTERNAL_H */
