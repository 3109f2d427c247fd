/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thread.c - simulated threads: fibers on one OS thread
 *
 *  - fl_machine_spawn(), fl_machine_run(), fl_machine_thread()
 *  - fl_thread_name(), fl_thread_why()
 *  - fl_machine_adopt(), fl_machine_disown()  threads of user code
 *  - fl_hw_block(), fl_hw_wake(), fl_hw_yield()
 *  - fl_thread_wait(), fl_thread_wake_all()  the machine's own waits
 *
 * Invariants: one thread runs at a time, on its own stack; thread 0 is the
 * host's stack; the next thread to run depends only on thread numbers and
 * states, or a scheduler picks it (sched.h).  Threads of user code belong to
 * the host, which decides which of them runs; fibers are never mixed with them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

__thread struct fl_hw_thread *fl_hw_current;

void fl_thread_init(struct fl_machine *m)
{
	struct fl_thread *t = &m->threads[0];

	m->nr_threads = 1;
	t->name = "host";
	t->run.state = FL_THREAD_RUNNABLE;
	fl_hw_current = &t->hw;
	fl_stack_of_host(t);
}

void fl_thread_exit(struct fl_machine *m)
{
	unsigned int i;

	for (i = 1; i < FL_LIMIT_THREADS; i++)
		fl_stack_remove(&m->threads[i]);
	fl_hw_current = NULL;
}

void fl_thread_switch(struct fl_thread *to)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *from = fl_thread_self();

	if (from == to)
		return;
	fl_hw_current = &to->hw;
	fl_stack_switch(from, to, from->run.state == FL_THREAD_DONE);
	fl_guard_check(m);
}

void fl_thread_unwind(struct fl_machine *m)
{
	struct fl_thread *host = &m->threads[0], *self = fl_thread_self();

	if (m->native)
		fl_native_unwind(self);
	/* A thread of user code runs on a stack of the host, where its guard
	 * is. */
	if (self != host && !m->user) {
		self->run.state = FL_THREAD_DONE;
		fl_sched_set_op(self, (struct fl_op){ .kind = FL_OP_NONE });
		fl_hw_current = &host->hw;
		fl_stack_switch(self, host, 1);
	}
	fl_guard_leave(m);
}

/* The first runnable thread from @first on, cyclically, or NULL. */
static struct fl_thread *next_runnable(struct fl_machine *m, unsigned int first)
{
	unsigned int i;

	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		struct fl_thread *t =
			&m->threads[(first + i) % FL_LIMIT_THREADS];

		if (t->run.state == FL_THREAD_RUNNABLE)
			return t;
	}
	return NULL;
}

/* A thread of user code waits: the thread that will make it runnable is still
 * outside the kernel. */
static void let_others_in(struct fl_machine *m)
{
	struct fl_thread *self = fl_thread_self();
	struct fl_guard_point point;
	_Bool may_continue;

	while (self->run.state != FL_THREAD_RUNNABLE) {
		if (fl_rcu_run_ready(m))
			continue;
		fl_guard_suspend(m, &point);
		may_continue = m->user->idle();
		fl_hw_current = &self->hw;
		fl_guard_resume(m, &point);
		fl_guard_check(m);
		if (!may_continue)
			fl_machine_deadlock(m);
	}
}

/*
 * Release the CPU; the caller has set its state.  Returns when it runs again.
 * Callbacks run when all threads wait, since one of them may wait for a
 * callback.
 */
static void switch_away(void)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *to;

	if (m->native) {
		while (!next_runnable(m, 0))
			if (!fl_rcu_run_ready(m))
				fl_machine_deadlock(m);
		fl_native_schedule(fl_thread_self());
		return;
	}
	if (m->scheduler) {
		fl_sched_next(m);
		return;
	}
	if (m->user) {
		let_others_in(m);
		return;
	}
	while (!(to = next_runnable(m, 0))) {
		if (fl_rcu_run_ready(m))
			continue;
		if (m->threads[0].run.state != FL_THREAD_JOINING)
			fl_machine_deadlock(m);
		to = &m->threads[0];
		break;
	}
	fl_thread_switch(to);
}

