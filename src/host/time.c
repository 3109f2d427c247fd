/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * time.c - a program that gives others so long, where all takes longer
 *
 * Under Valgrind a test takes fifty times as long as its author has allowed for.  What
 * FAULTLAB_PATIENCE says is what a second of the program's is: so many of the host's, for
 * alarm() and poll().  Hides: that time goes at another pace than clocks say.
 */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/host.h"
#include "host/real.h"

/* What is no number is told when a world is booted. */
static unsigned int pace(void)
{
	unsigned int patience = fl_host_patience();

	return patience ? patience : 1;
}

static unsigned int longer(unsigned int time, unsigned int most)
{
	return time > most / pace() ? most : time * pace();
}

/* Return: as alarm(), in seconds of the program's. */
unsigned int __wrap_alarm(unsigned int seconds)
{
	unsigned int left = __real_alarm(longer(seconds, UINT_MAX));

	return left / pace() + !!(left % pace());
}

int __wrap_poll(struct pollfd *files, nfds_t n, int timeout)
{
	return __real_poll(files, n, timeout < 0 ? timeout :
				     (int)longer(timeout, INT_MAX));
}

/* What -D_FORTIFY_SOURCE makes of it where it knows how large @files is. */
int __wrap___poll_chk(struct pollfd *files, nfds_t n, int timeout, size_t size)
{
	if (size / sizeof(*files) < n)
		abort();
	return __wrap_poll(files, n, timeout);
}
