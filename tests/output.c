/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * output.c - a program of tests/, fuzz/, bench/ or examples/ whose output is lost exits with 129
 *
 * Linked into each of them (fl_report_lost_output() of the top CMakeLists.txt); there is
 * nothing to call.  What is left unwritten when the process ends by exit() is seen here, and
 * so is an earlier write that has failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUTPUT_LOST	129	/* exit code, as of lab and faultlab */

/* No file that is opened later becomes a standard stream.  Those are closed: a write fails. */
static void keep_closed(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", O_RDONLY) != fd)
			return;
}

static void report_lost(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return;
	fprintf(stderr, "%s: standard output cannot be written%s%s\n",
		program_invocation_short_name, errno ? ": " : "",
		errno ? strerror(errno) : "");
	_exit(OUTPUT_LOST);
}

/* Registered before all other handlers, so called after them. */
__attribute__((constructor(101)))
static void watch_output(void)
{
	keep_closed();
	atexit(report_lost);
}
