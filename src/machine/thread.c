/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thread.c - simulated threads: fibers on one OS thread
 *
 *  - fl_machine_spawn(), fl_machine_run(), fl_machine_thread()
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
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"
#include "poison.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define FIBER_LEAVE(save, to) \
	__sanitizer_start_switch_fiber(save, (to)->asan_bottom, (to)->asan_size)
#define FIBER_ENTER(fake) __sanitizer_finish_switch_fiber(fake, NULL, NULL)
#else
#define FIBER_LEAVE(save, to)	((void)(save))
#define FIBER_ENTER(fake)	((void)(fake))
#endif

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(start, end)	0
#define VALGRIND_STACK_DEREGISTER(id)		((void)(id))
#endif

__thread struct fl_hw_thread *fl_hw_current;

struct fl_thread *fl_thread_self(void)
{
	return (struct fl_thread *)fl_hw_current;
}

void fl_thread_init(struct fl_machine *m)
{
	struct fl_thread *t = &m->threads[0];
	pthread_attr_t attr;
	void *bottom;

	m->nr_threads = 1;
	t->name = "host";
	t->state = FL_THREAD_RUNNABLE;
	fl_hw_current = &t->hw;
	if (!pthread_getattr_np(pthread_self(), &attr)) {
		if (!pthread_attr_getstack(&attr, &bottom, &t->asan_size))
			t->asan_bottom = bottom;
		pthread_attr_destroy(&attr);
	}
}

void fl_thread_exit(struct fl_machine *m)
{
	unsigned int i;

	for (i = 1; i < FL_LIMIT_THREADS; i++) {
		struct fl_thread *t = &m->threads[i];

		if (t->valgrind_knows)
			VALGRIND_STACK_DEREGISTER(t->valgrind_id);
	}
	fl_hw_current = NULL;
}

/* Register a stack with Valgrind when a fiber first runs on it: if a registered
 * stack is never used, DRD (3.19) fails at the end of a pthread. */
static void tell_valgrind(struct fl_thread *t)
{
	if (!t->stack || t->valgrind_knows)
		return;
	t->valgrind_id = VALGRIND_STACK_REGISTER(t->asan_bottom,
				(char *)t->asan_bottom + FL_STACK_SIZE);
	t->valgrind_knows = 1;
}

/* If the world has ended, thread 0 leaves it when it is switched to. */
void fl_thread_switch(struct fl_thread *to)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *from = fl_thread_self();

	if (from == to)
		return;
	tell_valgrind(to);
	fl_hw_current = &to->hw;
	FIBER_LEAVE(from->state == FL_THREAD_DONE ? NULL : &from->asan_fake,
		    to);
	fl_fiber_switch(&from->fiber, &to->fiber);
	FIBER_ENTER(from->asan_fake);
	if (m->dead)
		siglongjmp(m->unwind, 1);
}

void fl_thread_unwind(struct fl_machine *m)
{
	struct fl_thread *host = &m->threads[0], *self = fl_thread_self();

	if (m->native)
		fl_native_unwind(self);
	/* A thread of user code runs on a stack of the host, where its guard
	 * is. */
	if (self != host && !m->user) {
		self->state = FL_THREAD_DONE;
		self->op.kind = FL_OP_NONE;
		fl_hw_current = &host->hw;
		FIBER_LEAVE(NULL, host);
		fl_fiber_switch(&self->fiber, &host->fiber);
	}
	siglongjmp(m->unwind, 1);
}

/* The first runnable thread from @first on, cyclically, or NULL. */
static struct fl_thread *next_runnable(struct fl_machine *m, unsigned int first)
{
	unsigned int i;

	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		struct fl_thread *t = &m->threads[(first + i) %
						  FL_LIMIT_THREADS];

		if (t->state == FL_THREAD_RUNNABLE)
			return t;
	}
	return NULL;
}

/* A thread of user code waits: the thread that will make it runnable is still
 * outside the kernel. */
static void let_others_in(struct fl_machine *m)
{
	struct fl_thread *self = fl_thread_self();
	const int guarded = m->guarded;
	sigjmp_buf unwind;
	_Bool somebody;

	memcpy(unwind, m->unwind, sizeof(unwind));
	while (self->state != FL_THREAD_RUNNABLE) {
		if (fl_rcu_run_ready(m))
			continue;
		m->guarded = 0;
		somebody = m->user->idle();
		fl_hw_current = &self->hw;
		m->guarded = guarded;
		memcpy(m->unwind, unwind, sizeof(unwind));
		if (m->dead)
			siglongjmp(m->unwind, 1);
		if (!somebody)
			fl_thread_deadlock(m);
	}
}

