/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * number.c - system calls of user code by number: served, refused, the host's
 *
 *  - fl_user_number()         carry out one call
 *  - syscall()                for the program and for its shared libraries
 *  - fl_user_print_calls()    print the table, for the documentation
 *
 * A call that is not in the table goes to the host: it does not concern the
 * world's memory.  A call that does is served by the wrapper of the C library's
 * function, or refused.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"
#include "user/served.h"

/* When a call is refused, depending on its arguments, which count from 0. */
enum when {
	ALWAYS,
	RANGE,	       /* any of b bytes at address a is in the world */
	ADDRESS,       /* address a is in the world */
	VECTOR,	       /* one of b struct iovec at a, or of d at c, is */
	FILES,	       /* descriptor a or b is a file of the world */
	NAMES,	       /* name b in folder a is that of one; c: flags */
	RIGHTS,	       /* msghdr a, or one of b mmsghdr there, passes one */
	REQUESTS,      /* one of a struct iocb, pointers at b, is for one */
	OF_ANOTHER,    /* descriptor b in the process of pidfd a is one */
	POLLED,	       /* one of b struct pollfd at a is for one */
	SELECTED,      /* a set at 1, 2 or 3 has one below a */
	DUPLICATE,     /* fcntl() of one, except for FD_CLOEXEC */
	MEMORY_OPTION, /* prctl() that concerns memory */
};

struct call_rule {
	long number;
	const char *name;
	fl_user_serve_fn *serve; /* NULL: refused */
	const char *why;
	enum when when;
	unsigned char arg[4]; /* a, b, c, d */
};

