/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * served.c - system calls by number that map to C library functions
 *
 * A call that bypasses the C library is carried out by the same
 * wrapper of wrap.c.  Arguments are the kernel's; results are the C
 * library's: -1 with errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>

#include "user/user.h"
#include "user/real.h"
#include "user/served.h"

#define SERVE(name) long fl_user_serve_##name(const unsigned long *arg)
#define MEMORY(i)   ((void *)arg[i])

/* -- memory -- */

SERVE(mmap)
{
	return (long)__wrap_mmap(MEMORY(0), arg[1], arg[2], arg[3], arg[4],
				 arg[5]);
}

SERVE(munmap)
{
	return __wrap_munmap(MEMORY(0), arg[1]);
}

SERVE(mprotect)
{
	return __wrap_mprotect(MEMORY(0), arg[1], arg[2]);
}

SERVE(madvise)
{
	return __wrap_madvise(MEMORY(0), arg[1], arg[2]);
}

SERVE(mremap)
{
	return (long)__wrap_mremap(MEMORY(0), arg[1], arg[2], arg[3], arg[4]);
}

/* A userfaultfd for the world's memory must be the world's. */
SERVE(userfaultfd)
{
	long ret;

	if (!fl_user->world->kernel->userfaultfd)
		return fl_user_refuse(FL_USER_REFUSED_USERFAULTFD, ENOSYS,
				      fl_user_caller,
				      "userfaultfd() is refused: %s "
				      "implements it in a file "
				      "that is not compiled",
				      fl_user->world->kernel->name);
	fl_user_enter();
	ret = fl_user_file_userfaultfd(arg[0]);
	fl_user_return();
	return fl_user_result(ret);
}

/* -- files -- */

SERVE(open)
{
	return __wrap_open(MEMORY(0), arg[1], (mode_t)arg[2]);
}

SERVE(openat)
{
	return __wrap_openat(arg[0], MEMORY(1), arg[2], (mode_t)arg[3]);
}

/* how.resolve applies only to files of the host. */
SERVE(openat2)
{
	struct open_how how = { 0 };
	long fd;

	if (!fl_user_copy_in(&how, arg[2], sizeof(how)) &&
	    fl_user_open(arg[0], MEMORY(1), how.flags, fl_user_caller, &fd))
		return fd;
	return fl_user_call_host(SYS_openat2, arg);
}

SERVE(creat)
{
	return __wrap_open(MEMORY(0), O_CREAT | O_WRONLY | O_TRUNC,
			   (mode_t)arg[1]);
}

SERVE(close)
{
	return __wrap_close(arg[0]);
}

static long close_hosts(unsigned int first, unsigned int last,
			unsigned int flags)
{
	const unsigned long arg[6] = { first, last, flags };

	return first > last ? 0 : fl_user_call_host(SYS_close_range, arg);
}

/* The memory of the world stays open, as with close(). */
SERVE(close_range)
{
	const unsigned int first = arg[0], last = arg[1], flags = arg[2];
	const unsigned int memory = fl_user_memory();
	unsigned int fd;

	if (first > last ||
	    flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) ||
	    flags & CLOSE_RANGE_CLOEXEC)
		return fl_user_call_host(SYS_close_range, arg);
	for (fd = first; fd <= last && fd < FL_USER_FILES; fd++)
		if (fl_user_file(fd))
			__wrap_close(fd);
	if (memory < first || memory > last)
		return close_hosts(first, last, flags);
	if (memory > first && close_hosts(first, memory - 1, flags))
		return -1;
	return close_hosts(memory + 1, last, flags);
}

void __real_closefrom(int first);
void __wrap_closefrom(int first);
void __wrap_closefrom(int first)
{
	const unsigned long arg[6] = { first < 0 ? 0 : first, ~0U };

	if (fl_user_is_caller())
		fl_user_serve_close_range(arg);
	else
		__real_closefrom(first);
}

SERVE(dup)
{
	return __wrap_dup(arg[0]);
}

SERVE(dup2)
{
	return __wrap_dup2(arg[0], arg[1]);
}

SERVE(dup3)
{
	const int fd = arg[0], to = arg[1], flags = arg[2];

	if (fd == to || flags & ~O_CLOEXEC)
		return fl_user_result(-EINVAL);
	if (!fl_user_file(fd) && !fl_user_file(to) && to != fl_user_memory())
		return fl_user_call_host(SYS_dup3, arg);
	if (__wrap_dup2(fd, to) < 0)
		return -1;
	if (flags)
		__real_fcntl(to, F_SETFD, FD_CLOEXEC);
	return to;
}

SERVE(ioctl)
{
	return __wrap_ioctl(arg[0], arg[1], arg[2]);
}

SERVE(read)
{
	return __wrap_read(arg[0], MEMORY(1), arg[2]);
}

SERVE(write)
{
	return __wrap_write(arg[0], MEMORY(1), arg[2]);
}

SERVE(pread64)
{
	return __wrap_pread(arg[0], MEMORY(1), arg[2], arg[3]);
}

SERVE(pwrite64)
{
	return __wrap_pwrite(arg[0], MEMORY(1), arg[2], arg[3]);
}

