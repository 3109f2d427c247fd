/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native.c - simulated threads on real ones: one pthread each
 *
 *  - fl_machine_run_native()
 *  - __fl_hold(), __fl_release()   the machine's own lock
 *  - fl_native_schedule(), fl_native_wake()
 *
 * Kernel code runs on all of them at the same time.  One mutex guards the
 * machine's own state (thread states, lock words, frames, TLBs).  This mutex is
 * also what orders the threads for ThreadSanitizer and Helgrind: they see races
 * between two calls of the machine, and miss some that a real lock would not
 * order.
 *
 * Invariants: a waiting thread has released the mutex, however often it holds
 * it; in a world that has ended, a thread runs no further than its next call of
 * the machine.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "internal.h"
#include "order.h"

int fl_order_watched;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake[FL_LIMIT_THREADS];
static __thread unsigned int depth; /* holds of this thread */

void __fl_hold(void)
{
	struct fl_machine *m = fl_machine_current;

	if (!depth++)
		pthread_mutex_lock(&mutex);
	if (fl_guard_is_dead(m))
		fl_thread_unwind(m);
}

void __fl_release(void)
{
	if (!--depth)
		pthread_mutex_unlock(&mutex);
}

/* In a world that has ended, no thread must be left waiting. */
static void wake_all_threads(void)
{
	unsigned int i;

	for (i = 0; i < FL_LIMIT_THREADS; i++)
		pthread_cond_signal(&wake[i]);
}

void fl_native_wake(struct fl_thread *t)
{
	pthread_cond_signal(&wake[t->hw.id]);
}

void fl_native_schedule(struct fl_thread *t)
{
	struct fl_machine *m = fl_machine_current;
	unsigned int held = depth;

	while (!fl_thread_is(t, FL_THREAD_RUNNABLE) && !fl_guard_is_dead(m)) {
		depth = 1;
		pthread_cond_wait(&wake[t->hw.id], &mutex);
		depth = held;
	}
	if (fl_guard_is_dead(m))
		fl_thread_unwind(m);
}

void fl_native_unwind(struct fl_thread *t)
{
	if (depth) {
		wake_all_threads();
		depth = 0;
		pthread_mutex_unlock(&mutex);
	}
	siglongjmp(t->pthread.exit, 1);
}

static void *run(void *arg)
{
	struct fl_thread *t = arg;

	fl_hw_current = &t->hw;
	depth = 0;
	if (!sigsetjmp(t->pthread.exit, 0))
		fl_thread_main(t);
	/* Thread 0 or others may wait for the last action of this one. */
	pthread_mutex_lock(&mutex);
	fl_thread_set(t, FL_THREAD_DONE);
	wake_all_threads();
	pthread_mutex_unlock(&mutex);
	return NULL;
}

/* Return: 0; -EBUSY: two threads share a CPU, whose per-CPU data only one
 * thread may use. */
static int check_cpus(struct fl_machine *m)
{
	unsigned int i, cpus = 0;

	for (i = 1; i < FL_LIMIT_THREADS; i++) {
		if (!fl_thread_is(&m->threads[i], FL_THREAD_RUNNABLE))
			continue;
		if (cpus >> m->threads[i].hw.cpu & 1)
			return -EBUSY;
		cpus |= 1u << m->threads[i].hw.cpu;
	}
	return 0;
}

static int run_all(struct fl_machine *m)
{
	pthread_t threads[FL_LIMIT_THREADS];
	char started[FL_LIMIT_THREADS] = { 0 };
	unsigned int i;
	int ret = 0;

	/* Not runnable, so that a deadlock of the other threads is detected. */
	fl_thread_set(&m->threads[0], FL_THREAD_JOINING);
	m->native = 1;
	fl_order_watch(1);
	for (i = 0; i < FL_LIMIT_THREADS; i++)
		pthread_cond_init(&wake[i], NULL);
	pthread_mutex_lock(&mutex);
	for (i = 1; i < FL_LIMIT_THREADS && !ret; i++) {
		if (!fl_thread_is(&m->threads[i], FL_THREAD_RUNNABLE))
			continue;
		ret = -pthread_create(&threads[i], NULL, run, &m->threads[i]);
		started[i] = !ret;
	}
	pthread_mutex_unlock(&mutex);
	for (i = 1; i < FL_LIMIT_THREADS; i++)
		if (started[i])
			pthread_join(threads[i], NULL);
	fl_order_watch(0);
	m->native = 0;
	fl_thread_set(&m->threads[0], FL_THREAD_RUNNABLE);
	fl_guard_check(m);
	return ret;
}

int fl_machine_run_native(struct fl_machine *m)
{
	int ret = check_cpus(m);

	return ret ? ret : FL_GUARDED(m, run_all(m));
}
