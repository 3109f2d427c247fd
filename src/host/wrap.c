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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/host.h"
#include "host/real.h"

#define RESTART	512	/* ERESTARTSYS, which no program sees */

/* A name that the C library's headers use for @of where off_t is asked to have 64 bits, as it
 * has. */
#define ALSO(name, of)	extern __typeof__(of) name __attribute__((alias(#of)))

/* Where user code called: the wrapper, or the system call that it carries out. */
#define CALLER()	(fl_host_caller ? fl_host_caller : __builtin_return_address(0))

static _Bool is_ours(const void *addr)
{
	return fl_host_user_calls() && fl_host_address((unsigned long)addr);
}

static long do_call(struct fl_call *call, int (*fn)(void *))
{
	long ret;

	fl_host_enter();
	ret = fl_host_call(call, fn);
	fl_host_return();
	return fl_host_result(ret);
}

/*
 * The host's kernel has met memory of user code that is not mapped: map it.
 * Return: whether there is anything to try again.
 */
static _Bool reach(const void *memory, size_t n, _Bool write)
{
	unsigned long at = (unsigned long)memory, end = at + n;
	int ret = 0;

	if (errno != EFAULT || !n || !is_ours(memory))
		return 0;
	fl_host_enter();
	for (at &= -FL_PAGE_SIZE; at < end && !ret; at += FL_PAGE_SIZE)
		ret = fl_host_touch(at, write);
	fl_host_leave();
	errno = EFAULT;
	return !ret;
}

/* -- files -- */

/* The third argument of open(), which is there only with some flags. */
#define MODE(mode, flags) do {						\
	va_list args_;							\
									\
	va_start(args_, flags);						\
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args_, mode_t) : 0; \
	va_end(args_);							\
} while (0)

int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode;
	long fd;

	MODE(mode, flags);
	return fl_host_open(AT_FDCWD, path, flags, CALLER(), &fd) ? fd :
	       __real_open(path, flags, mode);
}
ALSO(__wrap_open64, __wrap_open);

int __wrap_openat(int folder, const char *path, int flags, ...)
{
	mode_t mode;
	long fd;

	MODE(mode, flags);
	return fl_host_open(folder, path, flags, CALLER(), &fd) ? fd :
	       __real_openat(folder, path, flags, mode);
}
ALSO(__wrap_openat64, __wrap_openat);

/* What -D_FORTIFY_SOURCE makes of open() without a mode. */
int __wrap___open_2(const char *path, int flags)
{
	long fd;

	return fl_host_open(AT_FDCWD, path, flags, CALLER(), &fd) ? fd :
	       __real_open(path, flags, 0);
}
ALSO(__wrap___open64_2, __wrap___open_2);

int __wrap___openat_2(int folder, const char *path, int flags)
{
	long fd;

	return fl_host_open(folder, path, flags, CALLER(), &fd) ? fd :
	       __real_openat(folder, path, flags, 0);
}
ALSO(__wrap___openat64_2, __wrap___openat_2);

int __wrap_creat(const char *path, mode_t mode)
{
	const int flags = O_CREAT | O_WRONLY | O_TRUNC;
	long fd;

	return fl_host_open(AT_FDCWD, path, flags, CALLER(), &fd) ? fd :
	       __real_open(path, flags, mode);
}
ALSO(__wrap_creat64, __wrap_creat);

/* Inside, where @fd is the world's; else NULL, and not inside. */
static struct fl_host_file *enter_for(int fd)
{
	struct fl_host_file *f;

	if (!fl_host_user_calls() || !fl_host_file(fd))
		return NULL;
	fl_host_enter();
	f = fl_host_file(fd);
	if (!f)
		fl_host_leave();
	return f;
}

int __wrap_close(int fd)
{
	unsigned long offset;

	if (enter_for(fd)) {
		fl_host_file_close(fl_host_self, fd);
		fl_host_return();
	} else if (fl_host_user_calls() &&
		   fd == fl_machine_memory(fl_host->world->machine, &offset)) {
		errno = EBADF;
		return -1;
	}
	return __real_close(fd);
}

/* @to: a descriptor of the host's that stands for the new one. */
static int dup_to(int fd, int to)
{
	long ret = fl_host_file_dup(fd, to);

	fl_host_return();
	if (ret < 0)
		__real_close(to);
	return fl_host_result(ret);
}

int __wrap_dup(int fd)
{
	int to = __real_dup(fd);

	return to >= 0 && enter_for(fd) ? dup_to(fd, to) : to;
}

