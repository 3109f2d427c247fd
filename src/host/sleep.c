/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sleep.c - threads that wait in the kernel while others enter it
 *
 *   faults                            answers the userfaultfd
 *   thread 0: enters
 *     handle_userfault(): waits
 *       idle: the lock is free
 *                                     thread 1: enters
 *                                       UFFDIO_COPY: wakes thread 0
 *                                     leaves
 *     continues
 *   leaves
 *
 * Invariants: a waiting thread keeps its number in the machine, and its stack.
 * A thread that enters gets the lowest number that no waiting thread has.
 * Numbers other than 0 last for one visit.
 *
 * Hides: wait queues have entries on the stacks of waiting threads, which other
 * processes cannot access: only its own process wakes a thread.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/host.h"
#include "host/real.h"

#define PAUSE	50000	/* ns */

static int begin(void *arg)
{
	(void)arg;
	return fl_host->world->kernel->task->begin();
}

static int end(void *arg)
{
	(void)arg;
	fl_host->world->kernel->task->end();
	return 0;
}

void fl_host_take_thread(void)
{
	struct fl_machine *m = fl_host->world->machine;
	unsigned int id = 0;

	while (id < FL_HOST_THREADS && fl_host->asleep[id])
		id++;
	if (!id) {
		fl_hw_current = fl_machine_thread(m, 0);
		return;
	}
	if (id == FL_HOST_THREADS || !fl_machine_adopt(m, id)) {
		dprintf(STDERR_FILENO, "faultlab: limit FL_HOST_THREADS = %d reached: raise it in src/host/host.h\n",
			FL_HOST_THREADS);
		fl_machine_abort();
	}
	fl_world_run(fl_host->world, begin, NULL);
}

/* Thread 0 is reused: a signal that ended one wait must not end the next. */
static void clear_signal(void)
{
	if (!fl_hw_current->fatal)
		return;
	fl_world_run(fl_host->world, end, NULL);
	fl_hw_current->fatal = 0;
	fl_world_run(fl_host->world, begin, NULL);
}

void fl_host_give_thread(void)
{
	if (!fl_hw_current->id) {
		clear_signal();
		return;
	}
	fl_world_run(fl_host->world, end, NULL);
	fl_machine_disown(fl_host->world->machine, fl_hw_current->id);
}

static __thread _Bool may_interrupt, restarts;

_Bool fl_host_may_interrupt(_Bool may)
{
	const _Bool before = may_interrupt;

	may_interrupt = may;
	return before;
}

_Bool fl_host_restarts(void)
{
	return restarts;
}

/* Return: whether this process has a running timer, which may send a signal. */
static _Bool has_timer(void)
{
	static const int kinds[] = { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };
	struct itimerval timer;
	unsigned int i;
	char byte;
	int fd;
	_Bool has;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!getitimer(kinds[i], &timer) &&
		    (timer.it_value.tv_sec || timer.it_value.tv_usec))
			return 1;
	fd = __real_open("/proc/self/timers", O_RDONLY | O_CLOEXEC);
	has = fd >= 0 && __real_read(fd, &byte, 1) == 1;
	if (fd >= 0)
		__real_close(fd);
	return has;
}

/* Return: whether another thread or process of the program may enter, or a
 * signal may arrive. */
static _Bool is_somebody_there(void)
{
	unsigned int threads = 0;
	siginfo_t child;
	DIR *folder;

	if (fl_host->live > 1)
		return 1;
	folder = opendir("/proc/self/task");
	if (!folder)
		return 1;
	while (threads < 4 && readdir(folder))
		threads++;
	closedir(folder);
	if (threads > 3)		/* ".", "..", and this one */
		return 1;
	return may_interrupt &&
	       (has_timer() || !waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT));
}

/* The kernel wakes only other threads, not the caller. */
static int interrupt(void *self)
{
	fl_host->world->kernel->task->kill(self);
	fl_hw_wake(self);
	return 0;
}

/* End the wait of this thread if a signal or its cancellation has arrived.
 * Return: whether one has. */
static _Bool take_signal(void)
{
	struct fl_hw_thread *self = fl_hw_current;

	if (!may_interrupt || self->fatal || fl_machine_end(fl_host->world->machine))
		return 0;
	restarts = 1;
	if (!fl_host_called_away(&restarts) && !fl_host_is_cancelled())
		return 0;
	fl_world_run(fl_host->world, interrupt, self);
	return 1;
}

_Bool fl_host_idle(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE };
	struct fl_host_process **asleep = &fl_host->asleep[fl_hw_current->id];

	if (take_signal())
		return 1;
	/* A timer that has just expired has sent its signal. */
	if (!is_somebody_there())
		return take_signal();
	*asleep = fl_host_self;
	fl_host_unlock();
	nanosleep(&pause, NULL);
	fl_host_lock();
	*asleep = NULL;
	return 1;
}

_Bool fl_host_sleeps(const struct fl_host_process *p)
{
	unsigned int id;

	for (id = 0; id < FL_HOST_THREADS; id++)
		if (fl_host->asleep[id] == p)
			return 1;
	return 0;
}

static int kill_sleepers(void *arg)
{
	struct fl_machine *m = fl_host->world->machine;
	unsigned int id;

	(void)arg;
	for (id = 0; id < FL_HOST_THREADS; id++)
		if (fl_host->asleep[id] == fl_host_self)
			fl_host->world->kernel->task->kill(
				fl_machine_thread(m, id));
	return 0;
}

void fl_host_end_sleep(void)
{
	while (fl_host_sleeps(fl_host_self)) {
		fl_world_run(fl_host->world, kill_sleepers, NULL);
		fl_host_idle();
	}
	/* Number 0, if a thread of this process had it, is free now. */
	fl_host_give_thread();
	fl_host_take_thread();
}
