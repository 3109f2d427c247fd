/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * back_off.c - two CPUs share a lock of two flags, and each backs off
 *
 *   CPU0                     CPU1
 *   flag 0 = 1
 *                            flag 1 = 1
 *   flag 1 is set:
 *                            flag 0 is set:
 *   flag 0 = 0
 *                            flag 1 = 0
 *   retry                    retry
 *
 * The flags are words in user memory.  Mutual exclusion holds, but both CPUs
 * may retry forever, even under a fair scheduler.
 */
#include "program.h"

#define FLAG(n) (PAGE(0) + 8 * (n))

static void lock_and_unlock(unsigned long number)
{
	unsigned long taken = 1;
	unsigned int attempt = 0;

	while (taken) {
		fl_thread_retry(attempt++);
		HOLD(!fl_store(p->process, FLAG(number), 1));
		HOLD(!fl_load(p->process, FLAG(!number), &taken));
		if (taken)
			HOLD(!fl_store(p->process, FLAG(number), 0));
	}
	HOLD(!p->value[7]++);
	p->value[7]--;
	HOLD(!fl_store(p->process, FLAG(number), 0));
}

PROGRAM(two_cpus_back_off,
	"Two CPUs take a lock made of two flags, and each backs off for the "
	"other: do they finish?",
	.breaks = "C14 livelock: ")
{
	HOLD(!fl_store(p->process, FLAG(0), 0));
	cpu(0, lock_and_unlock);
	cpu(1, lock_and_unlock);
}
