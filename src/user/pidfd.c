/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pidfd.c - pidfd_open() for hosts without it, such as Valgrind before 3.20
 *
 * A watching process holds one end of a pipe until the given process has
 * ended.  Then the other end becomes readable, like a pidfd.  Hides: all other
 * uses of a pidfd.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

static void exit_when_stopped(pid_t pid)
{
	const struct timespec pause = { .tv_nsec = 5000000 };

	while (!fl_user_stands_still(pid, 0))
		nanosleep(&pause, NULL);
	__real__exit(0);
}

int fl_user_pidfd(pid_t pid)
{
	int ends[2];
	pid_t child;

	if (pipe(ends))
		return -errno;
	/* The watcher is not a child of this process, so wait()
	 * does not find it. */
	child = __real_fork();
	if (!child) {
		__real_close(ends[0]);
		if (!__real_fork())
			exit_when_stopped(pid);
		__real__exit(0);
	}
	__real_close(ends[1]);
	if (child < 0) {
		__real_close(ends[0]);
		return -EAGAIN;
	}
	__real_waitpid(child, NULL, 0);
	return ends[0];
}
