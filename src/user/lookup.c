/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lookup.c - C library functions that user code looks up by name
 *
 *  - dlsym(), dlvsym()
 *
 * The linker gives a program a wrapper where the program names a function, but
 * dlsym() would return the host's.  So a function of the C library, or of a
 * sanitizer that replaces it, is replaced by its wrapper.  Hides: dlsym()
 * called by shared libraries.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "user/user.h"
#include "user/real.h"

/* generated from wrap.list by the build */
#define WRAPPED(name) extern char wrapper_##name[] __asm__("__wrap_" #name);
#include "user_wrapped.h"
#undef WRAPPED

static const struct wrapped {
	const char *name;
	void *wrapper;
} wrapped[] = {
#define WRAPPED(name) { #name, wrapper_##name },
#include "user_wrapped.h"
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

/* Return: whether @function belongs to the C library or a sanitizer. */
static _Bool is_the_hosts(const void *function)
{
	Dl_info libc, info;

	return dladdr(fl_user_libc(), &libc) && dladdr(function, &info) &&
	       (info.dli_fbase == libc.dli_fbase ||
		strstr(info.dli_fname, "san.so"));
}

/* Return: the function that user code gets for the host's @function @name. */
static void *replaced(void *function, const char *name)
{
	void *wrapper = function && !fl_user_inside ? wrapper_of(name) : NULL;

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
