/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * descriptor.c - C library functions that may get a descriptor of the world
 *
 * The table of number.c decides whether a call is refused.
 * dprintf() is served.
 */
#define _GNU_SOURCE
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <utime.h>

#include "user/user.h"
#include "user/real.h"

#define ARG(x)	 ((unsigned long)(x))
#define CALLER() __builtin_return_address(0)

static _Bool refused(long number, const void *caller, const unsigned long *arg)
{
	return fl_user_is_caller() && fl_user_refuses(number, arg, caller);
}

#define REFUSED(name, ...) \
	refused(SYS_##name, CALLER(), (const unsigned long[6]){ __VA_ARGS__ })

/* A function that is refused under the rule of call @like with arguments @args,
 * and is otherwise the host's. */
#define FUNCTION(type, name, parameters, given, like, ...)                    \
	type __real_##name parameters;                                        \
	type __wrap_##name parameters;                                        \
	type __wrap_##name parameters                                         \
	{                                                                     \
		return REFUSED(like, __VA_ARGS__) ? -1 : __real_##name given; \
	}

/* -- functions on a descriptor -- */

FUNCTION(int, flock, (int fd, int how), (fd, how), flock, fd)
FUNCTION(int, fsync, (int fd), (fd), fsync, fd)
FUNCTION(int, fdatasync, (int fd), (fd), fdatasync, fd)
FUNCTION(int, sync_file_range, (int fd, off_t at, off_t n, unsigned int flags),
	 (fd, at, n, flags), sync_file_range, fd)
FUNCTION(int, syncfs, (int fd), (fd), syncfs, fd)
FUNCTION(ssize_t, readahead, (int fd, off_t at, size_t n), (fd, at, n),
	 readahead, fd)
FUNCTION(int, fchmod, (int fd, mode_t mode), (fd, mode), fchmod, fd)
FUNCTION(int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group),
	 fchown, fd)
FUNCTION(int, fstatfs, (int fd, struct statfs *to), (fd, to), fstatfs, fd)
FUNCTION(int, fstatvfs, (int fd, struct statvfs *to), (fd, to), fstatfs, fd)
FUNCTION(int, fsetxattr,
	 (int fd, const char *name, const void *value, size_t n, int flags),
	 (fd, name, value, n, flags), fsetxattr, fd)
FUNCTION(ssize_t, fgetxattr, (int fd, const char *name, void *value, size_t n),
	 (fd, name, value, n), fgetxattr, fd)
FUNCTION(ssize_t, flistxattr, (int fd, char *list, size_t n), (fd, list, n),
	 flistxattr, fd)
FUNCTION(int, fremovexattr, (int fd, const char *name), (fd, name),
	 fremovexattr, fd)
FUNCTION(int, futimens, (int fd, const struct timespec times[2]), (fd, times),
	 utimensat, fd)
FUNCTION(int, futimes, (int fd, const struct timeval times[2]), (fd, times),
	 utimensat, fd)
FUNCTION(int, lockf, (int fd, int command, off_t len), (fd, command, len),
	 fcntl, fd, F_SETLK)

/* -- functions on a name, which may be that of a descriptor -- */

#define HERE ARG(AT_FDCWD)

FUNCTION(int, stat, (const char *name, struct stat *to), (name, to), newfstatat,
	 HERE, ARG(name))
FUNCTION(int, fstatat,
	 (int folder, const char *name, struct stat *to, int flags),
	 (folder, name, to, flags), newfstatat, folder, ARG(name), 0, flags)
/* Names that headers before glibc 2.33 use for these. */
FUNCTION(int, __xstat, (int version, const char *name, struct stat *to),
	 (version, name, to), newfstatat, HERE, ARG(name))
FUNCTION(int, __fxstat, (int version, int fd, struct stat *to),
	 (version, fd, to), fstat, fd)
FUNCTION(int, __fxstatat,
	 (int version, int folder, const char *name, struct stat *to,
	  int flags),
	 (version, folder, name, to, flags), newfstatat, folder, ARG(name), 0,
	 flags)
FUNCTION(int, statx,
	 (int folder, const char *name, int flags, unsigned int mask,
	  struct statx *to),
	 (folder, name, flags, mask, to), statx, folder, ARG(name), flags)
FUNCTION(int, statfs, (const char *name, struct statfs *to), (name, to), statfs,
	 ARG(name))
FUNCTION(int, statvfs, (const char *name, struct statvfs *to), (name, to),
	 statfs, ARG(name))
FUNCTION(int, truncate, (const char *name, off_t size), (name, size), truncate,
	 ARG(name))
FUNCTION(int, setxattr,
	 (const char *name, const char *key, const void *value, size_t n,
	  int flags),
	 (name, key, value, n, flags), setxattr, ARG(name))
FUNCTION(ssize_t, getxattr,
	 (const char *name, const char *key, void *value, size_t n),
	 (name, key, value, n), getxattr, ARG(name))
FUNCTION(ssize_t, listxattr, (const char *name, char *list, size_t n),
	 (name, list, n), listxattr, ARG(name))
FUNCTION(int, removexattr, (const char *name, const char *key), (name, key),
	 removexattr, ARG(name))
FUNCTION(int, inotify_add_watch, (int fd, const char *name, uint32_t what),
	 (fd, name, what), inotify_add_watch, fd, ARG(name))
FUNCTION(int, chmod, (const char *name, mode_t mode), (name, mode), fchmodat,
	 HERE, ARG(name))
FUNCTION(int, chown, (const char *name, uid_t user, gid_t group),
	 (name, user, group), fchownat, HERE, ARG(name))
FUNCTION(int, fchmodat, (int folder, const char *name, mode_t mode, int flags),
	 (folder, name, mode, flags), fchmodat, folder, ARG(name))
