/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kill.c - SIGKILL and SIGSTOP sent to another process of the world
 *
 * These two cannot be blocked.  The sender holds the lock when it sends
 * them, so the target is not inside, and keeps it until the target has
 * ended or stopped.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

#define ROUNDS 10000 /* waits of 100 us before giving up */

static _Bool is_another_of_the_world(pid_t pid)
{
	const struct fl_user_process *p;

	for (p = fl_user->processes; p < fl_user->processes + FL_USER_PROCESSES;
	     p++)
		if (p->process && p->number == pid && p != fl_user_self)
			return 1;
	return 0;
}

int __wrap_kill(pid_t pid, int sig)
{
	const struct timespec pause = { .tv_nsec = 100000 };
	unsigned int i;
	int ret;

	if (!fl_user_is_caller() || pid <= 0 || pid == getpid() ||
	    (sig != SIGKILL && sig != SIGSTOP))
		return __real_kill(pid, sig);
	fl_user_enter();
	ret = __real_kill(pid, sig);
	for (i = 0; !ret && i < ROUNDS && is_another_of_the_world(pid) &&
		    !fl_user_stands_still(pid, sig == SIGSTOP);
	     i++)
		nanosleep(&pause, NULL);
	fl_user_leave();
	return ret;
}
