/* SPDX-License-Identifier: GPL-2.0-only */
/* request.h - requests of explore and replay: a program, and options */
#ifndef FL_CLI_REQUEST_H
#define FL_CLI_REQUEST_H

#include "options.h"
#include "program.h"

struct request {
	struct cli_options options; /* must be first */
	const char *name;	    /* of the program */
	const struct program *program;
	const char *kernel_name;
	const struct fl_kernel_info *kernel;
	const char *schedule;
	const char *checkpoint; /* file name; NULL: none */
	_Bool json, herd, all, as_is, every_run, unfair;
	unsigned long max_runs, max_steps, max_seconds, max_memory, tries;
	unsigned long jobs;			  /* 0: not given */
	unsigned long preemptions, random, depth; /* 0: not given */
	unsigned long gdb, stop_before; /* steps of the story; 0: not given */
};

/*
 * Options of both commands; the command's own are letters, or numbers from 300
 * on.
 */
enum {
	REQUEST_KERNEL = 256,
	REQUEST_JSON,
	REQUEST_TRIES,
};

/* clang-format off */
#define REQUEST_OPTIONS							\
	{ "kernel", REQUEST_KERNEL, "KERNEL", 0,			\
	  "A kernel of \"faultlab kernels\" (default: model)", 0 },	\
	{ "tries", REQUEST_TRIES, "N", 0,				\
	  "Shorten the schedule of a violation by at most N runs "	\
	  "(default: 500)", 0 }
/* clang-format on */

/* request_option - an argp parser for the program and the common options */
error_t request_option(int key, char *arg, struct argp_state *state);

/*
 * request_parse - read a command line, and find its program and its kernel
 *
 * Return: 0: continue; 1: exit with request->options.status.
 */
int request_parse(struct request *request, const struct argp *argp, int argc,
		  char **argv);

/*
 * request_failed - report why a world could not be booted, or a run not be made
 *
 * @error: the error of program_explore() or program_record()
 * @schedule: what is wrong with the schedule, or NULL
 * @holder: the process that holds the checkpoint; 0: unknown
 *
 * Return: an exit code.
 */
int request_failed(const struct request *request, int error,
		   const struct fl_schedule_error *schedule, int holder);

/*
 * request_expects - find out if a violation is expected
 *
 * Return: 1, and @text is what the program declares for this kernel, or the bug
 * put into the kernel on purpose; 0: none is expected.
 */
int request_expects(const struct request *request, char *text, size_t size);

#endif /* FL_CLI_REQUEST_H */