void fl_thread_main(struct fl_thread *t)
{
	unsigned int id = t->hw.id;

	t->run.fn(t->run.arg);
	if (fl_lock_count(t))
		fl_violate("C9 locking: thread %u (%s) ends holding %s", id,
			   t->name, fl_lock_nth(t, fl_lock_count(t) - 1)->name);
	if (fl_rcu_in_section(t))
		fl_violate("C9 locking: thread %u (%s) ends in an RCU section",
			   id, t->name);
}

static void fiber_main(void)
{
	struct fl_thread *t = fl_thread_self();

	fl_stack_entered();
	fl_thread_main(t);
	t->run.state = FL_THREAD_DONE;
	switch_away();
	fl_internal("a finished thread ran");
}

void fl_thread_prepare(struct fl_thread *t)
{
	fl_stack_prepare(t, fiber_main);
}

int fl_machine_spawn(struct fl_machine *m, unsigned cpu, const char *name,
		     void (*fn)(void *), void *arg)
{
	struct fl_thread *t;
	unsigned int id;

	if (cpu >= fl_hw.nr_cpus || !fn)
		return -EINVAL;
	if (fl_guard_is_dead(m))
		return -ENOTRECOVERABLE;
	for (id = 1; id < FL_LIMIT_THREADS; id++) {
		t = &m->threads[id];
		if (t->run.state == FL_THREAD_UNUSED ||
		    (t->run.state == FL_THREAD_DONE &&
		     !fl_sched_is_running(m) && id != fl_rcu_actor(m)))
			break;
	}
	if (id == FL_LIMIT_THREADS)
		return -EAGAIN;
	t->hw = (struct fl_hw_thread){ .id = id, .cpu = cpu };
	if (fl_stack_map(m, t))
		return -ENOMEM;
	t->name = name;
	t->run.fn = fn;
	t->run.arg = arg;
	t->run.wake_pending = 0;
	fl_thread_prepare(t);
	if (id >= m->nr_threads)
		m->nr_threads = id + 1;
	t->run.state = FL_THREAD_RUNNABLE;
	return id;
}

struct fl_hw_thread *fl_machine_adopt(struct fl_machine *m, unsigned id)
{
	struct fl_thread *t = &m->threads[id];

	if (id >= FL_LIMIT_THREADS || (t->run.state != FL_THREAD_UNUSED &&
				       t->run.state != FL_THREAD_DONE))
		return NULL;
	t->hw = (struct fl_hw_thread){ .id = id };
	t->name = "user";
	t->run.wake_pending = 0;
	t->run.state = FL_THREAD_RUNNABLE;
	if (id >= m->nr_threads)
		m->nr_threads = id + 1;
	fl_hw_current = &t->hw;
	return &t->hw;
}

void fl_machine_disown(struct fl_machine *m, unsigned id)
{
	m->threads[id].run.state = FL_THREAD_DONE;
}

const char *fl_machine_thread_waits(struct fl_machine *m, unsigned id)
{
	const struct fl_reason *r;
	struct fl_thread *t;

	FL_HOLD();
	if (id >= FL_LIMIT_THREADS)
		return NULL;
	t = &m->threads[id];
	if (t->run.state != FL_THREAD_BLOCKED &&
	    t->run.state != FL_THREAD_WAITING)
		return NULL;
	r = &t->run.reason;
	snprintf(m->waits.text, sizeof(m->waits.text), "%s%s%s", r->why,
		 r->name ? " " : "", r->name ? r->name : "");
	return m->waits.text;
}

const char *fl_thread_why(struct fl_machine *m, unsigned int id)
{
	const struct fl_reason *r = &m->threads[id].run.reason;

	if (fl_thread_op(m, id)->kind == FL_OP_RCU_WAIT)
		return "grace period";
	snprintf(m->waits.text, sizeof(m->waits.text), "%s%s%s",
		 r->name || !r->why ? "" : r->why,
		 r->name && r->why && strcmp(r->why, "lock") ? r->why : "",
		 r->name ? r->name : "");
	return m->waits.text;
}

const char *fl_thread_name(struct fl_machine *m, unsigned int id)
{
	return m->threads[id].name;
}

unsigned int fl_machine_threads(struct fl_machine *m)
{
	return m->nr_threads;
}

