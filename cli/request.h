/* SPDX-License-Identifier: GPL-2.0-only */
/* request.h - what explore and replay are asked for: a program, and options */
#ifndef FL_CLI_REQUEST_H
#define FL_CLI_REQUEST_H

#include "options.h"
#include "program.h"

struct request {
	struct cli_options options;	/* first */
	const char *name;		/* of the program */
	const struct program *program;
	const char *kernel_name;
	const struct fl_kernel_info *kernel;
	const char *schedule;
	const char *checkpoint;		/* a file; NULL: none */
	_Bool json, as_is, every_run, unfair;
	unsigned long max_runs, max_steps, max_seconds, max_memory, tries;
	unsigned long jobs;		/* 0: not asked for */
	unsigned long preemptions, random, depth;	/* 0: not asked for */
	unsigned long gdb, stop_before;	/* steps of the story; 0: none */
};

/* Options of both commands; a command's own have letters or numbers from 300. */
enum {
	REQUEST_KERNEL = 256, REQUEST_JSON, REQUEST_TRIES,
};

#define REQUEST_OPTIONS							\
	{ "kernel", REQUEST_KERNEL, "NAME", 0,				\
	  "The kernel, as \"faultlab kernels\" names it (default: model)", 0 }, \
	{ "tries", REQUEST_TRIES, "N", 0,				\
	  "Make a violation shorter by at most N runs (default: 500)", 0 }

/* request_option - as a parser of argp's: the program, and the options of both */
error_t request_option(int key, char *arg, struct argp_state *state);

/*
 * request_parse - read a command line, and look the program and the kernel up
 * Return: 0; 1: request->options.status is the exit code.
 */
int request_parse(struct request *request, const struct argp *argp, int argc,
		  char **argv);

/*
 * request_failed - say why a world could not be booted or a run be made
 * @error: of program_explore(), program_record()
 * @schedule: NULL, or what it says of the schedule
 * @holder: the process that has the checkpoint; 0: unknown
 * Return: an exit code.
 */
int request_failed(const struct request *request, int error,
		   const struct fl_schedule_error *schedule, int holder);

/* request_expects - Return: 1 with what the program declares of the kernel, or what is
 * wrong with the kernel on purpose, in @text; 0: nothing. */
int request_expects(const struct request *request, char *text, size_t size);

#endif /* FL_CLI_REQUEST_H */
