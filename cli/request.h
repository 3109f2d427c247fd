/* SPDX-License-Identifier: GPL-2.0-only */
/* request.h - what explore and replay are asked for: a program, and options */
#ifndef FL_CLI_REQUEST_H
#define FL_CLI_REQUEST_H

#include "program.h"

struct request {
	const char *command;
	const struct program *program;
	const char *kernel;		/* a kernel's name */
	const char *schedule;
	const char *checkpoint;		/* a file; NULL: none */
	_Bool json, as_is, every_run;
	unsigned long max_runs, max_steps, max_seconds, max_memory, tries;
	unsigned long jobs;		/* 0: not asked for */
	unsigned long preemptions, random, depth;	/* 0: not asked for */
	unsigned long gdb, stop_before;	/* steps of the story; 0: none */
};

/*
 * request_parse - a command line: a program, then options that @accepted names, each
 * with a space after it
 * Return: 0, or a usage error that was told.
 */
int request_parse(int argc, char **argv, const char *accepted,
		  struct request *request);

/* request_failed - say why a world could not be booted or a run be made.
 * Return: CLI_USAGE. */
int request_failed(const struct request *request, int error);

#endif /* FL_CLI_REQUEST_H */
