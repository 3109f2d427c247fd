/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wrap.c - wrappers of C library functions for a program of a world
 *
 * The linker calls __wrap_X() for a program's X(); the host's own X() is
 * __real_X() (--wrap; wrap.list names all functions).  Calls that do not
 * concern the world go to the host.  Errors are those of the kernel, in errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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

#define RESTART	512	/* ERESTARTSYS; programs never see it */

/* Another name for @of: the C library's headers use it if 64-bit off_t is
 * requested, which @of has already. */
#define ALSO(name, of)	extern __typeof__(of) name __attribute__((alias(#of)))

/* The caller in user code: of the wrapper, or of the call by number. */
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

/* -- copies of user memory, which may be the world's -- */

/* The most that one call of Linux reads or writes. */
#define MOST	0x7ffff000UL

/* Return: how many of the @n bytes are in the page of @addr. */
static unsigned long in_page(unsigned long addr, unsigned long n)
{
	const unsigned long left = FL_PAGE_SIZE - addr % FL_PAGE_SIZE;

	return n < left ? n : left;
}

/* Return: whether the host's kernel has copied all of it. */
static _Bool copy_mapped(void *ours, unsigned long theirs, unsigned long n, _Bool write)
{
	return !(write ? fl_hw_host_write(theirs, ours, n) : fl_hw_host_read(ours, theirs, n));
}

/*
 * Copy @n bytes between @ours and user code's @theirs.  Pages of the world are
 * mapped when the copy reaches them, as in the kernel's own copies.
 * Context: inside.  Return: how many were copied, up to the
 * first without access.
 */
static unsigned long copy_user(void *ours, unsigned long theirs, unsigned long n, _Bool write)
{
	unsigned long done, part, at;

	for (done = 0; done < n; done += part) {
		at = theirs + done;
		part = in_page(at, n - done);
		if (!copy_mapped((char *)ours + done, at, part, write) &&
		    (!fl_host_address(at) || fl_host_touch(at, write) ||
		     !copy_mapped((char *)ours + done, at, part, write)))
			break;
	}
	return done;
}

struct prefix_call {
	struct fl_call call;
	_Bool write;
	unsigned long n;
};

static int find_prefix(void *arg)
{
	struct prefix_call *c = arg;
	const unsigned int wants = c->write ? FL_PROT_WRITE : FL_PROT_READ | FL_PROT_WRITE;
	unsigned int prot;

	for (c->n = 0; c->n < c->call.len; c->n += in_page(c->call.addr + c->n, c->call.len - c->n)) {
		prot = c->call.kernel->view->prot(c->call.mm,
						  c->call.addr + c->n);
		if (prot == ~0u || !(prot & wants))
			break;
	}
	return 0;
}

/* Return: how many of @n bytes at @addr, in the world, user code may read or,
 * if @write, write. */
static unsigned long prefix(unsigned long addr, unsigned long n, _Bool write)
{
	struct prefix_call c = { .call = { .addr = addr, .len = n }, .write = write };

	if (n > FL_HOST_END - addr)
		c.call.len = FL_HOST_END - addr;
	fl_host_enter();
	if (fl_host_call(&c.call, find_prefix))
		c.n = 0;
	/* A mapping above may grow down to the first page. */
	if (!c.n && n && !fl_host_touch(addr, write) &&
	    fl_host_call(&c.call, find_prefix))
		c.n = 0;
	fl_host_leave();
	return c.n;
}

/* -- files -- */

/* Get the third argument of open(), which exists only with some flags. */
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

/* The name that -D_FORTIFY_SOURCE uses for open() without a mode. */
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

/* Come inside if @fd is the world's.  Return: its file; NULL: not inside. */
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

int fl_host_memory(void)
{
	unsigned long offset;

	return fl_machine_memory(fl_host->world->machine, &offset);
}

int __wrap_close(int fd)
{
	if (enter_for(fd)) {
		fl_host_file_close(fl_host_self, fd);
		fl_host_return();
	} else if (fl_host_user_calls() && fd == fl_host_memory()) {
		return fl_host_result(-EBADF);
	}
	return __real_close(fd);
}