struct fl_hw_thread *fl_machine_thread(struct fl_machine *m, unsigned id)
{
	FL_HOLD();
	if (id >= FL_LIMIT_THREADS ||
	    m->threads[id].run.state == FL_THREAD_UNUSED)
		return NULL;
	return &m->threads[id].hw;
}

static int run_all(struct fl_machine *m)
{
	unsigned int actor, i;

	if (fl_thread_self() != &m->threads[0])
		fl_internal("fl_machine_run() called by a fiber");
	m->threads[0].run.state = FL_THREAD_JOINING;
	fl_sched_begin(m);
	switch_away();
	fl_sched_end(m);
	m->threads[0].run.state = FL_THREAD_RUNNABLE;
	actor = fl_rcu_actor(m);
	if (actor)
		m->threads[actor].run.state = FL_THREAD_DONE;
	for (i = 1; i < m->nr_threads && !m->scheduler; i++)
		if (m->threads[i].run.state != FL_THREAD_DONE)
			fl_machine_deadlock(m);
	return 0;
}

int fl_machine_run(struct fl_machine *m)
{
	return FL_GUARDED(m, run_all(m));
}

_Bool fl_thread_must_not_wait(const struct fl_thread *t)
{
	return fl_rcu_in_callback(t) || fl_sched_is_untraced(t);
}

static void leave(enum fl_thread_state state, const char *why, const char *name,
		  const void *what)
{
	struct fl_thread *t = fl_thread_self();

	if (fl_thread_must_not_wait(t) && !fl_machine_current->native)
		fl_internal("an RCU callback waits for %s", why);
	fl_thread_set_reason(t, why, name, what);
	t->run.state = state;
	switch_away();
	fl_thread_set_reason(t, NULL, NULL, NULL);
}

static void set_runnable(struct fl_thread *t)
{
	t->run.state = FL_THREAD_RUNNABLE;
	if (fl_machine_current->native)
		fl_native_wake(t);
}

void fl_hw_block(const char *why, const void *what)
{
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	fl_hw_might_sleep(0, why, 0);
	if (fl_machine_current->scheduler) {
		fl_thread_set_reason(t, why, NULL, what);
		fl_sched_op(FL_OP_WAIT, &t->run.wake_pending,
			    sizeof(t->run.wake_pending));
	} else if (!t->run.wake_pending) {
		leave(FL_THREAD_BLOCKED, why, NULL, what);
	}
	t->run.wake_pending = 0;
}

int fl_hw_wake(struct fl_hw_thread *thread)
{
	struct fl_thread *t = (struct fl_thread *)thread;

	FL_HOLD();
	fl_sched_op(FL_OP_WAKE, &t->run.wake_pending,
		    sizeof(t->run.wake_pending));
	if (t->run.state == FL_THREAD_BLOCKED) {
		set_runnable(t);
		return 1;
	}
	t->run.wake_pending = 1;
	return 0;
}

void fl_hw_kill(struct fl_hw_thread *thread)
{
	struct fl_thread *t = (struct fl_thread *)thread;

	FL_HOLD();
	thread->fatal = 1;
	if (t->run.state == FL_THREAD_WAITING) {
		set_runnable(t);
		fl_machine_current->waits.nr--;
	}
}

void fl_hw_yield(void)
{
	struct fl_thread *t = fl_thread_self();

	if (fl_machine_current->native)
		sched_yield();
	else if (!fl_machine_current->scheduler && !fl_machine_current->user &&
		 !fl_thread_must_not_wait(t))
		fl_thread_switch(
			next_runnable(fl_machine_current, t->hw.id + 1));
}

void fl_thread_wait(const char *why, const char *name, const void *what)
{
	fl_machine_current->waits.nr++;
	leave(FL_THREAD_WAITING, why, name, what);
}

void fl_thread_wake_all(const void *what)
{
	struct fl_machine *m = fl_machine_current;
	unsigned int i;

	for (i = 0; m->waits.nr && i < FL_LIMIT_THREADS; i++)
		if (m->threads[i].run.state == FL_THREAD_WAITING &&
		    m->threads[i].run.reason.what == what) {
			set_runnable(&m->threads[i]);
			m->waits.nr--;
		}
}
