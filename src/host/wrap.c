/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wrap.c - the C library's functions as a program of a world has them
 *
 * The linker gives a program __wrap_X() where it calls X(), and the host's own X() is
 * __real_X() (--wrap; wrap.list names them all).  What is not the world's is passed on.
 * Errors are those of the kernel, in errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/host.h"

#define HUGE_PAGE	(2UL << 20)

extern int __real_open(const char *path, int flags, ...);
extern int __real_close(int fd);
extern int __real_ioctl(int fd, unsigned long request, ...);
extern ssize_t __real_read(int fd, void *memory, size_t n);
extern ssize_t __real_write(int fd, const void *memory, size_t n);
extern ssize_t __real_pread(int fd, void *memory, size_t n, off_t offset);
extern ssize_t __real_pwrite(int fd, const void *memory, size_t n, off_t offset);
extern off_t __real_lseek(int fd, off_t offset, int whence);
extern int __real_ftruncate(int fd, off_t size);
extern void *__real_mmap(void *addr, size_t len, int prot, int flags, int fd,
			 off_t offset);
extern int __real_munmap(void *addr, size_t len);
extern int __real_mprotect(void *addr, size_t len, int prot);
extern int __real_madvise(void *addr, size_t len, int advice);
extern void *__real_mremap(void *addr, size_t len, size_t new_len, int flags,
			   ...);
extern int __real_sigaction(int sig, const struct sigaction *action,
			    struct sigaction *old);
extern long __real_syscall(long number, ...);
extern pid_t __real_fork(void);
extern pid_t __real_waitpid(pid_t pid, int *status, int options);
extern void __real__exit(int status) __attribute__((noreturn));

/*
 * Is it user code that calls?  The linker sends all calls here, ours among them: what is done
 * inside, before there is a world and after it, is the host's.
 */
static _Bool user_calls(void)
{
	return fl_host && !fl_host_inside;
}

/* Return: what the C library returns for what a kernel does. */
static long result(long ret)
{
	if (ret >= 0)
		return ret;
	errno = ret == -ENOTRECOVERABLE ? EIO : -ret;
	return -1;
}

static long do_call(struct fl_call *call, int (*fn)(void *))
{
	long ret;

	fl_host_enter();
	ret = fl_host_call(call, fn);
	fl_host_return();
	return result(ret);
}

/* The host's kernel is about to use memory of user code: let it be mapped. */
static void reach(const void *memory, size_t n, _Bool write)
{
	volatile char *p = (volatile char *)memory, *end = p + n;

	if (!user_calls() || !fl_host_address((unsigned long)memory))
		return;
	for (; p < end; p = (char *)(((unsigned long)p | (FL_PAGE_SIZE - 1)) + 1))
		if (write)
			*p = *p;
		else
			(void)*p;
}

/* -- files -- */

/* Return: the name of the world's device, or NULL: @path is the host's. */
static const char *device_of(const char *path)
{
	if (!strncmp(path, "/dev/hmm_dmirror", 16))
		return path + 5;
	if (!strcmp(path, "/sys/kernel/debug/gup_test"))
		return "gup_test";
	return NULL;
}

int __wrap_open(const char *path, int flags, ...)
{
	const char *device = device_of(path);
	_Bool pagemap;
	mode_t mode = 0;
	va_list args;
	long fd;

	va_start(args, flags);
	if (flags & (O_CREAT | __O_TMPFILE))
		mode = va_arg(args, mode_t);
	va_end(args);
	if (device && !fl_host && fl_host_boot())
		device = NULL;
	pagemap = !strcmp(path, "/proc/self/pagemap");
	if (!user_calls() || !(device || pagemap ||
			       (flags & O_TMPFILE) == O_TMPFILE))
		return __real_open(path, flags, mode);
	fl_host_enter();
	fd = device ? fl_host_file_open(device) :
	     pagemap ? fl_host_file_pagemap() : fl_host_file_create();
	fl_host_return();
	return result(fd);
}

