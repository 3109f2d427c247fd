/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * measure.c - the time and memory that a command needs
 *
 * usage: measure NAME COMMAND [ARGUMENT...]
 *
 * Prints NAME, the seconds of wall-clock and of CPU time, and the MiB of the
 * command's largest process.  The output of the command is discarded.  Exits
 * with 1 if the command fails, and with 129 if it cannot be run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"

#define NOT_RUN 127 /* as in sh(1): the command cannot be run */

static double seconds(struct timeval t)
{
	return t.tv_sec + t.tv_usec / 1e6;
}

static void run(char **argv)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(NOT_RUN);
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	struct rusage usage;
	int status;
	pid_t pid;

	arguments_begin("measure", "NAME COMMAND [ARGUMENT...]");
	arguments_count(argc, 2, INT_MAX - 1);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid < 0)
		argument_machine_error("%s", strerror(errno));
	if (!pid)
		run(argv + 2);
	waitpid(pid, &status, 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_RUN)
		argument_machine_error("%s cannot be run", argv[2]);
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%-44s %6.2f s, %6.2f s of CPU, %4ld MiB%s\n", argv[1],
	       end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9,
	       seconds(usage.ru_utime) + seconds(usage.ru_stime),
	       usage.ru_maxrss / 1024, status ? ", failed" : "");
	return status != 0;
}
