/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * start.c - boot a world at the start of a program, or report that none was
 *
 *  - fl_user_booted()
 *  - fl_user_note_no_world()
 *
 * A world is booted when the program opens a device.  FAULTLAB_BOOT=start boots
 * one before main().  If no process of a program has booted a world, it has run
 * on the host, and a message says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

/* Shared by the program's processes. */
struct shared {
	pid_t first;
	_Bool booted;
	_Bool noted;
};

static struct shared *program;

void fl_user_booted(void)
{
	if (program)
		program->booted = 1;
}

__attribute__((destructor)) void fl_user_note_no_world(void)
{
	if (!program || program->booted || program->noted ||
	    program->first != getpid())
		return;
	program->noted = 1;
	dprintf(STDERR_FILENO,
		"faultlab: no world was booted, as the program opened no "
		"/dev/hmm_dmirror*: the host's kernel handled all its calls; "
		"FAULTLAB_BOOT=start boots a world first\n");
}

__attribute__((constructor)) static void start(void)
{
	const char *when = getenv("FAULTLAB_BOOT");

	program = __real_mmap(NULL, sizeof(*program), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (program == MAP_FAILED)
		program = NULL;
	else
		program->first = getpid();
	if (when && !strcmp(when, "start") && fl_user_boot())
		__real__exit(EXIT_FAILURE);
}