int __wrap_dup2(int fd, int to)
{
	if (fd != to && enter_for(to)) {
		fl_host_file_close(fl_host_self, to);
		fl_host_return();
	}
	to = __real_dup2(fd, to);
	return to >= 0 && to != fd && enter_for(fd) ? dup_to(fd, to) : to;
}

struct file_call {
	struct fl_call call;
	struct fl_host_file *file;
	enum { IOCTL, READ, WRITE, SEEK, TRUNCATE } what;
	long n;				/* bytes, command, whence, size */
	unsigned long *offset;		/* of a READ or WRITE; NULL: the file's own */
	long ret;
};

/* Return: the new position, negative: -errno, but for a file of /proc. */
static long place_of(const struct file_call *c)
{
	const struct fl_kernel *k = c->call.kernel;
	const struct fl_host_file *f = c->file;
	long to = c->call.value;

	if (f->proc)
		return k->proc_seek(f->file, f->position, to, c->n);
	if (c->n == SEEK_CUR)
		to += f->position;
	else if (c->n == SEEK_END)
		to += k->file_size(f->file);
	else if (c->n != SEEK_SET)
		return -EINVAL;
	return to < 0 ? -EINVAL : to;
}

static long seek(struct file_call *c)
{
	long to = place_of(c);

	if (to >= 0)
		c->file->position = to;
	return to;
}

/* Read or write @n bytes by way of @bounce, and go on by what was done. */
static long transfer(struct file_call *c, void *bounce, long n)
{
	const struct fl_kernel *k = c->call.kernel;
	unsigned long *offset = c->offset ? c->offset : &c->file->position;
	long done;

	if (c->what == WRITE && fl_hw_host_read(bounce, (unsigned long)c->call.in, n))
		return -EFAULT;
	if (c->what == READ)
		done = k->file_read(c->file->file, *offset, bounce, n);
	else
		done = k->file_write(c->file->file, *offset, bounce, n);
	if (done > 0 && c->what == READ &&
	    fl_hw_host_write((unsigned long)c->call.out, bounce, done))
		return -EFAULT;
	/* What is written to a file of /proc is a command. */
	if (done > 0 && !(c->file->proc && c->what == WRITE))
		*offset += done;
	return done;
}

static long transfer_all(struct file_call *c)
{
	void *bounce;
	long ret;

	/* For a file of /proc, nothing may be an error as well. */
	if (c->n < 0 || (!c->n && !c->file->proc))
		return 0;
	bounce = malloc(c->n + 1);
	ret = bounce ? transfer(c, bounce, c->n) : -ENOMEM;
	free(bounce);
	return ret;
}

static int file_op(void *arg)
{
	struct file_call *c = arg;
	const struct fl_kernel *k = c->call.kernel;
	struct fl_file *file = c->file->file;

	if (c->what == READ || c->what == WRITE)
		c->ret = transfer_all(c);
	else if (c->what == SEEK)
		c->ret = seek(c);
	else if (c->what == IOCTL)
		c->ret = k->file_ioctl(c->call.mm, file, c->n, c->call.value);
	else
		c->ret = k->file_truncate(file, c->n);
	return 0;
}

