/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * output.c - a program of tests/, fuzz/, bench/ or examples/ exits with 129 if
 * its output is lost
 *
 * Linked into each of them (fl_report_lost_output() in the top CMakeLists.txt),
 * without any call. Detects failed writes, and data that cannot be written when
 * the process calls exit().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUTPUT_LOST 129 /* exit code, as of lab and faultlab */

/*
 * Keep files that are opened later from becoming a standard stream.  Writes to
 * a closed stream still fail.
 */
static void keep_closed(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
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

/* Registered before all other handlers, so it is called after them. */
__attribute__((constructor(101))) static void watch_output(void)
{
	keep_closed();
	atexit(report_lost);
}