/* @to: the host's descriptor for the new file. */
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

/* Return: whether dup2() of @fd to @to is possible; if not, errno is set. */
static _Bool may_become(int fd, int to, const void *caller)
{
	if (__real_fcntl(fd, F_GETFD) < 0)
		return 0;
	if (to == fl_host_memory()) {
		fl_host_refuse(FL_HOST_REFUSED_DESCRIPTOR, EBADF, caller,
			       "dup2() to descriptor %d is refused: it is the memory of the world",
			       to);
		return 0;
	}
	return !fl_host_file(fd) || to < 0 || fl_host_file_fits(to);
}

int __wrap_dup2(int fd, int to)
{
	if (!fl_host_user_calls() || fd == to)
		return __real_dup2(fd, to);
	if (!may_become(fd, to, CALLER()))
		return -1;
	if (enter_for(to)) {
		fl_host_file_close(fl_host_self, to);
		fl_host_return();
	}
	to = __real_dup2(fd, to);
	return to >= 0 && enter_for(fd) ? dup_to(fd, to) : to;
}

struct file_call {
	struct fl_call call;
	struct fl_host_file *file;
	enum { IOCTL, READ, WRITE, SEEK, TRUNCATE } what;
	long n;				/* bytes, command, whence, or size */
	unsigned long *offset;		/* of READ, WRITE; NULL: position */
	void *bounce;			/* data of READ, WRITE */
	long ret;
};

/* Return: the new position; -errno.  A position in a file of /proc
 * may be negative. */