/* Inside, where @fd is the world's; else NULL, and not inside. */
static struct fl_host_file *enter_for(int fd)
{
	struct fl_host_file *f;

	if (!user_calls() || !fl_host_file(fd))
		return NULL;
	fl_host_enter();
	f = fl_host_file(fd);
	if (!f)
		fl_host_leave();
	return f;
}

int __wrap_close(int fd)
{
	if (enter_for(fd)) {
		fl_host_file_close(fl_host_self, fd);
		fl_host_return();
	}
	return __real_close(fd);
}

struct file_call {
	struct fl_call call;
	struct fl_host_file *file;
	enum { IOCTL, READ, WRITE, SEEK, TRUNCATE } what;
	long n;				/* bytes, command, whence, size */
	unsigned long *offset;		/* of a READ or WRITE; NULL: the file's own */
	long ret;
};

static long seek(struct file_call *c)
{
	const struct fl_kernel *k = c->call.kernel;
	long to = c->call.value;

	if (c->n == SEEK_CUR)
		to += c->file->position;
	else if (c->n == SEEK_END)
		to += c->file->file ? k->file_size(c->file->file) : 0;
	if (to < 0)
		return -EINVAL;
	c->file->position = to;
	return to;
}

/* Read or write, and go on by what was done. */
static long transfer(struct file_call *c)
{
	const struct fl_kernel *k = c->call.kernel;
	unsigned long *offset = c->offset ? c->offset : &c->file->position;
	long n;

	if (c->file->file && c->what == READ)
		n = k->file_read(c->file->file, *offset, c->call.out, c->n);
	else if (c->file->file)
		n = k->file_write(c->file->file, *offset, c->call.in, c->n);
	else if (c->what == READ)
		n = fl_host_pagemap(&c->call, *offset, c->call.out, c->n);
	else
		n = -EBADF;
	if (n > 0)
		*offset += n;
	return n;
}

static int file_op(void *arg)
{
	struct file_call *c = arg;
	const struct fl_kernel *k = c->call.kernel;
	struct fl_file *file = c->file->file;

	if (c->what == READ || c->what == WRITE)
		c->ret = transfer(c);
	else if (c->what == SEEK)
		c->ret = seek(c);
	else if (!file)
		c->ret = -EINVAL;
	else if (c->what == IOCTL)
		c->ret = k->file_ioctl(c->call.mm, file, c->n, c->call.value);
	else
		c->ret = k->file_truncate(file, c->n);
	return 0;
}

static long do_file(struct file_call *c)
{
	int ret = fl_host_call(&c->call, file_op);

	fl_host_return();
	return result(ret ? ret : c->ret);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct file_call c = { .what = IOCTL, .n = request };
	va_list args;

	va_start(args, request);
	c.call.value = va_arg(args, unsigned long);
	va_end(args);
	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_ioctl(fd, request, c.call.value);
}

ssize_t __wrap_read(int fd, void *memory, size_t n)
{
	struct file_call c = { .call.out = memory, .what = READ, .n = n };

	reach(memory, n, 1);
	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_read(fd, memory, n);
}

ssize_t __wrap_write(int fd, const void *memory, size_t n)
{
	struct file_call c = { .call.in = memory, .what = WRITE, .n = n };

	reach(memory, n, 0);
	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_write(fd, memory, n);
}

ssize_t __wrap_pread(int fd, void *memory, size_t n, off_t offset)
{
	unsigned long at = offset;
	struct file_call c = { .call.out = memory, .what = READ, .n = n,
			       .offset = &at };

	reach(memory, n, 1);
	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_pread(fd, memory, n, offset);
}

ssize_t __wrap_pwrite(int fd, const void *memory, size_t n, off_t offset)
{
	unsigned long at = offset;
	struct file_call c = { .call.in = memory, .what = WRITE, .n = n,
			       .offset = &at };

	reach(memory, n, 0);
	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_pwrite(fd, memory, n, offset);
}