/*
 * Release the CPU; the caller has set its state.  Returns when it runs again.
 * Callbacks run when all threads wait, since one of them may wait for a
 * callback.
 */
static void schedule(void)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *to;

	if (m->native) {
		while (!next_runnable(m, 0))
			if (!fl_rcu_run_ready(m))
				fl_thread_deadlock(m);
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
		if (m->threads[0].state != FL_THREAD_JOINING)
			fl_thread_deadlock(m);
		to = &m->threads[0];
		break;
	}
	fl_thread_switch(to);
}

void fl_thread_main(struct fl_thread *t)
{
	unsigned int id = t->hw.id;

	t->fn(t->arg);
	if (t->nr_held)
		fl_violate("C9 locking: thread %u (%s) ends holding %s", id,
			   t->name, fl_held(t, t->nr_held - 1)->name);
	if (t->rcu_nesting)
		fl_violate("C9 locking: thread %u (%s) ends in an RCU section",
			   id, t->name);
}

static void fiber_main(void)
{
	struct fl_thread *t = fl_thread_self();

	FIBER_ENTER(NULL);
	fl_thread_main(t);
	t->state = FL_THREAD_DONE;
	schedule();
	fl_internal("a finished thread ran");
}

static int map_stack(struct fl_machine *m, struct fl_thread *t)
{
	char *p = m->stacks + t->hw.id * (FL_STACK_SIZE + FL_PAGE_SIZE);

	if (t->stack)
		return 0;
	if (mprotect(p, FL_PAGE_SIZE, PROT_NONE))
		return -ENOMEM;
	t->stack = p;
	t->asan_bottom = p + FL_PAGE_SIZE;
	t->asan_size = FL_STACK_SIZE;
	return 0;
}

/* Make the next switch to @t start its function. */
void fl_thread_prepare(struct fl_thread *t)
{
	t->asan_fake = NULL;
	fl_fresh_stack(t->stack + FL_PAGE_SIZE, FL_STACK_SIZE);
	fl_fiber_prepare(&t->fiber, t->stack + FL_PAGE_SIZE, FL_STACK_SIZE,
			 fiber_main);
}

int fl_machine_spawn(struct fl_machine *m, unsigned cpu, const char *name,
		     void (*fn)(void *), void *arg)
{
	struct fl_thread *t;
	unsigned int id;

	if (cpu >= fl_hw.nr_cpus || !fn)
		return -EINVAL;
	if (m->dead)
		return -ENOTRECOVERABLE;
	for (id = 1; id < FL_LIMIT_THREADS; id++) {
		t = &m->threads[id];
		if (t->state == FL_THREAD_UNUSED ||
		    (t->state == FL_THREAD_DONE && !m->running &&
		     id != m->rcu_actor))
			break;
	}
	if (id == FL_LIMIT_THREADS)
		return -EAGAIN;
	t->hw = (struct fl_hw_thread){ .id = id, .cpu = cpu };
	if (map_stack(m, t))
		return -ENOMEM;
	t->name = name;
	t->fn = fn;
	t->arg = arg;
	t->wake_pending = 0;
	fl_thread_prepare(t);
	if (id >= m->nr_threads)
		m->nr_threads = id + 1;
	t->state = FL_THREAD_RUNNABLE;
	return id;
}

struct fl_hw_thread *fl_machine_adopt(struct fl_machine *m, unsigned id)
{
	struct fl_thread *t = &m->threads[id];

	if (id >= FL_LIMIT_THREADS || (t->state != FL_THREAD_UNUSED &&
				       t->state != FL_THREAD_DONE))
		return NULL;
	t->hw = (struct fl_hw_thread){ .id = id };
	t->name = "user";
	t->wake_pending = 0;
	t->state = FL_THREAD_RUNNABLE;
	if (id >= m->nr_threads)
		m->nr_threads = id + 1;
	fl_hw_current = &t->hw;
	return &t->hw;
}

void fl_machine_disown(struct fl_machine *m, unsigned id)
{
	m->threads[id].state = FL_THREAD_DONE;
}

