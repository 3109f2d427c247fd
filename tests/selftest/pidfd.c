/* SPDX-License-Identifier: GPL-2.0-only */
/* pidfd.c - the stand-in for a pidfd is readable once its process has ended */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/user.h"

int main(void)
{
	pid_t child = fork();
	struct pollfd end = { .events = POLLIN };
	int early, late;

	if (!child) {
		pause();
		_exit(0);
	}
	end.fd = fl_user_pidfd(child);
	early = poll(&end, 1, 100);
	kill(child, SIGKILL);
	late = poll(&end, 1, 100000);
	waitpid(child, NULL, 0);
	printf("%d ready before the end, %d after it\n", early, late);
	return early || late != 1;
}