SERVE(lseek)
{
	return __wrap_lseek(arg[0], arg[1], arg[2]);
}

SERVE(ftruncate)
{
	return __wrap_ftruncate(arg[0], arg[1]);
}

SERVE(poll)
{
	return __wrap_poll(MEMORY(0), arg[1], arg[2]);
}

/* -- processes -- */

SERVE(alarm)
{
	return __wrap_alarm(arg[0]);
}

SERVE(fork)
{
	(void)arg;
	return __wrap_fork();
}

SERVE(vfork)
{
	(void)arg;
	return __wrap_fork();
}

/* Memory that the child would share becomes private, as with fork(). */
static long clone_as_fork(const char *name, unsigned long flags,
			  unsigned long stack, const void *caller)
{
	const unsigned long may = CLONE_VFORK | CLONE_VM | CSIGNAL;

	if (!(flags & ~may) && (flags & CSIGNAL) == SIGCHLD && !stack &&
	    !(flags & CLONE_VM) == !(flags & CLONE_VFORK))
		return __wrap_fork();
	return fl_user_refuse(FL_USER_REFUSED_CLONE, ENOSYS, caller,
			      "%s() with flags %#lx is refused: use fork(), "
			      "vfork() or pthread_create()",
			      name, flags);
}

SERVE(clone)
{
	return clone_as_fork("clone", arg[0], arg[1], fl_user_caller);
}

SERVE(clone3)
{
	struct clone_args args = { 0 };
	unsigned long n = arg[1] < sizeof(args) ? arg[1] : sizeof(args);

	if (fl_user_copy_in(&args, arg[0], n))
		return fl_user_result(-EFAULT);
	return clone_as_fork("clone3", args.flags | args.exit_signal,
			     args.stack, fl_user_caller);
}

/* clone() runs a function on its own stack, so it never equals fork(). */
int __wrap_clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	void *more[3];
	va_list args;
	int i;

	if (fl_user_is_caller())
		return clone_as_fork("clone", flags, (unsigned long)stack | 1,
				     __builtin_return_address(0));
	va_start(args, arg);
	for (i = 0; i < 3; i++)
		more[i] = va_arg(args, void *);
	va_end(args);
	return __real_clone(fn, stack, flags, arg, more[0], more[1], more[2]);
}

extern __typeof__(__wrap_clone) __wrap___clone
	__attribute__((alias("__wrap_clone")));

SERVE(wait4)
{
	return __wrap_wait4(arg[0], MEMORY(1), arg[2], MEMORY(3));
}

SERVE(exit_group)
{
	__wrap__exit(arg[0]);
}

/* -- signals: the kernel's sets have 8 bytes, and its struct differs -- */

struct kernel_action {
	void *handler;
	unsigned long flags;
	void *restorer;
	unsigned long mask;
};

static void to_libc(struct sigaction *to, const struct kernel_action *from)
{
	memset(to, 0, sizeof(*to));
	to->sa_handler = (void (*)(int))from->handler;
	to->sa_flags = from->flags & ~0x04000000; /* SA_RESTORER */
	memcpy(&to->sa_mask, &from->mask, sizeof(from->mask));
}

static void from_libc(struct kernel_action *to, const struct sigaction *from)
{
	memset(to, 0, sizeof(*to));
	to->handler = (void *)from->sa_handler;
	to->flags = from->sa_flags;
	memcpy(&to->mask, &from->sa_mask, sizeof(to->mask));
}

SERVE(rt_sigaction)
{
	struct kernel_action action;
	struct sigaction new, old;

	if (arg[1]) {
		if (fl_user_copy_in(&action, arg[1], sizeof(action)))
			return fl_user_result(-EFAULT);
		to_libc(&new, &action);
	}
	if (__wrap_sigaction(arg[0], arg[1] ? &new : NULL, &old))
		return -1;
	from_libc(&action, &old);
	if (arg[2] && fl_user_copy_out(arg[2], &action, sizeof(action)))
		return fl_user_result(-EFAULT);
	return 0;
}

SERVE(rt_sigprocmask)
{
	sigset_t new, old;
	unsigned long bits;

	sigemptyset(&new);
	if (arg[1]) {
		if (fl_user_copy_in(&bits, arg[1], sizeof(bits)))
			return fl_user_result(-EFAULT);
		memcpy(&new, &bits, sizeof(bits));
	}
	if (__wrap_sigprocmask(arg[0], arg[1] ? &new : NULL, &old))
		return -1;
	memcpy(&bits, &old, sizeof(bits));
	if (arg[2] && fl_user_copy_out(arg[2], &bits, sizeof(bits)))
		return fl_user_result(-EFAULT);
	return 0;
}

SERVE(sigaltstack)
{
	stack_t new, old;

	if (arg[0] && fl_user_copy_in(&new, arg[0], sizeof(new)))
		return fl_user_result(-EFAULT);
	if (__wrap_sigaltstack(arg[0] ? &new : NULL, &old))
		return -1;
	if (arg[1] && fl_user_copy_out(arg[1], &old, sizeof(old)))
		return fl_user_result(-EFAULT);
	return 0;
}