FUNCTION(int, fchownat,
	 (int folder, const char *name, uid_t user, gid_t group, int flags),
	 (folder, name, user, group, flags), fchownat, folder, ARG(name), 0, 0,
	 flags)
FUNCTION(int, access, (const char *name, int how), (name, how), faccessat, HERE,
	 ARG(name))
FUNCTION(int, faccessat, (int folder, const char *name, int how, int flags),
	 (folder, name, how, flags), faccessat, folder, ARG(name))
FUNCTION(int, utimensat,
	 (int folder, const char *name, const struct timespec times[2],
	  int flags),
	 (folder, name, times, flags), utimensat, folder, ARG(name), 0, flags)
FUNCTION(int, utime, (const char *name, const struct utimbuf *times),
	 (name, times), utimensat, HERE, ARG(name))
FUNCTION(int, utimes, (const char *name, const struct timeval times[2]),
	 (name, times), utimensat, HERE, ARG(name))
FUNCTION(int, linkat,
	 (int from, const char *name, int to, const char *new, int flags),
	 (from, name, to, new, flags), linkat, from, ARG(name))
FUNCTION(int, name_to_handle_at,
	 (int folder, const char *name, struct file_handle *handle, int *mount,
	  int flags),
	 (folder, name, handle, mount, flags), name_to_handle_at, folder,
	 ARG(name))

/* -- functions that send a descriptor to another process -- */

FUNCTION(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags),
	 (fd, message, flags), sendmsg, fd, ARG(message))
FUNCTION(int, sendmmsg,
	 (int fd, struct mmsghdr *messages, unsigned int n, int flags),
	 (fd, messages, n, flags), sendmmsg, fd, ARG(messages), n)

/* -- requests that threads of the C library carry out -- */

static _Bool refused_request(const char *name, const struct aiocb *request,
			     const void *caller)
{
	if (!request || !fl_user_is_caller() ||
	    !fl_user_file(request->aio_fildes))
		return 0;
	fl_user_refuse(FL_USER_REFUSED_AIO, ENOSYS, caller,
		       "%s() is refused: not supported for files of the world",
		       name);
	return 1;
}

#define REQUEST(name, parameters, given)                           \
	int __real_##name parameters;                              \
	int __wrap_##name parameters;                              \
	int __wrap_##name parameters                               \
	{                                                          \
		return refused_request(#name, request, CALLER()) ? \
			       -1 :                                \
			       __real_##name given;                \
	}

/* clang-format off */
REQUEST(aio_read, (struct aiocb *request), (request))
REQUEST(aio_write, (struct aiocb *request), (request))
REQUEST(aio_fsync, (int how, struct aiocb *request), (how, request))
/* clang-format on */

int __real_lio_listio(int how, struct aiocb *const list[], int n,
		      struct sigevent *event);
int __wrap_lio_listio(int how, struct aiocb *const list[], int n,
		      struct sigevent *event);
int __wrap_lio_listio(int how, struct aiocb *const list[], int n,
		      struct sigevent *event)
{
	int i;

	for (i = 0; i < n; i++)
		if (refused_request("lio_listio", list[i], CALLER()))
			return -1;
	return __real_lio_listio(how, list, n, event);
}

/* -- dprintf() -- */

int __real_vdprintf(int fd, const char *fmt, va_list args);
int __wrap_vdprintf(int fd, const char *fmt, va_list args);
int __wrap_vdprintf(int fd, const char *fmt, va_list args)
{
	char *text;
	int n;

	if (!fl_user_is_caller() || !fl_user_file(fd))
		return __real_vdprintf(fd, fmt, args);
	n = vasprintf(&text, fmt, args);
	if (n < 0)
		return n;
	n = __wrap_write(fd, text, n);
	free(text);
	return n;
}

int __wrap_dprintf(int fd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int __wrap_dprintf(int fd, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = __wrap_vdprintf(fd, fmt, args);
	va_end(args);
	return n;
}

/* Names that -D_FORTIFY_SOURCE uses for these. */
int __wrap___vdprintf_chk(int fd, int flag, const char *fmt, va_list args);
int __wrap___vdprintf_chk(int fd, int flag, const char *fmt, va_list args)
{
	(void)flag;
	return __wrap_vdprintf(fd, fmt, args);
}

int __wrap___dprintf_chk(int fd, int flag, const char *fmt, ...);
int __wrap___dprintf_chk(int fd, int flag, const char *fmt, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, fmt);
	n = __wrap_vdprintf(fd, fmt, args);
	va_end(args);
	return n;
}

/* Names that headers use for these if 64-bit off_t is requested. */
#define ALSO(name, of) extern __typeof__(of) name __attribute__((alias(#of)))
ALSO(__wrap_stat64, __wrap_stat);
ALSO(__wrap___statfs, __wrap_statfs);
ALSO(__wrap___xstat64, __wrap___xstat);
ALSO(__wrap___fxstat64, __wrap___fxstat);
ALSO(__wrap___fxstatat64, __wrap___fxstatat);
ALSO(__wrap_fstatat64, __wrap_fstatat);
ALSO(__wrap_statfs64, __wrap_statfs);
ALSO(__wrap_fstatfs64, __wrap_fstatfs);
ALSO(__wrap_statvfs64, __wrap_statvfs);
ALSO(__wrap_fstatvfs64, __wrap_fstatvfs);
ALSO(__wrap_truncate64, __wrap_truncate);
ALSO(__wrap_lockf64, __wrap_lockf);
ALSO(__wrap_aio_read64, __wrap_aio_read);
ALSO(__wrap_aio_write64, __wrap_aio_write);
ALSO(__wrap_aio_fsync64, __wrap_aio_fsync);
ALSO(__wrap_lio_listio64, __wrap_lio_listio);
