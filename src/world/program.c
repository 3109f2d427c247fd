/* SPDX-License-Identifier: GPL-2.0-only */
/* program.c - memory, choices and assertions of a program in the world */
#include <stdarg.h>
#include <stdio.h>

#include "world/internal.h"

void *fl_world_alloc(struct fl_world *world, unsigned long size)
{
	return fl_machine_alloc(world->machine, size);
}

void fl_world_choices(struct fl_world *world, unsigned int what)
{
	fl_machine_choices(world->machine, what);
}

void fl_world_violate(struct fl_world *world, const char *fmt, ...)
{
	char text[400];
	va_list args;

	(void)world;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fl_machine_violate("%s", text);
}

int fl_world_check(struct fl_world *world, void (*check)(void *arg), void *arg)
{
	return FL_IN_KERNEL(world, (check(arg), 0));
}
