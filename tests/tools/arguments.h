/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arguments.h - arguments of the programs of tests/, fuzz/ and bench/
 *
 *   arguments_begin("native", "KERNEL CPUS DEVICES TURNS [bench|canary|race]");
 *   kernel = argument_kernel(argv[1]);
 *   cpus = argument_number("CPUS", argv[2], 1, MOST);
 *
 * If an argument is wrong, each function prints what is wrong, what is
 * expected, and the usage, and ends the process with ARGUMENT_ERROR.
 */
#ifndef FL_ARGUMENTS_H
#define FL_ARGUMENTS_H

#include "faultlab/faultlab.h"

#define ARGUMENT_ERROR 129 /* exit code, as of lab and faultlab */

/**
 * arguments_begin() - set the name of the program
 * @program: beginning of each message
 * @usage: text after the program's name
 */
void arguments_begin(const char *program, const char *usage);

/*
 * arguments_count() - require @least to @most arguments, without the program's
 * name
 */
void arguments_count(int argc, int least, int most);

/* argument_error() - report a wrong argument, and end the process */
void argument_error(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/*
 * argument_machine_error() - report that this machine lacks something, such as
 * memory
 *
 * Ends the process with ARGUMENT_ERROR, as this is no result of a test.
 */
void argument_machine_error(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/*
 * argument_boots() - check the result @ret of fl_world_boot()
 *
 * Ends the process after any error but an end of @kernel during its boot.
 * Return: 0: the kernel has booted; 1: the kernel has ended in its boot.
 */
int argument_boots(const char *kernel, int ret);

/*
 * argument_child() - end the process like its child, unless that exited with 0
 * @status: as returned by wait()
 */
void argument_child(int status);

/* Return: @text, if it names a kernel of this program. */
const char *argument_kernel(const char *text);

/*
 * Return: @text as a decimal number from @min to @max; @name is its name in the
 * usage.
 */
unsigned long argument_number(const char *name, const char *text,
			      unsigned long min, unsigned long max);

/* Return: the index of @text in @words, a list that ends with NULL. */
unsigned int argument_word(const char *name, const char *text,
			   const char *const words[]);

#endif /* FL_ARGUMENTS_H */
