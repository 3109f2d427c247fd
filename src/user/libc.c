/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libc.c - functions of the C library and libnuma whose calls may be refused
 *
 * The table of number.c decides whether a call is refused.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

#define ARG(x)	  ((unsigned long)(x))
#define ARGS(...) ((const unsigned long[6]){ __VA_ARGS__ })
#define CALLER()  __builtin_return_address(0)

/* Shared libraries find the program's @name before the C library's, because
 * they may use memory of the world too. */
#define FOR_LIBRARIES(name)                                      \
	__asm__(".globl " #name "\n.type " #name ", %function\n" \
		".set " #name ", __wrap_" #name "\n");

/* Functions that only make their system call.  CMakeLists.txt reads these. */
#define CALL1(type, name, A)                                          \
	FOR_LIBRARIES(name)                                           \
	type __wrap_##name(A a)                                       \
	{                                                             \
		return (type)fl_user_number(SYS_##name, ARGS(ARG(a)), \
					    CALLER());                \
	}
#define CALL2(type, name, A, B)                                               \
	FOR_LIBRARIES(name)                                                   \
	type __wrap_##name(A a, B b)                                          \
	{                                                                     \
		return (type)fl_user_number(SYS_##name, ARGS(ARG(a), ARG(b)), \
					    CALLER());                        \
	}
#define CALL3(type, name, A, B, C)                                           \
	FOR_LIBRARIES(name)                                                  \
	type __wrap_##name(A a, B b, C c)                                    \
	{                                                                    \
		return (type)fl_user_number(                                 \
			SYS_##name, ARGS(ARG(a), ARG(b), ARG(c)), CALLER()); \
	}
#define CALL4(type, name, A, B, C, D)                                     \
	FOR_LIBRARIES(name)                                               \
	type __wrap_##name(A a, B b, C c, D d)                            \
	{                                                                 \
		return (type)fl_user_number(                              \
			SYS_##name, ARGS(ARG(a), ARG(b), ARG(c), ARG(d)), \
			CALLER());                                        \
	}
#define CALL5(type, name, A, B, C, D, E)                                 \
	FOR_LIBRARIES(name)                                              \
	type __wrap_##name(A a, B b, C c, D d, E e)                      \
	{                                                                \
		return (type)fl_user_number(SYS_##name,                  \
					    ARGS(ARG(a), ARG(b), ARG(c), \
						 ARG(d), ARG(e)),        \
					    CALLER());                   \
	}
#define CALL6(type, name, A, B, C, D, E, F)                               \
	FOR_LIBRARIES(name)                                               \
	type __wrap_##name(A a, B b, C c, D d, E e, F f)                  \
	{                                                                 \
		return (type)fl_user_number(SYS_##name,                   \
					    ARGS(ARG(a), ARG(b), ARG(c),  \
						 ARG(d), ARG(e), ARG(f)), \
					    CALLER());                    \
	}

#ifndef SYS_mseal
#define SYS_mseal 462
#endif

/* -- memory -- */

CALL2(int, mlock, const void *, size_t)
CALL3(int, mlock2, const void *, size_t, unsigned int)
CALL2(int, munlock, const void *, size_t)
CALL1(int, mlockall, int)
CALL1(int, munlockall, long)
CALL3(int, mincore, void *, size_t, unsigned char *)
CALL3(int, mseal, void *, size_t, unsigned long)
CALL5(int, remap_file_pages, void *, size_t, int, size_t, int)
CALL5(ssize_t, process_madvise, int, const struct iovec *, size_t, int,
      unsigned int)
CALL2(int, process_mrelease, int, unsigned int)
CALL6(ssize_t, process_vm_readv, long, const struct iovec *, unsigned long,
      const struct iovec *, unsigned long, unsigned long)
CALL6(ssize_t, process_vm_writev, long, const struct iovec *, unsigned long,
      const struct iovec *, unsigned long, unsigned long)
CALL4(ssize_t, vmsplice, int, const struct iovec *, size_t, unsigned int)
CALL2(int, memfd_create, const char *, unsigned int)
CALL1(int, memfd_secret, unsigned int)
CALL3(int, shmget, int, size_t, int)
CALL3(void *, shmat, int, const void *, int)
CALL2(int, pkey_alloc, unsigned int, unsigned int)
CALL1(int, pkey_free, int)
CALL4(int, pkey_mprotect, void *, size_t, int, int)
CALL6(long, mbind, void *, unsigned long, int, const unsigned long *,
      unsigned long, unsigned int)
CALL3(long, set_mempolicy, int, const unsigned long *, unsigned long)
CALL5(long, get_mempolicy, int *, unsigned long *, unsigned long, void *,
      unsigned long)
CALL4(long, migrate_pages, int, unsigned long, const unsigned long *,
      const unsigned long *)
CALL6(long, move_pages, int, unsigned long, void **, const int *, int *, int)
CALL2(int, io_uring_setup, unsigned int, void *)
CALL2(int, swapon, const char *, int)
CALL1(int, sysinfo, void *)
CALL1(int, swapoff, const char *)

/* -- functions that may wait, or do more than their call -- */

static _Bool refused(long number, const void *caller, const unsigned long *arg)
{
	return fl_user_is_caller() && fl_user_refuses(number, arg, caller);
}

#define REFUSED(name, ...) refused(SYS_##name, CALLER(), ARGS(__VA_ARGS__))

int __wrap_msync(void *addr, size_t len, int flags)
{
	return REFUSED(msync, ARG(addr), len) ? -1 :
						__real_msync(addr, len, flags);
}

/* The C library ignores advice to drop pages. */
int __wrap_posix_madvise(void *addr, size_t len, int advice)
{
	int error = errno, ret = 0;

	if (advice != POSIX_MADV_DONTNEED && __wrap_madvise(addr, len, advice))
		ret = errno;
	errno = error;
	return ret;
}

ssize_t __wrap_readv(int fd, const struct iovec *vector, int n)
{
	return REFUSED(readv, fd) ? -1 : __real_readv(fd, vector, n);
}

ssize_t __wrap_writev(int fd, const struct iovec *vector, int n)
{
	return REFUSED(writev, fd) ? -1 : __real_writev(fd, vector, n);
}

ssize_t __wrap_preadv(int fd, const struct iovec *vector, int n, off_t offset)
{
	return REFUSED(preadv, fd) ? -1 : __real_preadv(fd, vector, n, offset);
}

ssize_t __wrap_pwritev(int fd, const struct iovec *vector, int n, off_t offset)
{
	return REFUSED(pwritev, fd) ? -1 :
				      __real_pwritev(fd, vector, n, offset);
}

ssize_t __wrap_preadv2(int fd, const struct iovec *vector, int n, off_t offset,
		       int flags)
{
	return REFUSED(preadv2, fd) ?
		       -1 :
		       __real_preadv2(fd, vector, n, offset, flags);
}

ssize_t __wrap_pwritev2(int fd, const struct iovec *vector, int n, off_t offset,
			int flags)
{
	return REFUSED(pwritev2, fd) ?
		       -1 :
		       __real_pwritev2(fd, vector, n, offset, flags);
}

int __wrap_fallocate(int fd, int mode, off_t offset, off_t len)
{
	return REFUSED(fallocate, fd) ? -1 :
					__real_fallocate(fd, mode, offset, len);
}

int __wrap_posix_fallocate(int fd, off_t offset, off_t len)
{
	return REFUSED(fallocate, fd) ? errno :
					__real_posix_fallocate(fd, offset, len);
}

int __wrap_posix_fadvise(int fd, off_t offset, off_t len, int advice)
{
	return REFUSED(fadvise64, fd) ?
		       errno :
		       __real_posix_fadvise(fd, offset, len, advice);
}

ssize_t __wrap_sendfile(int to, int from, off_t *offset, size_t n)
{
	return REFUSED(sendfile, to, from) ?
		       -1 :
		       __real_sendfile(to, from, offset, n);
}

ssize_t __wrap_splice(int from, off_t *at, int to, off_t *offset, size_t n,
		      unsigned int flags)
{
	return REFUSED(splice, from, 0, to) ?
		       -1 :
		       __real_splice(from, at, to, offset, n, flags);
}

CALL6(ssize_t, copy_file_range, int, off_t *, int, off_t *, size_t,
      unsigned int)
CALL3(int, dup3, int, int, int)
CALL3(int, close_range, unsigned int, unsigned int, int)
CALL4(int, epoll_ctl, int, int, int, struct epoll_event *)

int __wrap_fstat(int fd, struct stat *to)
{
	return REFUSED(fstat, fd) ? -1 : __real_fstat(fd, to);
}

int __wrap_ppoll(struct pollfd *files, nfds_t n, const struct timespec *timeout,
		 const sigset_t *mask)
{
	sigset_t allowed;

	return REFUSED(ppoll, ARG(files), n) ?
		       -1 :
		       __real_ppoll(files, n, timeout,
				    fl_user_allowed(mask, &allowed));
}

int __wrap_select(int n, fd_set *in, fd_set *out, fd_set *other,
		  struct timeval *timeout)
{
	return REFUSED(pselect6, n, ARG(in), ARG(out), ARG(other)) ?
		       -1 :
		       __real_select(n, in, out, other, timeout);
}

int __wrap_pselect(int n, fd_set *in, fd_set *out, fd_set *other,
		   const struct timespec *timeout, const sigset_t *mask)
{
	sigset_t allowed;

	return REFUSED(pselect6, n, ARG(in), ARG(out), ARG(other)) ?
		       -1 :
		       __real_pselect(n, in, out, other, timeout,
				      fl_user_allowed(mask, &allowed));
}

int __wrap_fcntl(int fd, int command, ...)
{
	unsigned long value;
	va_list args;

	va_start(args, command);
	value = va_arg(args, unsigned long);
	va_end(args);
	return REFUSED(fcntl, fd, command) ? -1 :
					     __real_fcntl(fd, command, value);
}

int __wrap_prctl(int option, ...)
{
	unsigned long arg[4];
	va_list args;
	int i;

	va_start(args, option);
	for (i = 0; i < 4; i++)
		arg[i] = va_arg(args, unsigned long);
	va_end(args);
	return REFUSED(prctl, option) ?
		       -1 :
		       __real_prctl(option, arg[0], arg[1], arg[2], arg[3]);
}

long __wrap_ptrace(int request, ...)
{
	unsigned long arg[3];
	va_list args;
	int i;

	va_start(args, request);
	for (i = 0; i < 3; i++)
		arg[i] = va_arg(args, unsigned long);
	va_end(args);
	return REFUSED(ptrace, request, arg[0], arg[1]) ?
		       -1 :
		       __real_ptrace(request, arg[0], arg[1], arg[2]);
}

/* -- figures of the host's memory, which the C library reads from files -- */

static long refuse_figure(const char *name, const void *caller)
{
	return fl_user_refuse(FL_USER_REFUSED_FIGURES, ENOSYS, caller,
			      "%s is refused: it describes the host's memory",
			      name);
}

long __wrap_sysconf(int name)
{
	if (fl_user_is_caller() &&
	    (name == _SC_PHYS_PAGES || name == _SC_AVPHYS_PAGES))
		return refuse_figure("sysconf() for numbers of pages",
				     CALLER());
	return __real_sysconf(name);
}

long __wrap_get_phys_pages(void)
{
	return fl_user_is_caller() ?
		       refuse_figure("get_phys_pages()", CALLER()) :
		       __real_get_phys_pages();
}

long __wrap_get_avphys_pages(void)
{
	return fl_user_is_caller() ?
		       refuse_figure("get_avphys_pages()", CALLER()) :
		       __real_get_avphys_pages();
}

/* -- streams -- */

DIR *__wrap_opendir(const char *name)
{
	return fl_user_open_stream(name, "r", CALLER()) ? __real_opendir(name) :
							  NULL;
}

FILE *__wrap_fopen(const char *name, const char *mode)
{
	return fl_user_open_stream(name, mode, CALLER()) ?
		       __real_fopen(name, mode) :
		       NULL;
}

FILE *__wrap_freopen(const char *name, const char *mode, FILE *stream)
{
	if (name && !fl_user_open_stream(name, mode, CALLER()))
		return NULL;
	return __real_freopen(name, mode, stream);
}

/* The C library would read and write the host's file behind the descriptor. */
FILE *__wrap_fdopen(int fd, const char *mode)
{
	if (!fl_user_is_caller() || !fl_user_file(fd))
		return __real_fdopen(fd, mode);
	fl_user_refuse(FL_USER_REFUSED_STREAM, ENOSYS, CALLER(),
		       "a file of the world is not opened as a stream: use "
		       "read() and write()");
	return NULL;
}

/* Names that headers use for these if 64-bit off_t is requested, and other
 * names that the C library has for them. */
#define ALSO(name, of) extern __typeof__(of) name __attribute__((alias(#of)))
ALSO(__wrap_fopen64, __wrap_fopen);
ALSO(__wrap___fcntl, __wrap_fcntl);
ALSO(__wrap___select, __wrap_select);
ALSO(__wrap___sysconf, __wrap_sysconf);
ALSO(__wrap_freopen64, __wrap_freopen);
ALSO(__wrap_fcntl64, __wrap_fcntl);
ALSO(__wrap_fstat64, __wrap_fstat);
ALSO(__wrap_fallocate64, __wrap_fallocate);
ALSO(__wrap_posix_fallocate64, __wrap_posix_fallocate);
ALSO(__wrap_posix_fadvise64, __wrap_posix_fadvise);
ALSO(__wrap_sendfile64, __wrap_sendfile);
ALSO(__wrap_preadv64, __wrap_preadv);
ALSO(__wrap_pwritev64, __wrap_pwritev);
ALSO(__wrap_preadv64v2, __wrap_preadv2);
ALSO(__wrap_pwritev64v2, __wrap_pwritev2);
