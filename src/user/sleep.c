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

#include "user/user.h"
#include "user/real.h"

#define PAUSE 50000 /* ns */

static void begin(void)
{
	const struct fl_kernel *k = fl_user->world->kernel;

	FL_IN_KERNEL(fl_user->world, k->task->begin());
}

static void end(void)
{
	const struct fl_kernel *k = fl_user->world->kernel;

	FL_IN_KERNEL(fl_user->world, (k->task->end(), 0));
}

void fl_user_take_thread(void)
{
	struct fl_machine *m = fl_user->world->machine;
	unsigned int id = 0;

	while (id < FL_USER_THREADS && fl_user->asleep[id])
		id++;
	if (!id) {
		fl_hw_current = fl_machine_thread(m, 0);
		return;
	}
	if (id == FL_USER_THREADS || !fl_machine_adopt(m, id)) {
		dprintf(STDERR_FILENO,
			"faultlab: limit FL_USER_THREADS = %d reached: raise "
			"it in src/user/user.h\n",
			FL_USER_THREADS);
		fl_machine_abort();
	}
	begin();
}

/* Thread 0 is reused: a signal that ended one wait must not end the next. */
static void clear_signal(void)
{
	if (!fl_hw_current->fatal)
		return;
	end();
	fl_hw_current->fatal = 0;
	begin();
}

void fl_user_give_thread(void)
{
	if (!fl_hw_current->id) {
		clear_signal();
		return;
	}
	end();
	fl_machine_disown(fl_user->world->machine, fl_hw_current->id);
}

static __thread _Bool may_interrupt, restarts;

_Bool fl_user_may_interrupt(_Bool may)
{
	const _Bool before = may_interrupt;

	may_interrupt = may;
	return before;
}

_Bool fl_user_restarts(void)
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
static _Bool may_be_woken(void)
{
	unsigned int threads = 0;
	siginfo_t child;
	DIR *folder;

	if (fl_user->live > 1)
		return 1;
	folder = opendir("/proc/self/task");
	if (!folder)
		return 1;
	while (threads < 4 && readdir(folder))
		threads++;
	closedir(folder);
	if (threads > 3) /* ".", "..", and this one */
		return 1;
	return may_interrupt &&
	       (has_timer() ||
		!waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT));
}

/* The kernel wakes only other threads, not the caller. */
static void interrupt(struct fl_hw_thread *self)
{
	fl_user->world->kernel->task->kill(self);
	fl_hw_wake(self);
}

/* End the wait of this thread if a signal or its cancellation has arrived.
 * Return: whether one has. */
static _Bool take_signal(void)
{
	struct fl_hw_thread *self = fl_hw_current;

	if (!may_interrupt || self->fatal ||
	    fl_machine_end(fl_user->world->machine))
		return 0;
	restarts = 1;
	if (!fl_user_called_away(&restarts) && !fl_user_is_cancelled())
		return 0;
	FL_IN_KERNEL(fl_user->world, (interrupt(self), 0));
	return 1;
}

_Bool fl_user_idle(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE };
	struct fl_user_process **asleep = &fl_user->asleep[fl_hw_current->id];

	if (take_signal())
		return 1;
	/* A timer that has just expired has sent its signal. */
	if (!may_be_woken())
		return take_signal();
	*asleep = fl_user_self;
	fl_user_unlock();
	nanosleep(&pause, NULL);
	fl_user_lock();
	*asleep = NULL;
	return 1;
}

_Bool fl_user_sleeps(const struct fl_user_process *p)
{
	unsigned int id;

	for (id = 0; id < FL_USER_THREADS; id++)
		if (fl_user->asleep[id] == p)
			return 1;
	return 0;
}

static void kill_sleepers(void)
{
	struct fl_machine *m = fl_user->world->machine;
	unsigned int id;

	for (id = 0; id < FL_USER_THREADS; id++)
		if (fl_user->asleep[id] == fl_user_self)
			fl_user->world->kernel->task->kill(
				fl_machine_thread(m, id));
}

void fl_user_end_sleep(void)
{
	while (fl_user_sleeps(fl_user_self)) {
		FL_IN_KERNEL(fl_user->world, (kill_sleepers(), 0));
		fl_user_idle();
	}
	/* Number 0, if a thread of this process had it, is free now. */
	fl_user_give_thread();
	fl_user_take_thread();
}
