/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arguments.h - what the programs of tests/, fuzz/ and bench/ are called with
 *
 *   arguments_begin("native", "KERNEL CPUS DEVICES TURNS [bench|canary|race]");
 *   kernel = argument_kernel(argv[1]);
 *   cpus = argument_number("CPUS", argv[2], 1, MOST);
 *
 * Each ends the process with ARGUMENT_ERROR if something else was expected, and reports what
 * was wrong, what is expected, and the usage.
 */
#ifndef FL_ARGUMENTS_H
#define FL_ARGUMENTS_H

#include "faultlab/faultlab.h"

#define ARGUMENT_ERROR	129	/* exit code, as of lab and faultlab */

/**
 * arguments_begin() - name the program
 * @program: as messages begin with it
 * @usage: what follows its name
 */
void arguments_begin(const char *program, const char *usage);

/* arguments_count() - there must be @least to @most of them, the program not counted. */
void arguments_count(int argc, int least, int most);

/* argument_error() - report what is wrong, and end the process */
void argument_error(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/*
 * argument_machine_error() - report what this machine does not have, such as memory, and end
 * the process with ARGUMENT_ERROR: that is no result of a test
 */
void argument_machine_error(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/*
 * argument_boots() - Return: 0: @ret, of fl_world_boot(), is 0; 1: @kernel has ended in its
 * boot.  Other errors are those of this machine.
 */
int argument_boots(const char *kernel, int ret);

/* argument_child() - end the process as its child has, unless that exited with 0.
 * @status: as wait() has it */
void argument_child(int status);

/* Return: @text, which names a kernel of this program. */
const char *argument_kernel(const char *text);

/* Return: @text as a decimal number from @min to @max; @name is that of the usage. */
unsigned long argument_number(const char *name, const char *text,
			      unsigned long min, unsigned long max);

/* Return: the index of @text among @words, which end with NULL. */
unsigned int argument_word(const char *name, const char *text,
			   const char *const words[]);

#endif /* FL_ARGUMENTS_H */