const char *fl_machine_thread_waits(struct fl_machine *m, unsigned id)
{
	struct fl_thread *t;

	FL_HOLD();
	if (id >= FL_LIMIT_THREADS)
		return NULL;
	t = &m->threads[id];
	if (t->state != FL_THREAD_BLOCKED && t->state != FL_THREAD_WAITING)
		return NULL;
	snprintf(m->waits_text, sizeof(m->waits_text), "%s%s%s", t->why,
		 t->why_name ? " " : "", t->why_name ? t->why_name : "");
	return m->waits_text;
}

struct fl_hw_thread *fl_machine_thread(struct fl_machine *m, unsigned id)
{
	FL_HOLD();
	if (id >= FL_LIMIT_THREADS || m->threads[id].state == FL_THREAD_UNUSED)
		return NULL;
	return &m->threads[id].hw;
}

static int run_all(void *arg)
{
	struct fl_machine *m = arg;
	unsigned int i;

	if (fl_thread_self() != &m->threads[0])
		fl_internal("fl_machine_run() called by a fiber");
	m->running = 1;
	m->threads[0].state = FL_THREAD_JOINING;
	/* Without steps, the host's own calls before and after the run stay
	 * cheap. */
	fl_hw.stepping = m->scheduler != NULL;
	if (m->scheduler)
		fl_sched_start(m);
	schedule();
	fl_hw.stepping = 0;
	m->threads[0].state = FL_THREAD_RUNNABLE;
	m->running = 0;
	if (m->rcu_actor)
		m->threads[m->rcu_actor].state = FL_THREAD_DONE;
	for (i = 1; i < m->nr_threads && !m->scheduler; i++)
		if (m->threads[i].state != FL_THREAD_DONE)
			fl_thread_deadlock(m);
	return 0;
}

int fl_machine_run(struct fl_machine *m)
{
	return fl_machine_guard(m, run_all, m);
}

static void leave(enum fl_thread_state state, const char *why,
		  const char *name, const void *what)
{
	struct fl_thread *t = fl_thread_self();

	if ((t->in_callback || t->quiet) && !fl_machine_current->native)
		fl_internal("an RCU callback waits for %s", why);
	t->why = why;
	t->why_name = name;
	t->what = what;
	t->state = state;
	schedule();
	t->why = t->why_name = NULL;
	t->what = NULL;
}

static void set_runnable(struct fl_thread *t)
{
	t->state = FL_THREAD_RUNNABLE;
	if (fl_machine_current->native)
		fl_native_wake(t);
}

void fl_hw_block(const char *why, const void *what)
{
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	fl_hw_might_sleep(0, why, 0);
	if (fl_machine_current->scheduler) {
		t->why = why;
		t->why_name = NULL;
		t->what = what;
		fl_sched_op(FL_OP_WAIT, &t->wake_pending,
			    sizeof(t->wake_pending));
	} else if (!t->wake_pending) {
		leave(FL_THREAD_BLOCKED, why, NULL, what);
	}
	t->wake_pending = 0;
}

int fl_hw_wake(struct fl_hw_thread *thread)
{
	struct fl_thread *t = (struct fl_thread *)thread;

	FL_HOLD();
	if (fl_machine_current->scheduler)
		fl_sched_op(FL_OP_WAKE, &t->wake_pending, sizeof(t->wake_pending));
	if (t->state == FL_THREAD_BLOCKED) {
		set_runnable(t);
		return 1;
	}
	t->wake_pending = 1;
	return 0;
}

void fl_hw_kill(struct fl_hw_thread *thread)
{
	struct fl_thread *t = (struct fl_thread *)thread;

	FL_HOLD();
	thread->fatal = 1;
	if (t->state == FL_THREAD_WAITING) {
		set_runnable(t);
		fl_machine_current->nr_waiting--;
	}
}

void fl_hw_yield(void)
{
	struct fl_thread *t = fl_thread_self();

	if (fl_machine_current->native)
		sched_yield();
	else if (!fl_machine_current->scheduler && !fl_machine_current->user &&
		 !t->in_callback && !t->quiet)
		fl_thread_switch(next_runnable(fl_machine_current, t->hw.id + 1));
}

void fl_thread_wait(const char *why, const char *name, const void *what)
{
	fl_machine_current->nr_waiting++;
	leave(FL_THREAD_WAITING, why, name, what);
}

void fl_thread_wake_all(const void *what)
{
	struct fl_machine *m = fl_machine_current;
	unsigned int i;

	for (i = 0; m->nr_waiting && i < FL_LIMIT_THREADS; i++)
		if (m->threads[i].state == FL_THREAD_WAITING &&
		    m->threads[i].what == what) {
			set_runnable(&m->threads[i]);
			m->nr_waiting--;
		}
}
