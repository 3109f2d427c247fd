/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * measure.c - what a command takes
 *
 * usage: measure NAME COMMAND [ARGUMENT...]
 *
 * Prints NAME, seconds of wall clock and of all CPUs, and the MiB of the largest of its
 * processes.  Its output goes nowhere.  Exits with 1 where it fails.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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
	_exit(127);
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: measure NAME COMMAND [ARGUMENT...]\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid < 0) {
		fprintf(stderr, "measure: %s\n", strerror(errno));
		return 1;
	}
	if (!pid)
		run(argv + 2);
	waitpid(pid, &status, 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%-44s %6.2f s, %6.2f s of CPU, %4ld MiB%s\n", argv[1],
	       end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9,
	       seconds(usage.ru_utime) + seconds(usage.ru_stime),
	       usage.ru_maxrss / 1024, status ? ", failed" : "");
	return status != 0;
}