off_t __wrap_lseek(int fd, off_t offset, int whence)
{
	struct file_call c = { .call.value = offset, .what = SEEK, .n = whence };

	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_lseek(fd, offset, whence);
}

int __wrap_ftruncate(int fd, off_t size)
{
	struct file_call c = { .what = TRUNCATE, .n = size };

	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_ftruncate(fd, size);
}

/* -- mappings -- */

static _Bool is_ours(const void *addr)
{
	return user_calls() && fl_host_address((unsigned long)addr);
}

struct map_call {
	struct fl_call call;
	struct fl_file *file;
	unsigned long new_len, new_addr;
	long ret;
};

static int mmap_inside(void *arg)
{
	struct map_call *c = arg;

	c->ret = c->call.kernel->sys_mmap(c->call.mm, c->call.addr, c->call.len,
					  c->call.prot, c->call.flags, c->file,
					  c->call.value);
	return 0;
}

/* Where the mapping after one that ends at @end begins: large pages fit in. */
static unsigned long place_after(unsigned long end)
{
	return (end + 2 * HUGE_PAGE - 1) & -HUGE_PAGE;
}

/* Return: where a mapping of @len bytes goes that may go anywhere; 0: nowhere. */
static unsigned long place_for(unsigned long len)
{
	unsigned long at = fl_host_self->next;

	if (len > FL_HOST_END - at - HUGE_PAGE)
		return 0;
	fl_host_self->next = place_after(at + len);
	return at;
}

/* As with Linux, what comes next goes where the last one was. */
static void place_is_free(unsigned long addr, unsigned long len)
{
	if (place_after(addr + len) == fl_host_self->next)
		fl_host_self->next = (addr + HUGE_PAGE - 1) & -HUGE_PAGE;
}

static void *map_inside(unsigned long addr, size_t len, int prot, int flags,
			struct fl_file *file, off_t offset)
{
	struct map_call c = { .call = { .addr = addr, .len = len, .prot = prot,
					.flags = flags, .value = offset },
			      .file = file };
	int ret = -ENOMEM;

	if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))) {
		c.call.addr = place_for(len);
		c.call.flags |= MAP_FIXED_NOREPLACE;
	}
	if (c.call.addr)
		ret = fl_host_call(&c.call, mmap_inside);
	ret = ret ? ret : c.ret < 0 ? c.ret : 0;
	if (ret) {
		result(ret);
		return MAP_FAILED;
	}
	fl_host_usable(c.ret, len);
	return (void *)c.ret;
}

/* A file of the host's cannot be mapped among the world's addresses. */
static void *map_refused(void)
{
	errno = ENODEV;
	return MAP_FAILED;
}

void *__wrap_mmap(void *addr, size_t len, int prot, int flags, int fd,
		  off_t offset)
{
	_Bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	struct fl_host_file *f = NULL;
	void *p;

	if (!user_calls() || (fixed && !is_ours(addr)))
		return __real_mmap(addr, len, prot, flags, fd, offset);
	if (flags & MAP_ANONYMOUS) {
		fl_host_enter();
	} else {
		f = enter_for(fd);
		if (!f)
			return fixed ? map_refused() :
			       __real_mmap(addr, len, prot, flags, fd, offset);
	}
	if (f && !f->file)	/* /proc/self/pagemap */
		p = map_refused();
	else
		p = map_inside((unsigned long)addr, len, prot, flags,
			       f ? f->file : NULL, offset);
	fl_host_return();
	return p;
}

static int munmap_inside(void *arg)
{
	struct fl_call *c = arg;
	int ret = c->kernel->munmap(c->mm, c->addr, c->len);

	if (!ret)
		place_is_free(c->addr, c->len);
	return ret;
}