/* clang-format off */
#define SERVED(name) \
	{ SYS_##name, #name, fl_user_serve_##name, NULL, ALWAYS, { 0 } }
#define REFUSED_BY(number, name, why, when, ...) \
	{ number, name, NULL, why, when, { __VA_ARGS__ } }
/* clang-format on */
#define REFUSED(name, ...) REFUSED_BY(SYS_##name, #name, __VA_ARGS__)

#define LOCKED	   "locked memory is not supported"
#define POLICY	   "the world has one memory node, and no policies"
#define KEYS	   "protection keys are not supported"
#define HOSTS	   "it would create memory of the host"
#define ADVICE	   "the world does not support it"
#define OTHER	   "access to memory of another process is not supported"
#define NO_FOLDER  0xff
#define WORLD_FILE "not supported for files of the world"

static const struct call_rule rules[] = {
	SERVED(mmap),
	SERVED(munmap),
	SERVED(mprotect),
	SERVED(madvise),
	SERVED(mremap),
	SERVED(userfaultfd),
	SERVED(openat),
	SERVED(openat2),
	SERVED(close),
	SERVED(close_range),
	SERVED(dup),
	SERVED(dup3),
	SERVED(ioctl),
	SERVED(read),
	SERVED(write),
	SERVED(pread64),
	SERVED(pwrite64),
	SERVED(lseek),
	SERVED(ftruncate),
#ifdef SYS_open
	SERVED(open),
	SERVED(creat),
	SERVED(dup2),
	SERVED(poll),
	SERVED(alarm),
	SERVED(fork),
	SERVED(vfork),
#endif
	SERVED(clone),
	SERVED(clone3),
	SERVED(execve),
	SERVED(execveat),
	SERVED(wait4),
	SERVED(exit_group),
	SERVED(rt_sigaction),
	SERVED(rt_sigprocmask),
	SERVED(sigaltstack),
	SERVED(prlimit64),
#ifdef SYS_getrlimit
	SERVED(getrlimit),
	SERVED(setrlimit),
#endif

	REFUSED(mlock, LOCKED, RANGE, 0, 1),
	REFUSED(mlock2, LOCKED, RANGE, 0, 1),
	REFUSED(munlock, LOCKED, RANGE, 0, 1),
	REFUSED(mlockall, LOCKED, ALWAYS),
	REFUSED(munlockall, LOCKED, ALWAYS),
	REFUSED(mincore, ADVICE, RANGE, 0, 1),
	REFUSED(msync, ADVICE, RANGE, 0, 1),
	REFUSED_BY(462, "mseal", ADVICE, RANGE, 0, 1),
	REFUSED(remap_file_pages, ADVICE, RANGE, 0, 1),
	REFUSED(process_madvise, OTHER, ALWAYS),
	REFUSED(process_vm_readv, OTHER, VECTOR, 1, 2, 3, 4),
	REFUSED(process_vm_writev, OTHER, VECTOR, 1, 2, 3, 4),
	REFUSED(process_mrelease, OTHER, ALWAYS),
	REFUSED(ptrace, OTHER, ADDRESS, 2),
	REFUSED(vmsplice, "pages of the world cannot be in a pipe", VECTOR, 1,
		2),
	REFUSED(mbind, POLICY, RANGE, 0, 1),
	REFUSED(set_mempolicy, POLICY, ALWAYS),
	REFUSED(get_mempolicy, POLICY, ALWAYS),
	REFUSED_BY(450, "set_mempolicy_home_node", POLICY, RANGE, 0, 1),
	REFUSED(migrate_pages, POLICY, ALWAYS),
	REFUSED(move_pages, POLICY, ALWAYS),
	REFUSED(pkey_alloc, KEYS, ALWAYS),
	REFUSED(pkey_free, KEYS, ALWAYS),
	REFUSED(pkey_mprotect, KEYS, ALWAYS),
	REFUSED(memfd_create, HOSTS ": use open() with O_TMPFILE", ALWAYS),
	REFUSED(memfd_secret, HOSTS, ALWAYS),
	REFUSED(shmget, HOSTS ": use mmap() with MAP_SHARED and MAP_ANONYMOUS",
		ALWAYS),
	REFUSED(shmat, HOSTS ": use mmap() with MAP_SHARED and MAP_ANONYMOUS",
		ALWAYS),
	REFUSED_BY(453, "map_shadow_stack", HOSTS, ALWAYS),
	REFUSED(io_uring_setup, "it maps and pins memory of the host", ALWAYS),
	REFUSED(swapon, "the host's swap is never changed", ALWAYS),
	REFUSED(swapoff, "the host's swap is never changed", ALWAYS),
	REFUSED(sysinfo, "it describes the host's memory", ALWAYS),
	REFUSED(prctl, "it would change a setting of the host's kernel",
		MEMORY_OPTION),
	REFUSED(readv, WORLD_FILE, FILES, 0),
	REFUSED(writev, WORLD_FILE, FILES, 0),
	REFUSED(preadv, WORLD_FILE, FILES, 0),
	REFUSED(pwritev, WORLD_FILE, FILES, 0),
	REFUSED(preadv2, WORLD_FILE, FILES, 0),
	REFUSED(pwritev2, WORLD_FILE, FILES, 0),
	REFUSED(fallocate, WORLD_FILE, FILES, 0),
	REFUSED(fadvise64, WORLD_FILE, FILES, 0),
	REFUSED(readahead, WORLD_FILE, FILES, 0),
	REFUSED(fstat, WORLD_FILE, FILES, 0),
	REFUSED(fstatfs, WORLD_FILE, FILES, 0),
	REFUSED(fsync, WORLD_FILE, FILES, 0),
	REFUSED(fdatasync, WORLD_FILE, FILES, 0),
	REFUSED(sync_file_range, WORLD_FILE, FILES, 0),
	REFUSED(syncfs, WORLD_FILE, FILES, 0),
	REFUSED(flock, WORLD_FILE, FILES, 0),
	REFUSED(fchmod, WORLD_FILE, FILES, 0),
	REFUSED(fchown, WORLD_FILE, FILES, 0),
	REFUSED(fsetxattr, WORLD_FILE, FILES, 0),
	REFUSED(fgetxattr, WORLD_FILE, FILES, 0),
	REFUSED(flistxattr, WORLD_FILE, FILES, 0),
	REFUSED(fremovexattr, WORLD_FILE, FILES, 0),
	REFUSED_BY(451, "cachestat", WORLD_FILE, FILES, 0),
	REFUSED(newfstatat, WORLD_FILE, NAMES, 0, 1, 3),
	REFUSED(statx, WORLD_FILE, NAMES, 0, 1, 2),
	REFUSED(fchownat, WORLD_FILE, NAMES, 0, 1, 4),
	REFUSED(fchmodat, WORLD_FILE, NAMES, 0, 1),
	REFUSED_BY(452, "fchmodat2", WORLD_FILE, NAMES, 0, 1, 3),
	REFUSED(faccessat, WORLD_FILE, NAMES, 0, 1),
	REFUSED_BY(439, "faccessat2", WORLD_FILE, NAMES, 0, 1, 3),
	REFUSED(utimensat, WORLD_FILE, NAMES, 0, 1, 3),
	REFUSED(linkat, WORLD_FILE, NAMES, 0, 1),
	REFUSED(name_to_handle_at, WORLD_FILE, NAMES, 0, 1),
	REFUSED_BY(428, "open_tree", WORLD_FILE, NAMES, 0, 1),
	REFUSED(fanotify_mark, WORLD_FILE, NAMES, 3, 4),
	REFUSED_BY(463, "setxattrat", WORLD_FILE, NAMES, 0, 1, 2),
	REFUSED_BY(464, "getxattrat", WORLD_FILE, NAMES, 0, 1, 2),
	REFUSED_BY(465, "listxattrat", WORLD_FILE, NAMES, 0, 1, 2),
	REFUSED_BY(466, "removexattrat", WORLD_FILE, NAMES, 0, 1, 2),
	REFUSED_BY(468, "file_getattr", WORLD_FILE, NAMES, 0, 1, 4),
	REFUSED_BY(469, "file_setattr", WORLD_FILE, NAMES, 0, 1, 4),
	REFUSED(truncate, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(setxattr, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(getxattr, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(listxattr, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(removexattr, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(statfs, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(inotify_add_watch, WORLD_FILE, NAMES, NO_FOLDER, 1),
#ifdef SYS_stat
	REFUSED(stat, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(chmod, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(chown, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(access, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(utime, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(utimes, WORLD_FILE, NAMES, NO_FOLDER, 0),
	REFUSED(futimesat, WORLD_FILE, NAMES, 0, 1),
#endif
	REFUSED(sendmsg, WORLD_FILE, RIGHTS, 1),
	REFUSED(sendmmsg, WORLD_FILE, RIGHTS, 1, 2),
	REFUSED(io_submit, WORLD_FILE, REQUESTS, 1, 2),
	REFUSED_BY(438, "pidfd_getfd", WORLD_FILE, OF_ANOTHER, 0, 1),
	REFUSED(sendfile, WORLD_FILE, FILES, 0, 1),
	REFUSED(splice, WORLD_FILE, FILES, 0, 2),
	REFUSED(copy_file_range, WORLD_FILE, FILES, 0, 2),
	REFUSED(epoll_ctl, WORLD_FILE ": use poll()", FILES, 2),
	REFUSED(ppoll, WORLD_FILE ": use poll()", POLLED, 0, 1),
	REFUSED(pselect6, WORLD_FILE ": use poll()", SELECTED, 0),
#ifdef SYS_select
	REFUSED(select, WORLD_FILE ": use poll()", SELECTED, 0),
#endif
	REFUSED(fcntl, WORLD_FILE, DUPLICATE, 0),
};

#define RULES	(sizeof(rules) / sizeof(*rules))
#define NR_SENT 1024 /* host's limits: messages, requests */

_Bool fl_user_in_world(unsigned long start, unsigned long len)
{
	unsigned long end = start + (len ? len : 1);

	return start < FL_USER_END && (end > FL_USER_START || end < start);
}

long fl_user_result(long ret)
{
	if (ret >= 0)
		return ret;
	errno = ret == -ENOTRECOVERABLE ? EIO : -ret;
	return -1;
}

_Static_assert(RULES <= FL_USER_REFUSED_FILES,
	       "a kind for each call that is refused");

/* -- memory of user code -- */

/* Map the pages of [addr, addr + n), so that the host's kernel can access them.
 * Return: whether it can. */
static _Bool reach(unsigned long addr, unsigned long n, _Bool write)
{
	int ret;

	if (!fl_user_is_caller() || !fl_user_address(addr))
		return 0;
	fl_user_enter();
	ret = fl_user_touch(addr & -FL_PAGE_SIZE, write);
	if (!ret)
		ret = fl_user_touch((addr + n - 1) & -FL_PAGE_SIZE, write);
	fl_user_leave();
	return !ret;
}

/* Return: whether the host's kernel has copied all of it. */
static _Bool copy(long number, void *ours, unsigned long theirs,
		  unsigned long n)
{
	struct iovec here = { ours, n }, there = { (void *)theirs, n };
	/* Not getpid(): the thread with that number may have ended. */
	const unsigned long arg[6] = { gettid(), (unsigned long)&here, 1,
				       (unsigned long)&there, 1 };

	const long done = fl_user_call_host(number, arg);

	/* The host does not permit the call.  Here a bad address traps. */
	if (done < 0 && (errno == ENOSYS || errno == EPERM)) {
		if (number == SYS_process_vm_readv)
			memcpy(ours, (const void *)theirs, n);
		else
			memcpy((void *)theirs, ours, n);
		return 1;
	}
	return done == (long)n;
}

int fl_user_copy_in(void *to, unsigned long from, unsigned long n)
{
	return copy(SYS_process_vm_readv, to, from, n) ||
			       (reach(from, n, 0) &&
				copy(SYS_process_vm_readv, to, from, n)) ?
		       0 :
		       -EFAULT;
}

int fl_user_copy_out(unsigned long to, const void *from, unsigned long n)
{
	void *ours = (void *)from;

	if (!copy(SYS_process_vm_writev, ours, to, n) &&
	    !(reach(to, n, 1) && copy(SYS_process_vm_writev, ours, to, n)))
		return -EFAULT;
	fl_user_usable(to, n);
	return 0;
}

/* -- examine the arguments of a call -- */

static _Bool vector_in_world(unsigned long addr, unsigned long n)
{
	struct iovec one;
	unsigned long i;

	for (i = 0; i < n && i < 1024; i++)
		if (!fl_user_copy_in(&one, addr + i * sizeof(one),
				     sizeof(one)) &&
		    fl_user_in_world((unsigned long)one.iov_base, one.iov_len))
			return 1;
	return fl_user_in_world(addr, n * sizeof(one));
}

static _Bool is_file(long fd)
{
	return fl_user_file(fd) != NULL;
}

static _Bool polls_file(unsigned long addr, unsigned long n)
{
	struct pollfd one;
	unsigned long i;

	for (i = 0; i < n && i < FL_USER_FILES; i++)
		if (!fl_user_copy_in(&one, addr + i * sizeof(one),
				     sizeof(one)) &&
		    is_file(one.fd))
			return 1;
	return 0;
}

static _Bool selects_file(const unsigned long *arg)
{
	unsigned long fd, i;
	unsigned char byte;

	for (fd = 0; fd < arg[0] && fd < FL_USER_FILES; fd++)
		for (i = 1; is_file(fd) && i <= 3; i++)
			if (arg[i] &&
			    !fl_user_copy_in(&byte, arg[i] + fd / 8, 1) &&
			    byte >> fd % 8 & 1)
				return 1;
	return 0;
}

static _Bool names_file(const struct call_rule *r, const unsigned long *arg)
{
	const int folder = r->arg[0] == NO_FOLDER ? AT_FDCWD :
						    (int)arg[r->arg[0]];
	const int flags = r->arg[2] ? arg[r->arg[2]] : 0;

	return fl_user_names_file(folder, (const char *)arg[r->arg[1]], flags);
}

/* The data of an SCM_RIGHTS message: @n bytes at @at. */
static _Bool rights_have_file(unsigned long at, unsigned long n)
{
	unsigned long i;
	int fd;

	for (i = 0; i + sizeof(fd) <= n; i += sizeof(fd))
		if (!fl_user_copy_in(&fd, at + i, sizeof(fd)) && is_file(fd))
			return 1;
	return 0;
}

static _Bool message_has_file(unsigned long addr)
{
	struct msghdr message;
	struct cmsghdr part;
	unsigned long at, end;

	if (fl_user_copy_in(&message, addr, sizeof(message)))
		return 0;
	at = (unsigned long)message.msg_control;
	end = at + message.msg_controllen;
	for (; end - at >= sizeof(part) && end > at;
	     at += CMSG_ALIGN(part.cmsg_len)) {
		if (fl_user_copy_in(&part, at, sizeof(part)) ||
		    part.cmsg_len < sizeof(part) || part.cmsg_len > end - at)
			return 0;
		if (part.cmsg_level == SOL_SOCKET &&
		    part.cmsg_type == SCM_RIGHTS &&
		    rights_have_file(at + sizeof(part),
				     part.cmsg_len - sizeof(part)))
			return 1;
	}
	return 0;
}

/* @size: of each of the @n messages. */
static _Bool messages_have_file(unsigned long addr, unsigned long n,
				unsigned long size)
{
	unsigned long i;

	for (i = 0; i < n && i < NR_SENT; i++)
		if (message_has_file(addr + i * size))
			return 1;
	return 0;
}

static _Bool requests_have_file(unsigned long n, unsigned long addr)
{
	unsigned long i, at;
	struct iocb one;

	for (i = 0; i < n && i < NR_SENT; i++)
		if (!fl_user_copy_in(&at, addr + i * sizeof(at), sizeof(at)) &&
		    !fl_user_copy_in(&one, at, sizeof(one)) &&
		    is_file(one.aio_fildes))
			return 1;
	return 0;
}

static _Bool is_memory_option(unsigned long option)
{
	static const unsigned long options[] = {
		PR_SET_MM,
		PR_SET_THP_DISABLE,
		PR_GET_THP_DISABLE,
		PR_SET_VMA,
		59 /* SET_SYSCALL_USER_DISPATCH */,
		65 /* SET_MDWE */,
		66 /* GET_MDWE */,
		67 /* SET_MEMORY_MERGE */,
		68 /* GET_MEMORY_MERGE */,
	};
	unsigned int i;

	for (i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (options[i] == option)
			return 1;
	return 0;
}

static _Bool is_refused(const struct call_rule *r, const unsigned long *arg)
{
	switch (r->when) {
	case ALWAYS:
		return 1;
	case RANGE:
		return fl_user_in_world(arg[r->arg[0]], arg[r->arg[1]]);
	case ADDRESS:
		return fl_user_in_world(arg[r->arg[0]], 1);
	case VECTOR:
		return vector_in_world(arg[r->arg[0]], arg[r->arg[1]]) ||
		       (r->arg[2] &&
			vector_in_world(arg[r->arg[2]], arg[r->arg[3]]));
	case FILES:
		return is_file(arg[r->arg[0]]) ||
		       (r->arg[1] && is_file(arg[r->arg[1]]));
	case NAMES:
		return names_file(r, arg);
	case RIGHTS:
		return messages_have_file(arg[r->arg[0]],
					  r->arg[1] ? arg[r->arg[1]] : 1,
					  sizeof(struct mmsghdr));
	case REQUESTS:
		return requests_have_file(arg[r->arg[0]], arg[r->arg[1]]);
	case OF_ANOTHER:
		return fl_user_is_file_of(arg[r->arg[0]], arg[r->arg[1]]);
	case POLLED:
		return polls_file(arg[r->arg[0]], arg[r->arg[1]]);
	case SELECTED:
		return selects_file(arg);
	case DUPLICATE:
		return is_file(arg[0]) && arg[1] != F_GETFD &&
		       arg[1] != F_SETFD;
	case MEMORY_OPTION:
		return is_memory_option(arg[0]);
	}
	return 0;
}

/* -- carry out a call -- */

static long (*libc_syscall)(long number, ...);

__attribute__((constructor)) static void find_libc(void)
{
	libc_syscall = (long (*)(long, ...))__real_dlsym(RTLD_NEXT, "syscall");
}

static const struct call_rule *rule_of(long number)
{
	unsigned int i;

	for (i = 0; i < RULES; i++)
		if (rules[i].number == number)
			return &rules[i];
	return NULL;
}

/* The function may refuse the call too, and then reports @caller. */
static long serve(const struct call_rule *r, const unsigned long *arg,
		  const void *caller)
{
	const void *outer = fl_user_caller;
	long ret;

	fl_user_caller = caller;
	ret = r->serve(arg);
	fl_user_caller = outer;
	return ret;
}

const void *fl_user_libc(void)
{
	if (!libc_syscall)
		find_libc();
	return (const void *)libc_syscall;
}

long fl_user_call_host(long number, const unsigned long arg[6])
{
	long ret;

	if (!libc_syscall)
		find_libc();
	ret = libc_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4],
			   arg[5]);
	if (ret == -1 && errno == ENOSYS && number == SYS_pidfd_open)
		return fl_user_result(fl_user_pidfd(arg[0]));
	return ret;
}

_Bool fl_user_refuses(long number, const unsigned long arg[6],
		      const void *caller)
{
	const struct call_rule *r = rule_of(number);

	if (!r || r->serve || !is_refused(r, arg))
		return 0;
	fl_user_refuse(r - rules, ENOSYS, caller, "%s() is refused: %s",
		       r->name, r->why);
	return 1;
}

long fl_user_number(long number, const unsigned long arg[6], const void *caller)
{
	const struct call_rule *r;

	if (!fl_user_is_caller())
		return fl_user_call_host(number, arg);
	r = rule_of(number);
	if (r && r->serve)
		return serve(r, arg, caller);
	return fl_user_refuses(number, arg, caller) ?
		       -1 :
		       fl_user_call_with_set(number, arg);
}

/* The C library's syscall() is variadic; unused arguments are ignored. */
long __wrap_syscall(long number, unsigned long a, unsigned long b,
		    unsigned long c, unsigned long d, unsigned long e,
		    unsigned long f)
{
	const unsigned long arg[6] = { a, b, c, d, e, f };

	return fl_user_number(number, arg, __builtin_return_address(0));
}

/* Shared libraries, such as libnuma, find this one. */
long syscall(long number, ...) __attribute__((alias("__wrap_syscall")));

/* -- print the table, for the documentation -- */

static const char *condition(const struct call_rule *r)
{
	switch (r->when) {
	case ALWAYS:
		return "refused";
	case RANGE:
	case ADDRESS:
	case VECTOR:
		return "refused for addresses of the world";
	case MEMORY_OPTION:
		return "refused for options about memory";
	case DUPLICATE:
		return "refused for files of the world, except "
		       "F_GETFD and F_SETFD";
	default:
		return "refused for files of the world";
	}
}

static _Bool same_line(const struct call_rule *a, const struct call_rule *b)
{
	if (a->serve || b->serve)
		return a->serve && b->serve;
	return !strcmp(condition(a), condition(b)) && !strcmp(a->why, b->why);
}

void fl_user_print_calls(FILE *to)
{
	const struct call_rule *r = rules, *first;

	fprintf(to, "| call | handling | why |\n| --- | --- | --- |\n");
	while (r < rules + RULES) {
		fprintf(to, "|");
		for (first = r; r < rules + RULES && same_line(first, r); r++)
			fprintf(to, " `%s`", r->name);
		fprintf(to, " | %s | %s |\n",
			first->serve ? "served" : condition(first),
			first->serve ? "handled by the world's kernel" :
				       first->why);
	}
}
