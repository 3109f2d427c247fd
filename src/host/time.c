/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * time.c - a program that gives others so long, where all takes longer
 *
 * Under Valgrind a test takes fifty times as long as its author has allowed for.  What
 * FAULTLAB_PATIENCE says is what a second of the program's is: so many of the host's, for
 * alarm() and poll().  Hides: that time goes at another pace than clocks say.
 */
#include <limits.h>
#include <unistd.h>

#include "host/host.h"
#include "host/real.h"

/* What is no number is told when a world is booted. */
static unsigned int pace(void)
{
	unsigned int patience = fl_host_patience();

	return patience ? patience : 1;
}

unsigned int fl_host_longer(unsigned int time, unsigned int most)
{
	return time > most / pace() ? most : time * pace();
}

/* Return: as alarm(), in seconds of the program's. */
unsigned int __wrap_alarm(unsigned int seconds)
{
	unsigned int left = __real_alarm(fl_host_longer(seconds, UINT_MAX));

	return left / pace() + !!(left % pace());
}
