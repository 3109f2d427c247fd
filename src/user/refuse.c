/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * refuse.c - calls that the world does not serve and the host must not get
 *
 *  - fl_user_refuse()
 *  - fl_user_caller    return address in user code of a call by number
 *
 * The host's kernel would answer for its own memory, so a test would pass or
 * fail because of the host's kernel and not the world's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/user.h"
#include "machine/symbol.h"

__thread const void *fl_user_caller;

struct place {
	char *text;
	size_t size;
};

static int name_place(void *arg, const char *name, const char *file, int line)
{
	struct place *p = arg;

	if (file)
		snprintf(p->text, p->size, "%s() %s:%d", name, file, line);
	else
		snprintf(p->text, p->size, "%s()", name);
	return 1;
}

struct caller {
	unsigned long address;
	struct place place;
};

static void name_caller(void *arg)
{
	struct caller *c = arg;
	struct fl_symbols *symbols = fl_symbols_open();

	if (symbols)
		fl_symbols_at(symbols, c->address, name_place, &c->place);
	fl_symbols_close(symbols);
}

/* Name the place of the call that returns to @caller. */
static void place_of(const void *caller, char *text, size_t size)
{
	struct caller c = { (unsigned long)caller - 1, { text, size } };

	snprintf(text, size, "%p", caller);
	fl_large_stack(name_caller, &c);
}

long fl_user_refuse(unsigned int kind, int error, const void *caller,
		    const char *fmt, ...)
{
	char what[400], where[200];
	va_list args;

	if (!__atomic_exchange_n(&fl_user->refused[kind], 1,
				 __ATOMIC_RELAXED)) {
		va_start(args, fmt);
		vsnprintf(what, sizeof(what), fmt, args);
		va_end(args);
		place_of(caller, where, sizeof(where));
		dprintf(STDERR_FILENO,
			"faultlab: %s; it fails with %s\nwhere: %s\nsee: "
			"docs/user-programs.md, \"System calls and files\"\n",
			what, strerrorname_np(error), where);
	}
	errno = error;
	return -1;
}