static long do_file(struct file_call *c)
{
	int ret;

	c->file->references++;
	ret = fl_host_call(&c->call, file_op);
	fl_host_file_put(fl_host_self, c->file);
	fl_host_return();
	return fl_host_result(ret ? ret : c->ret);
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

/* A call of the C library's that may wait is a cancellation point. */
static void cancellation_point(int fd)
{
	if (fl_host_user_calls() && !fl_host_caller && fl_host_file(fd))
		pthread_testcancel();
}

/* As do_file(), of a call that a signal or a cancellation ends while it waits. */
static long do_file_that_waits(struct file_call *c)
{
	long ret;

	fl_host_may_interrupt(1);
	ret = fl_host_call(&c->call, file_op);
	fl_host_may_interrupt(0);
	fl_host_file_put(fl_host_self, c->file);
	fl_host_return();
	ret = ret ? ret : c->ret;
	if (ret == -RESTART && !fl_host_restarts())
		ret = -EINTR;
	return ret;
}

static ssize_t read_once(int fd, void *memory, size_t n, unsigned long *at)
{
	struct file_call c = { .call.out = memory, .what = READ, .n = n,
			       .offset = at };
	long ret;

	do {
		cancellation_point(fd);
		c.file = enter_for(fd);
		if (!c.file)
			return at ? __real_pread(fd, memory, n, *at) :
				    __real_read(fd, memory, n);
		c.file->references++;
		ret = do_file_that_waits(&c);
	} while (ret == -RESTART);
	return fl_host_result(ret);
}

static ssize_t write_once(int fd, const void *memory, size_t n, unsigned long *at)
{
	struct file_call c = { .call.in = memory, .what = WRITE, .n = n,
			       .offset = at };

	cancellation_point(fd);
	c.file = enter_for(fd);
	if (c.file)
		return do_file(&c);
	return at ? __real_pwrite(fd, memory, n, *at) : __real_write(fd, memory, n);
}

ssize_t __wrap_read(int fd, void *memory, size_t n)
{
	ssize_t ret = read_once(fd, memory, n, NULL);

	return ret < 0 && reach(memory, n, 1) ? read_once(fd, memory, n, NULL) : ret;
}

/* What -D_FORTIFY_SOURCE makes of read() where it knows how large @memory is. */
ssize_t __wrap___read_chk(int fd, void *memory, size_t n, size_t size)
{
	if (n > size)
		abort();
	return __wrap_read(fd, memory, n);
}

ssize_t __wrap_write(int fd, const void *memory, size_t n)
{
	ssize_t ret = write_once(fd, memory, n, NULL);

	return ret < 0 && reach(memory, n, 0) ? write_once(fd, memory, n, NULL) : ret;
}

ssize_t __wrap_pread(int fd, void *memory, size_t n, off_t offset)
{
	unsigned long at = offset;
	ssize_t ret;

	if (offset < 0)
		return fl_host_result(-EINVAL);
	ret = read_once(fd, memory, n, &at);
	return ret < 0 && reach(memory, n, 1) ? read_once(fd, memory, n, &at) : ret;
}
ALSO(__wrap_pread64, __wrap_pread);

ssize_t __wrap___pread_chk(int fd, void *memory, size_t n, off_t offset, size_t size)
{
	if (n > size)
		abort();
	return __wrap_pread(fd, memory, n, offset);
}
ALSO(__wrap___pread64_chk, __wrap___pread_chk);

ssize_t __wrap_pwrite(int fd, const void *memory, size_t n, off_t offset)
{
	unsigned long at = offset;
	ssize_t ret;

	if (offset < 0)
		return fl_host_result(-EINVAL);
	ret = write_once(fd, memory, n, &at);
	return ret < 0 && reach(memory, n, 0) ? write_once(fd, memory, n, &at) : ret;
}
ALSO(__wrap_pwrite64, __wrap_pwrite);

off_t __wrap_lseek(int fd, off_t offset, int whence)
{
	struct file_call c = { .call.value = offset, .what = SEEK, .n = whence };

	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_lseek(fd, offset, whence);
}
ALSO(__wrap_lseek64, __wrap_lseek);

int __wrap_ftruncate(int fd, off_t size)
{
	struct file_call c = { .what = TRUNCATE, .n = size };

	if (size < 0)
		return fl_host_result(-EINVAL);
	c.file = enter_for(fd);
	return c.file ? do_file(&c) : __real_ftruncate(fd, size);
}
ALSO(__wrap_ftruncate64, __wrap_ftruncate);

/* -- mappings -- */

/* Where the mapping after one that ends at @end begins: large pages fit in. */
static unsigned long place_after(unsigned long end)
{
	return (end + 2 * FL_HUGE_PAGE - 1) & -FL_HUGE_PAGE;
}

/* Return: where a mapping of @len bytes goes that may go anywhere; 0: nowhere, which is
 * told. */
static unsigned long place_for(unsigned long len)
{
	unsigned long at = fl_host_self->next;

	if (at + FL_HUGE_PAGE > FL_HOST_END ||
	    len > FL_HOST_END - at - FL_HUGE_PAGE) {
		fprintf(stderr, "faultlab: no %#lx bytes of addresses are left from %#lx on: raise FL_HOST_END in src/host/host.h\n",
			len, at);
		return 0;
	}
	fl_host_self->next = place_after(at + len);
	return at;
}

/* As with Linux, what comes next goes where the last one was, if all of it is gone. */
static void place_is_free(struct fl_call *c)
{
	unsigned long at = c->addr & -FL_HUGE_PAGE, page;

	if (at < FL_HOST_START || place_after(c->addr + c->len) != fl_host_self->next)
		return;
	for (page = at; page < fl_host_self->next; page += FL_PAGE_SIZE)
		if (c->kernel->prot(c->mm, page) != ~0u)
			return;
	fl_host_self->next = at;
}

/* The kernel has mapped [@addr, @addr + @len). */
static void is_mapped(unsigned long addr, unsigned long len)
{
	unsigned long end = (addr + len + FL_PAGE_SIZE - 1) & -FL_PAGE_SIZE;

	if (end > fl_host_self->top)
		fl_host_self->top = end;
	if (end > fl_host_self->next)
		fl_host_self->next = place_after(end);
	fl_host_usable(addr, end - addr);
}

/* Of a range that begins outside: whether it reaches the world's addresses, and is refused. */
static _Bool refuse_mixed(const char *name, void *addr, size_t len, const void *caller)
{
	if (!fl_host_user_calls() || !len || !fl_host_in_world((unsigned long)addr, len))
		return 0;
	fl_host_refuse(FL_HOST_REFUSED_RANGE, EINVAL, caller,
		       "%s() at %p of %#zx bytes is refused: it concerns memory of the host and of the world",
		       name, addr, len);
	return 1;
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
	if (c->ret < 0)
		place_is_free(&c->call);
	return 0;
}

static long map_inside(struct map_call *c, _Bool fixed)
{
	int ret;

	do {
		if (!fixed) {
			c->call.addr = place_for(c->call.len);
			c->call.flags |= MAP_FIXED_NOREPLACE;
		}
		if (!c->call.addr)
			return -ENOMEM;
		ret = fl_host_call(&c->call, mmap_inside);
		if (ret)
			return ret;
		/* Something was mapped there by its address. */
	} while (!fixed && c->ret == -EEXIST);
	if (c->ret > 0)
		is_mapped(c->ret, c->call.len);
	return c->ret;
}

/* Return: what mmap() returns. */
static void *address(long ret)
{
	return ret < 0 ? (fl_host_result(ret), MAP_FAILED) : (void *)ret;
}

/* The descriptor of a file of the world's is one of a file of the host's as well. */
static _Bool is_zero_device(int fd)
{
	struct stat file;

	return !fl_host_file(fd) && !__real_fstat(fd, &file) && S_ISCHR(file.st_mode) &&
	       file.st_rdev == makedev(1, 5);
}

static void *refuse_file(int fd, const void *caller)
{
	char link[40], name[200] = "";

	if (__real_fcntl(fd, F_GETFD) < 0)
		return MAP_FAILED;	/* EBADF */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, name, sizeof(name) - 1) < 0)
		*name = '\0';
	fl_host_refuse(FL_HOST_REFUSED_MMAP_FILE, ENODEV, caller,
		       "mmap() of %s, a file of the host's, is refused: the mapping would not be the world's; files that are made by open() with O_TMPFILE are the world's",
		       *name ? name : "a descriptor");
	return MAP_FAILED;
}

