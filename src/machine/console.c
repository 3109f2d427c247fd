/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console.c - the last output of the kernel
 *
 *  - fl_hw_console(), fl_machine_console()
 */
#include "internal.h"

void fl_hw_console(const char *text, unsigned long len)
{
	struct fl_console *c = &fl_machine_current->console;

	FL_HOLD();
	while (len--)
		c->ring[c->len++ % FL_CONSOLE_SIZE] = *text++;
}

const char *fl_machine_console(struct fl_machine *m)
{
	struct fl_console *c = &m->console;
	unsigned long n = 0, at = 0;

	if (c->len > FL_CONSOLE_SIZE)
		at = c->len - FL_CONSOLE_SIZE;
	while (at < c->len)
		c->text[n++] = c->ring[at++ % FL_CONSOLE_SIZE];
	c->text[n] = '\0';
	return c->text;
}
