/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lookup.c - functions of the C library that user code looks up by their names
 *
 *  - dlsym(), dlvsym()
 *
 * The linker gives a program the wrappers where it names a function; what it looks up by dlsym()
 * would be the host's.  A function that the C library has, or a sanitizer in its place, becomes
 * its wrapper.  Hides: dlsym() that shared libraries call.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "host/host.h"
#include "host/real.h"

/* wrap.list, by the build */
#define WRAPPED(name)	extern char wrapper_##name[] __asm__("__wrap_" #name);
#include "host_wrapped.h"
#undef WRAPPED

static const struct wrapped {
	const char *name;
	void *wrapper;
} wrapped[] = {
#define WRAPPED(name)	{ #name, wrapper_##name },
#include "host_wrapped.h"
#undef WRAPPED
};

/* Return: the wrapper of @name, or NULL. */
static void *wrapper_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(wrapped) / sizeof(*wrapped); i++)
		if (!strcmp(wrapped[i].name, name))
			return wrapped[i].wrapper;
	return NULL;
}

/* Return: whether @function is the C library's, or a sanitizer's. */
static _Bool is_the_hosts(const void *function)
{
	Dl_info libc, info;

	return dladdr(fl_host_libc(), &libc) && dladdr(function, &info) &&
	       (info.dli_fbase == libc.dli_fbase || strstr(info.dli_fname, "san.so"));
}

/* Return: what user code gets for the host's @function of this @name. */
static void *replaced(void *function, const char *name)
{
	void *wrapper = function && !fl_host_inside ? wrapper_of(name) : NULL;

	return wrapper && is_the_hosts(function) ? wrapper : function;
}

void *__wrap_dlsym(void *handle, const char *name);
void *__wrap_dlsym(void *handle, const char *name)
{
	return replaced(__real_dlsym(handle, name), name);
}

void *__real_dlvsym(void *handle, const char *name, const char *version);
void *__wrap_dlvsym(void *handle, const char *name, const char *version);
void *__wrap_dlvsym(void *handle, const char *name, const char *version)
{
	return replaced(__real_dlvsym(handle, name, version), name);
}
