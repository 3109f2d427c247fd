/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exec.c - a process of the world that runs another program
 *
 * Another process flushes translations of this one with a signal
 * (projection.c), which would end the new program.  So a process that calls
 * exec() gets no such signal.  If exec() fails, the process drops all
 * translations, since it may have missed a request.
 * Hides: the world's process stays unchanged until the host's
 * process has ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"
#include "user/served.h"

extern char **environ;

static _Bool begin(void)
{
	if (!fl_user_is_caller())
		return 0;
	fl_user_enter();
	fl_user_self->executing = 1;
	fl_user_leave();
	return 1;
}

/* Return: @ret, the result of exec(); @begun: the result of begin(). */
static int failed(_Bool begun, int ret)
{
	const int error = errno;

	if (begun) {
		fl_user_enter();
		fl_user_self->executing = 0;
		fl_user_forget_all();
		fl_user_leave();
	}
	errno = error;
	return ret;
}

int __wrap_execve(const char *path, char *const argv[], char *const envp[])
{
	const _Bool begun = begin();

	return failed(begun, __real_execve(path, argv, envp));
}

int __wrap_execv(const char *path, char *const argv[])
{
	return __wrap_execve(path, argv, environ);
}

int __wrap_execvpe(const char *file, char *const argv[], char *const envp[])
{
	const _Bool begun = begin();

	return failed(begun, __real_execvpe(file, argv, envp));
}

int __wrap_execvp(const char *file, char *const argv[])
{
	return __wrap_execvpe(file, argv, environ);
}

int __wrap_fexecve(int fd, char *const argv[], char *const envp[])
{
	const _Bool begun = begin();

	return failed(begun, __real_fexecve(fd, argv, envp));
}

/* Define @argv as @first and the arguments that follow it, up to NULL. */
#define ARGV(argv, first, args)      \
	va_list args;                \
	size_t n_ = 1, i_;           \
                                     \
	va_start(args, first);       \
	while (va_arg(args, char *)) \
		n_++;                \
	va_end(args);                \
	char *argv[n_ + 1];          \
	argv[0] = (char *)first;     \
	va_start(args, first);       \
	for (i_ = 1; i_ <= n_; i_++) \
	argv[i_] = va_arg(args, char *)

int __wrap_execl(const char *path, const char *first, ...)
{
	ARGV(argv, first, args);
	va_end(args);
	return __wrap_execv(path, argv);
}

int __wrap_execlp(const char *file, const char *first, ...)
{
	ARGV(argv, first, args);
	va_end(args);
	return __wrap_execvp(file, argv);
}

int __wrap_execle(const char *path, const char *first, ...)
{
	char **envp;

	ARGV(argv, first, args);
	envp = va_arg(args, char **);
	va_end(args);
	return __wrap_execve(path, argv, envp);
}

long fl_user_serve_execve(const unsigned long *arg)
{
	return __wrap_execve((char *)arg[0], (char **)arg[1], (char **)arg[2]);
}

long fl_user_serve_execveat(const unsigned long *arg)
{
	const _Bool begun = begin();

	return failed(begun, fl_user_call_host(SYS_execveat, arg));
}
