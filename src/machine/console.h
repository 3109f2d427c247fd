/* SPDX-License-Identifier: GPL-2.0-only */
/* console.h - the last output of the kernel */
#ifndef FL_MACHINE_CONSOLE_H
#define FL_MACHINE_CONSOLE_H

#define FL_CONSOLE_SIZE 8192

struct fl_console {
	unsigned long len; /* total bytes written */
	char ring[FL_CONSOLE_SIZE];
	char text[FL_CONSOLE_SIZE + 1]; /* fl_machine_console() */
};

#endif /* FL_MACHINE_CONSOLE_H */