static long place_of(const struct file_call *c)
{
	const struct fl_kernel *k = c->call.kernel;
	const struct fl_host_file *f = c->file;
	long to = c->call.value;

	if (f->proc)
		return k->proc->seek(f->file, f->position, to, c->n);
	if (c->n == SEEK_CUR)
		to += f->position;
	else if (c->n == SEEK_END)
		to += k->file->size(f->file);
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

static long transfer(struct file_call *c)
{
	const struct fl_kernel *k = c->call.kernel;
	const unsigned long at = c->offset ? *c->offset : c->file->position;

	return c->what == READ ? k->file->read(c->file->file, at, c->bounce, c->n) :
				 k->file->write(c->file->file, at, c->bounce, c->n);
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
	else if (c->what == IOCTL)
		c->ret = k->file->ioctl(c->call.mm, file, c->n, c->call.value);
	else
		c->ret = k->file->truncate(file, c->n);
	return 0;
}

/* Return: the result of file_op(). */
static long call_file(struct file_call *c)
{
	const int ret = fl_host_call(&c->call, file_op);

	return ret ? ret : c->ret;
}

/* As call_file(), through a bounce buffer; advances the position. */
static long call_with_bounce(struct file_call *c)
{
	unsigned long *offset = c->offset ? c->offset : &c->file->position;
	const unsigned long asked = c->n;
	long done;

	if (c->what == WRITE) {
		c->n = copy_user(c->bounce, (unsigned long)c->call.in, asked, 0);
		if (asked && !c->n)
			return -EFAULT;
	}
	done = call_file(c);
	if (done > 0 && c->what == READ) {
		done = copy_user(c->bounce, (unsigned long)c->call.out, done, 1);
		if (!done)
			return -EFAULT;
	}
	/* A write to a file of /proc is a command; the position stays. */
	if (done > 0 && !(c->file->proc && c->what == WRITE))
		*offset += done;
	return done;
}

static long call_all(struct file_call *c)
{
	long ret;

	if (c->what != READ && c->what != WRITE)
		return call_file(c);
	if (c->n < 0)
		return -EFAULT;
	/* For a file of /proc, even a transfer of 0 bytes may fail. */
	if (!c->n && !c->file->proc)
		return 0;
	if (c->n > (long)MOST)
		c->n = MOST;
	c->bounce = malloc(c->n + 1);
	ret = c->bounce ? call_with_bounce(c) : -ENOMEM;
	free(c->bounce);
	return ret;
}

static long do_file(struct file_call *c)
{
	long ret;

	c->file->references++;
	ret = call_all(c);
	fl_host_file_put(fl_host_self, c->file);
	fl_host_return();
	return fl_host_result(ret);
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

/*
 * A file of the host, and memory of the world.  The host's kernel can access
 * only what is mapped.  So it reads to a bounce buffer and writes from one,
 * with as many bytes as user code may access.  The copy touches only the pages
 * that it reaches.
 */
struct bounce {
	void *memory;
	unsigned long n;
	char few[512] __attribute__((aligned(512)));
};

static void drop(void *arg)
{
	struct bounce *b = arg;

	if (b->memory != b->few)
		__real_munmap(b->memory, b->n);
}

static ssize_t to_user(const struct bounce *b, void *memory, ssize_t n)
{
	unsigned long done;

	if (n <= 0)
		return n;
	fl_host_enter();
	done = copy_user(b->memory, (unsigned long)memory, n, 1);
	fl_host_leave();
	return done ? (ssize_t)done : fl_host_result(-EFAULT);
}

static ssize_t from_user(const struct bounce *b, const void *memory)
{
	unsigned long done;

	fl_host_enter();
	done = copy_user(b->memory, (unsigned long)memory, b->n, 0);
	fl_host_leave();
	return done ? (ssize_t)done : fl_host_result(-EFAULT);
}

static ssize_t read_real(int fd, void *memory, size_t n, unsigned long *at)
{
	return at ? __real_pread(fd, memory, n, *at) : __real_read(fd, memory, n);
}

static ssize_t write_real(int fd, const void *memory, size_t n, unsigned long *at)
{
	return at ? __real_pwrite(fd, memory, n, *at) : __real_write(fd, memory, n);
}

/* Return: whether @b has a buffer for at most @n accessible bytes. */
static _Bool get(struct bounce *b, const void *memory, size_t n, _Bool write)
{
	b->n = is_ours(memory) && n ? prefix((unsigned long)memory, n < MOST ? n : MOST, write) : 0;
	if (!b->n)
		return 0;
	b->memory = b->few;
	if (b->n > sizeof(b->few))
		b->memory = __real_mmap(NULL, b->n, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return b->memory != MAP_FAILED;
}

/* The thread may be cancelled while the host reads or writes. */
static ssize_t read_hosts(int fd, void *memory, size_t n, unsigned long *at)
{
	struct bounce b;
	ssize_t ret;

	if (!get(&b, memory, n, 1))
		return read_real(fd, memory, n, at);
	pthread_cleanup_push(drop, &b);
	ret = to_user(&b, memory, read_real(fd, b.memory, b.n, at));
	pthread_cleanup_pop(1);
	return ret;
}

static ssize_t write_hosts(int fd, const void *memory, size_t n, unsigned long *at)
{
	struct bounce b;
	ssize_t ret;

	if (!get(&b, memory, n, 0))
		return write_real(fd, memory, n, at);
	pthread_cleanup_push(drop, &b);
	ret = from_user(&b, memory);
	if (ret > 0)
		ret = write_real(fd, b.memory, ret, at);
	pthread_cleanup_pop(1);
	return ret;
}

/* A C library call that may wait is a cancellation point. */
static void cancellation_point(int fd)
{
	if (fl_host_user_calls() && !fl_host_caller && fl_host_file(fd))
		pthread_testcancel();
}

/* As do_file(), for a call whose wait a signal or a cancellation may end. */
static long do_file_that_waits(struct file_call *c)
{
	long ret;

	fl_host_may_interrupt(1);
	ret = call_all(c);
	fl_host_may_interrupt(0);
	fl_host_file_put(fl_host_self, c->file);
	fl_host_return();
	if (ret == -RESTART && !fl_host_restarts())
		ret = -EINTR;
	return ret;
}

static ssize_t do_read(int fd, void *memory, size_t n, unsigned long *at)
{
	struct file_call c;
	long ret;

	do {
		c = (struct file_call){ .call.out = memory, .what = READ, .n = n,
					.offset = at };
		cancellation_point(fd);
		c.file = enter_for(fd);
		if (!c.file)
			return read_hosts(fd, memory, n, at);
		c.file->references++;
		ret = do_file_that_waits(&c);
	} while (ret == -RESTART);
	return fl_host_result(ret);
}

static ssize_t do_write(int fd, const void *memory, size_t n, unsigned long *at)
{
	struct file_call c = { .call.in = memory, .what = WRITE, .n = n,
			       .offset = at };

	cancellation_point(fd);
	c.file = enter_for(fd);
	return c.file ? do_file(&c) : write_hosts(fd, memory, n, at);
}

ssize_t __wrap_read(int fd, void *memory, size_t n)
{
	return do_read(fd, memory, n, NULL);
}

/* The name that -D_FORTIFY_SOURCE uses if the size of @memory is known. */
ssize_t __wrap___read_chk(int fd, void *memory, size_t n, size_t size)
{
	if (n > size)
		abort();
	return __wrap_read(fd, memory, n);
}

ssize_t __wrap_write(int fd, const void *memory, size_t n)
{
	return do_write(fd, memory, n, NULL);
}

ssize_t __wrap_pread(int fd, void *memory, size_t n, off_t offset)
{
	unsigned long at = offset;

	return offset < 0 ? fl_host_result(-EINVAL) : do_read(fd, memory, n, &at);
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

	return offset < 0 ? fl_host_result(-EINVAL) : do_write(fd, memory, n, &at);
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

struct map_call {
	struct fl_call call;
	struct fl_file *file;
	unsigned long new_len, new_addr;
	long ret;
};

/* Return: the start of the next mapping after one that ends at @end, aligned
 * for large pages. */
static unsigned long place_after(unsigned long end)
{
	return (end + 2 * FL_HUGE_PAGE - 1) & -FL_HUGE_PAGE;
}

/* @value: the alignment. */
static int find_hole(void *arg)
{
	struct map_call *c = arg;

	c->ret = c->call.kernel->sys->unmapped_area(c->call.mm, c->call.len,
						    FL_HOST_START, FL_HOST_END,
						    c->call.value);
	return 0;
}

/*
 * Once all addresses have been used, let the tree's own search find a hole,
 * aligned for large pages if possible.
 * Return: its address; 0: none.
 */
static unsigned long place_in_hole(unsigned long len)
{
	struct map_call c = { .call = { .len = len, .value = FL_HUGE_PAGE } };

	if (fl_host_call(&c.call, find_hole))
		return 0;
	c.call.value = FL_PAGE_SIZE;
	if (c.ret < 0 && fl_host_call(&c.call, find_hole))
		return 0;
	return c.ret < 0 ? 0 : c.ret;
}

/* Return: an address for a mapping of @len bytes anywhere; 0: none. */
static unsigned long place_for(unsigned long len)
{
	unsigned long at = fl_host_self->next;

	if (at + FL_HUGE_PAGE > FL_HOST_END ||
	    len > FL_HOST_END - at - FL_HUGE_PAGE)
		return place_in_hole(len);
	fl_host_self->next = place_after(at + len);
	return at;
}

/* As in Linux, the next mapping reuses the addresses of the last one if all of
 * it is unmapped. */
static void place_is_free(struct fl_call *c)
{
	unsigned long at = c->addr & -FL_HUGE_PAGE, page;

	if (at < FL_HOST_START || place_after(c->addr + c->len) != fl_host_self->next)
		return;
	for (page = at; page < fl_host_self->next; page += FL_PAGE_SIZE)
		if (c->kernel->view->prot(c->mm, page) != ~0u)
			return;
	fl_host_self->next = at;
}

/* Record that the kernel has mapped [@addr, @addr + @len). */
static void is_mapped(unsigned long addr, unsigned long len)
{
	unsigned long end = (addr + len + FL_PAGE_SIZE - 1) & -FL_PAGE_SIZE;

	if (end > fl_host_self->top)
		fl_host_self->top = end;
	if (end > fl_host_self->next)
		fl_host_self->next = place_after(end);
	fl_host_usable(addr, end - addr);
}

/* Refuse a range that begins outside the world and reaches into it.
 * Return: whether it does. */
static _Bool refuse_mixed(const char *name, void *addr, size_t len, const void *caller)
{
	if (!fl_host_user_calls() || !len || !fl_host_in_world((unsigned long)addr, len))
		return 0;
	fl_host_refuse(FL_HOST_REFUSED_RANGE, EINVAL, caller,
		       "%s() at %p of %#zx bytes is refused: the range has memory of the host and of the world",
		       name, addr, len);
	return 1;
}

static int mmap_inside(void *arg)
{
	struct map_call *c = arg;

	c->ret = c->call.kernel->sys->mmap(
		c->call.mm, c->call.addr, c->call.len, c->call.prot,
		c->call.flags, c->file, c->call.value);
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
		/* Another mapping was already there, by its address. */
	} while (!fixed && c->ret == -EEXIST);
	if (c->ret > 0)
		is_mapped(c->ret, c->call.len);
	return c->ret;
}

/* Return: the result of mmap(). */
static void *address(long ret)
{
	return ret < 0 ? (fl_host_result(ret), MAP_FAILED) : (void *)ret;
}

/* A world's descriptor is also one of the host, so check that first. */
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
		       "mmap() of %s, a file of the host's, is refused: the mapping would not be in the world; use a file that open() created with O_TMPFILE",
		       *name ? name : "a descriptor");
	return MAP_FAILED;
}

/*
 * Map at an address of the host.  This may replace an existing mapping of the
 * host, but a new one would be mistaken for the world's.
 */
static void *map_elsewhere(void *addr, size_t len, int prot, int flags, int fd, off_t offset,
			   const void *caller)
{
	void *p;

	if (fl_host_in_world((unsigned long)addr, len)) {
		fl_host_refuse(FL_HOST_REFUSED_RANGE, EINVAL, caller,
			       "mmap() at %p of %#zx bytes is refused: only a part of the range is in the world",
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
	int ret = c->kernel->mm->munmap(c->mm, c->addr, c->len);

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

	return c->kernel->sys->mprotect(c->mm, c->addr, c->len, c->prot);
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

	return c->kernel->sys->madvise(c->mm, c->addr, c->len, c->value);
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

	c->ret = k->sys->mremap ? k->sys->mremap(c->call.mm, c->call.addr,
						 c->call.len, c->new_len,
						 c->call.flags, c->new_addr)
				: -ENOSYS;
	return 0;
}

/* A mapping that may move goes to the address of the next mapping. */
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

/* A child of fork() may do everything that a child of vfork() may. */
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
	if (!status || who <= 0)
		return who;
	if (!fl_host_user_calls())
		*status = how;
	else if (fl_host_copy_out((unsigned long)status, &how, sizeof(how)))
		return fl_host_result(-EFAULT);
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

/* Other names of these in the C library. */
ALSO(__wrap___open, __wrap_open);
ALSO(__wrap___open64, __wrap_open);
ALSO(__wrap___close, __wrap_close);
ALSO(__wrap___dup2, __wrap_dup2);
ALSO(__wrap___read, __wrap_read);
ALSO(__wrap___write, __wrap_write);
ALSO(__wrap___pread64, __wrap_pread);
ALSO(__wrap___pwrite64, __wrap_pwrite);
ALSO(__wrap___lseek, __wrap_lseek);
ALSO(__wrap___fork, __wrap_fork);
ALSO(__wrap___vfork, __wrap_vfork);
ALSO(__wrap___wait, __wrap_wait);
ALSO(__wrap___waitpid, __wrap_waitpid);