/*
 * A mapping at an address of the host's.  It may replace what the host has mapped there before,
 * but a new one would be taken for the world's.
 */
static void *map_elsewhere(void *addr, size_t len, int prot, int flags, int fd, off_t offset,
			   const void *caller)
{
	void *p;

	if (fl_host_in_world((unsigned long)addr, len)) {
		fl_host_refuse(FL_HOST_REFUSED_RANGE, EINVAL, caller,
			       "mmap() at %p of %#zx bytes is refused: only some of them are addresses of the world",
			       addr, len);
		return MAP_FAILED;
	}
	p = __real_mmap(addr, len, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (p == MAP_FAILED)
		return __real_mmap(addr, len, prot, flags, fd, offset);
	__real_munmap(p, len);
	fl_host_refuse(FL_HOST_REFUSED_MMAP_ADDRESS, ENOMEM, caller,
		       "mmap() at %p is refused: addresses of the world are %#lx to %#lx", addr,
		       FL_HOST_START, FL_HOST_END);
	return MAP_FAILED;
}

void *__wrap_mmap(void *addr, size_t len, int prot, int flags, int fd,
		  off_t offset)
{
	struct map_call c = { .call = { .addr = (unsigned long)addr, .len = len,
					.prot = prot, .flags = flags,
					.value = offset } };
	_Bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	struct fl_host_file *f;
	long ret;

	if (!fl_host_user_calls())
		return __real_mmap(addr, len, prot, flags, fd, offset);
	if (fixed && !is_ours(addr))
		return map_elsewhere(addr, len, prot, flags, fd, offset, CALLER());
	if (fixed && len > FL_HOST_END - c.call.addr)
		return address(-ENOMEM);
	if (flags & MAP_ANONYMOUS || is_zero_device(fd)) {
		c.call.flags |= MAP_ANONYMOUS;
		fl_host_enter();
	} else {
		f = enter_for(fd);
		if (!f)
			return refuse_file(fd, CALLER());
		c.file = f->file;
	}
	ret = map_inside(&c, fixed);
	fl_host_return();
	return address(ret);
}
ALSO(__wrap_mmap64, __wrap_mmap);

static int munmap_inside(void *arg)
{
	struct fl_call *c = arg;
	int ret = c->kernel->munmap(c->mm, c->addr, c->len);

	if (!ret)
		place_is_free(c);
	return ret;
}

int __wrap_munmap(void *addr, size_t len)
{
	struct fl_call call = { .addr = (unsigned long)addr, .len = len };

	if (is_ours(addr))
		return do_call(&call, munmap_inside);
	return refuse_mixed("munmap", addr, len, CALLER()) ? -1 : __real_munmap(addr, len);
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

	if (is_ours(addr))
		return do_call(&call, mprotect_inside);
	return refuse_mixed("mprotect", addr, len, CALLER()) ? -1 :
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

	if (is_ours(addr))
		return do_call(&call, madvise_inside);
	return refuse_mixed("madvise", addr, len, CALLER()) ? -1 :
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

/* Where it may go anywhere, it goes where the next mapping would. */
static long move_inside(struct map_call *c)
{
	const unsigned int flags = c->call.flags;
	int ret;

	if (flags & MREMAP_FIXED) {
		if (!fl_host_address(c->new_addr) ||
		    c->new_len > FL_HOST_END - c->new_addr)
			return -EINVAL;
	} else if (flags & MREMAP_DONTUNMAP ||
		   (flags & MREMAP_MAYMOVE && c->new_len > c->call.len)) {
		c->new_addr = place_for(c->new_len);
		if (!c->new_addr)
			return -ENOMEM;
		c->call.flags |= MREMAP_FIXED;
	}
	ret = fl_host_call(&c->call, mremap_inside);
	if (!ret && c->ret > 0)
		is_mapped(c->ret, c->new_len);
	return ret ? ret : c->ret;
}

void *__wrap_mremap(void *addr, size_t len, size_t new_len, int flags, ...)
{
	struct map_call c = { .call = { .addr = (unsigned long)addr, .len = len,
					.flags = flags },
			      .new_len = new_len };
	va_list args;
	long ret;

	va_start(args, flags);
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		c.new_addr = va_arg(args, unsigned long);
	va_end(args);
	if (!is_ours(addr)) {
		if (refuse_mixed("mremap", addr, len, CALLER()) ||
		    (flags & MREMAP_FIXED &&
		     refuse_mixed("mremap", (void *)c.new_addr, new_len, CALLER())))
			return MAP_FAILED;
		return __real_mremap(addr, len, new_len, flags, c.new_addr);
	}
	fl_host_enter();
	ret = move_inside(&c);
	fl_host_return();
	return address(ret);
}

/* -- processes -- */

pid_t __wrap_fork(void)
{
	return fl_host_user_calls() ? fl_host_fork() : __real_fork();
}

/* Which may do all that it does in a child of fork(). */
pid_t __wrap_vfork(void)
{
	return __wrap_fork();
}

pid_t __wrap__Fork(void)
{
	return __wrap_fork();
}

static pid_t reaped(pid_t who, int how, int *status)
{
	if (who > 0 && (WIFEXITED(how) || WIFSIGNALED(how)))
		fl_host_reaped(who);
	if (status && who > 0)
		*status = how;
	return who;
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
	int how = 0;
	pid_t who = __real_waitpid(pid, &how, options);

	return reaped(who, how, status);
}

pid_t __wrap_wait(int *status)
{
	return __wrap_waitpid(-1, status, 0);
}

pid_t __wrap_wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	int how = 0;
	pid_t who = __real_wait4(pid, &how, options, usage);

	return reaped(who, how, status);
}

pid_t __wrap_wait3(int *status, int options, struct rusage *usage)
{
	return __wrap_wait4(-1, status, options, usage);
}

void __wrap__exit(int status)
{
	fl_host_note_no_world();
	__real__exit(fl_host_exit(status));
}

void __wrap__Exit(int status)
{
	__wrap__exit(status);
}
