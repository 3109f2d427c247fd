/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - the end of a world, and the signals that cause it */
#ifndef FL_MACHINE_REPORT_H
#define FL_MACHINE_REPORT_H

#include <signal.h>

#include "machine/machine.h"

struct fl_report {
	_Bool print_warnings;
	unsigned long warnings;
	struct sigaction old_segv, old_bus;
	stack_t old_stack;
	char *signal_stack;
	const char *stubs; /* fl_hw_name_stubs() */
	unsigned long stubs_len;
};

/* Both end the world.  @where: location in the kernel, or NULL: the thread. */
void fl_end_world(int kind, const char *where, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
/* @locks: the locks that threads hold and wait for, in columns. */
void fl_end_deadlock(const char *what, const char *text, const char *locks)
	__attribute__((noreturn));
#define fl_violate(fmt, ...) \
	fl_end_world(FL_END_VIOLATION, NULL, fmt, ##__VA_ARGS__)
#define fl_internal(fmt, ...) \
	fl_end_world(FL_END_INTERNAL, NULL, fmt, ##__VA_ARGS__)
#define fl_limit(name)                                                \
	fl_internal("limit %s = %lu reached: a leak, or raise it in " \
		    "src/machine",                                    \
		    #name, (unsigned long)(name))

/* Return: 0; -1: no memory. */
int fl_report_init(struct fl_machine *m,
		   const struct fl_machine_config *config);
/* Catch bad accesses; those outside a guard go to the previous handler. */
void fl_report_install(struct fl_machine *m);
void fl_report_remove(struct fl_machine *m);
/* Reinstall the SIGSEGV handler if it was replaced meanwhile (test frameworks
 * do so). */
void fl_report_arm(struct fl_machine *m);

#endif /* FL_MACHINE_REPORT_H */
