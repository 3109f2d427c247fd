/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * time.c - scale a program's timeouts when everything takes longer
 *
 * Under Valgrind a test may run fifty times slower than its author
 * expected.  FAULTLAB_PATIENCE is the number of seconds on the host that
 * count as one second of the program, for alarm() and poll().  Hides:
 * clocks do not show this.
 */
#include <limits.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

/* fl_user_settings() reports an invalid number. */
static unsigned int pace(void)
{
	unsigned int patience = fl_user_patience();

	return patience ? patience : 1;
}

unsigned int fl_user_longer(unsigned int time, unsigned int most)
{
	return time > most / pace() ? most : time * pace();
}

/* Return: as alarm(), in seconds of the program. */
unsigned int __wrap_alarm(unsigned int seconds)
{
	unsigned int left = __real_alarm(fl_user_longer(seconds, UINT_MAX));

	return left / pace() + !!(left % pace());
}