int __wrap_munmap(void *addr, size_t len)
{
	struct fl_call call = { .addr = (unsigned long)addr, .len = len };

	return is_ours(addr) ? do_call(&call, munmap_inside) :
			       __real_munmap(addr, len);
}

static int mprotect_inside(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->sys_mprotect(c->mm, c->addr, c->len, c->prot);
}

int __wrap_mprotect(void *addr, size_t len, int prot)
{
	struct fl_call call = { .addr = (unsigned long)addr, .len = len,
				.prot = prot };

	return is_ours(addr) ? do_call(&call, mprotect_inside) :
			       __real_mprotect(addr, len, prot);
}

static int madvise_inside(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->sys_madvise(c->mm, c->addr, c->len, c->value);
}

int __wrap_madvise(void *addr, size_t len, int advice)
{
	struct fl_call call = { .addr = (unsigned long)addr, .len = len,
				.value = advice };

	return is_ours(addr) ? do_call(&call, madvise_inside) :
			       __real_madvise(addr, len, advice);
}

static int mremap_inside(void *arg)
{
	struct map_call *c = arg;
	const struct fl_kernel *k = c->call.kernel;

	c->ret = k->sys_mremap ?
		 k->sys_mremap(c->call.mm, c->call.addr, c->call.len, c->new_len,
			       c->call.flags, c->new_addr) : -ENOSYS;
	return 0;
}

void *__wrap_mremap(void *addr, size_t len, size_t new_len, int flags, ...)
{
	struct map_call c = { .call = { .addr = (unsigned long)addr, .len = len,
					.flags = flags },
			      .new_len = new_len };
	va_list args;
	long ret;

	va_start(args, flags);
	if (flags & MREMAP_FIXED)
		c.new_addr = va_arg(args, unsigned long);
	va_end(args);
	if (!is_ours(addr))
		return __real_mremap(addr, len, new_len, flags, c.new_addr);
	/* Where it may go anywhere, it goes where the next mapping would. */
	fl_host_enter();
	if (flags & MREMAP_MAYMOVE && !(flags & MREMAP_FIXED) && new_len > len) {
		c.new_addr = place_for(new_len);
		c.call.flags |= MREMAP_FIXED;
	}
	ret = fl_host_call(&c.call, mremap_inside);
	fl_host_return();
	ret = result(ret ? ret : c.ret);
	if (ret == -1)
		return MAP_FAILED;
	fl_host_usable(ret, new_len);
	return (void *)ret;
}

/* -- signals: SIGSEGV is the projection's first -- */

int __wrap_sigaction(int sig, const struct sigaction *action,
		     struct sigaction *old)
{
	if (!user_calls() || sig != SIGSEGV)
		return __real_sigaction(sig, action, old);
	if (old)
		*old = fl_host_on_segv;
	if (action)
		fl_host_on_segv = *action;
	return 0;
}

sighandler_t __wrap_signal(int sig, sighandler_t handler)
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = SA_RESTART }, old;

	return __wrap_sigaction(sig, &action, &old) ? SIG_ERR : old.sa_handler;
}

/* -- what has a number only -- */

/* Of a userfaultfd the world knows nothing, and the host's knows nothing of it. */
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	if (!user_calls() || number != SYS_userfaultfd)
		return __real_syscall(number, a, b, c, d, e, f);
	errno = ENOSYS;
	return -1;
}

/* -- processes -- */

pid_t __wrap_fork(void)
{
	return user_calls() ? fl_host_fork() : __real_fork();
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
	int how;
	pid_t who = __real_waitpid(pid, &how, options);

	if (who > 0 && (WIFEXITED(how) || WIFSIGNALED(how)))
		fl_host_reaped(who);
	if (status && who > 0)
		*status = how;
	return who;
}

pid_t __wrap_wait(int *status)
{
	return __wrap_waitpid(-1, status, 0);
}

void __wrap__exit(int status)
{
	__real__exit(fl_host_exit(status));
}

void __wrap__Exit(int status)
{
	__wrap__exit(status);
}
