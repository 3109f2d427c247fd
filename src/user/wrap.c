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

#include "user/user.h"
#include "user/real.h"

#define RESTART 512 /* ERESTARTSYS; programs never see it */

/* Another name for @of: the C library's headers use it if 64-bit off_t is
 * requested, which @of has already. */
#define ALSO(name, of) extern __typeof__(of) name __attribute__((alias(#of)))

/* The caller in user code: of the wrapper, or of the call by number. */
#define CALLER() (fl_user_caller ? fl_user_caller : __builtin_return_address(0))

static _Bool is_ours(const void *addr)
{
	return fl_user_is_caller() && fl_user_address((unsigned long)addr);
}

/* Leave the kernel.  Return: @ret as the C library returns it, with errno. */
static long served(long ret)
{
	fl_user_return();
	return fl_user_result(ret);
}

/* -- copies of user memory, which may be the world's -- */

/* The most that one call of Linux reads or writes. */
#define MOST 0x7ffff000UL

/* Return: how many of the @n bytes are in the page of @addr. */
static unsigned long in_page(unsigned long addr, unsigned long n)
{
	const unsigned long left = FL_PAGE_SIZE - addr % FL_PAGE_SIZE;

	return n < left ? n : left;
}

/* Return: whether the host's kernel has copied all of it. */
static _Bool copy_mapped(void *ours, unsigned long theirs, unsigned long n,
			 _Bool write)
{
	return !(write ? fl_hw_host_write(theirs, ours, n) :
			 fl_hw_host_read(ours, theirs, n));
}

/*
 * Copy @n bytes between @ours and user code's @theirs.  Pages of the world are
 * mapped when the copy reaches them, as in the kernel's own copies.
 * Context: inside.  Return: how many were copied, up to the
 * first without access.
 */
static unsigned long copy_user(void *ours, unsigned long theirs,
			       unsigned long n, _Bool write)
{
	unsigned long done, part, at;

	for (done = 0; done < n; done += part) {
		at = theirs + done;
		part = in_page(at, n - done);
		if (!copy_mapped((char *)ours + done, at, part, write) &&
		    (!fl_user_address(at) || fl_user_touch(at, write) ||
		     !copy_mapped((char *)ours + done, at, part, write)))
			break;
	}
	return done;
}

/* Return: how many of @n bytes user code may read or, if @write, write. */
static long find_prefix(const struct fl_kernel *k, struct fl_mm *mm,
			unsigned long addr, unsigned long n, _Bool write)
{
	const unsigned int wants = write ? FL_PROT_WRITE :
					   FL_PROT_READ | FL_PROT_WRITE;
	unsigned long done;
	unsigned int prot;

	for (done = 0; done < n; done += in_page(addr + done, n - done)) {
		prot = k->view->prot(mm, addr + done);
		if (prot == ~0u || !(prot & wants))
			break;
	}
	return done;
}

static unsigned long prefix_inside(unsigned long addr, unsigned long n,
				   _Bool write)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;
	const long found = FL_IN_PROCESS(self, find_prefix(k, self->mm, addr, n,
							   write));

	return found < 0 ? 0 : found;
}

/* Return: how many of @n bytes at @addr, in the world, user code may read or,
 * if @write, write. */
static unsigned long prefix(unsigned long addr, unsigned long n, _Bool write)
{
	unsigned long found;

	if (n > FL_USER_END - addr)
		n = FL_USER_END - addr;
	fl_user_enter();
	found = prefix_inside(addr, n, write);
	/* A mapping above may grow down to the first page. */
	if (!found && n && !fl_user_touch(addr, write))
		found = prefix_inside(addr, n, write);
	fl_user_leave();
	return found;
}

/* -- files -- */

/* Get the third argument of open(), which exists only with some flags. */
#define MODE(mode, flags)                                \
	do {                                             \
		va_list args_;                           \
                                                         \
		va_start(args_, flags);                  \
		mode = flags & (O_CREAT | __O_TMPFILE) ? \
			       va_arg(args_, mode_t) :   \
			       0;                        \
		va_end(args_);                           \
	} while (0)

int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode;
	long fd;

	MODE(mode, flags);
	return fl_user_open(AT_FDCWD, path, flags, CALLER(), &fd) ?
		       fd :
		       __real_open(path, flags, mode);
}
ALSO(__wrap_open64, __wrap_open);

int __wrap_openat(int folder, const char *path, int flags, ...)
{
	mode_t mode;
	long fd;

	MODE(mode, flags);
	return fl_user_open(folder, path, flags, CALLER(), &fd) ?
		       fd :
		       __real_openat(folder, path, flags, mode);
}
ALSO(__wrap_openat64, __wrap_openat);

/* The name that -D_FORTIFY_SOURCE uses for open() without a mode. */
int __wrap___open_2(const char *path, int flags)
{
	long fd;

	return fl_user_open(AT_FDCWD, path, flags, CALLER(), &fd) ?
		       fd :
		       __real_open(path, flags, 0);
}
ALSO(__wrap___open64_2, __wrap___open_2);

int __wrap___openat_2(int folder, const char *path, int flags)
{
	long fd;

	return fl_user_open(folder, path, flags, CALLER(), &fd) ?
		       fd :
		       __real_openat(folder, path, flags, 0);
}
ALSO(__wrap___openat64_2, __wrap___openat_2);

int __wrap_creat(const char *path, mode_t mode)
{
	const int flags = O_CREAT | O_WRONLY | O_TRUNC;
	long fd;

	return fl_user_open(AT_FDCWD, path, flags, CALLER(), &fd) ?
		       fd :
		       __real_open(path, flags, mode);
}
ALSO(__wrap_creat64, __wrap_creat);

/* Come inside if @fd is the world's.  Return: its file; NULL: not inside. */
static struct fl_user_file *enter_for(int fd)
{
	struct fl_user_file *f;

	if (!fl_user_is_caller() || !fl_user_file(fd))
		return NULL;
	fl_user_enter();
	f = fl_user_file(fd);
	if (!f)
		fl_user_leave();
	return f;
}

int fl_user_memory(void)
{
	unsigned long offset;

	return fl_machine_memory(fl_user->world->machine, &offset);
}

int __wrap_close(int fd)
{
	if (enter_for(fd)) {
		fl_user_file_close(fl_user_self, fd);
		fl_user_return();
	} else if (fl_user_is_caller() && fd == fl_user_memory()) {
		return fl_user_result(-EBADF);
	}
	return __real_close(fd);
}

/* @to: the host's descriptor for the new file. */
static int dup_to(int fd, int to)
{
	long ret = fl_user_file_dup(fd, to);

	fl_user_return();
	if (ret < 0)
		__real_close(to);
	return fl_user_result(ret);
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
	if (to == fl_user_memory()) {
		fl_user_refuse(FL_USER_REFUSED_DESCRIPTOR, EBADF, caller,
			       "dup2() to descriptor %d is refused: it is the "
			       "memory of the world",
			       to);
		return 0;
	}
	return !fl_user_file(fd) || to < 0 || fl_user_file_fits(to);
}

int __wrap_dup2(int fd, int to)
{
	if (!fl_user_is_caller() || fd == to)
		return __real_dup2(fd, to);
	if (!may_become(fd, to, CALLER()))
		return -1;
	if (enter_for(to)) {
		fl_user_file_close(fl_user_self, to);
		fl_user_return();
	}
	to = __real_dup2(fd, to);
	return to >= 0 && enter_for(fd) ? dup_to(fd, to) : to;
}

/* As enter_for(), with a reference to the file, which finished() drops. */
static struct fl_user_file *enter_to_use(int fd)
{
	struct fl_user_file *f = enter_for(fd);

	if (f)
		f->references++;
	return f;
}

static long finished(struct fl_user_file *f, long ret)
{
	fl_user_file_put(fl_user_self, f);
	return served(ret);
}

static long ioctl_inside(struct fl_user_file *f, unsigned int command,
			 unsigned long arg)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	return FL_IN_PROCESS(self,
			     k->file->ioctl(self->mm, f->file, command, arg));
}

/* Return: the new position; -errno.  A position in a file of /proc
 * may be negative. */
static long place_of(const struct fl_kernel *k, const struct fl_user_file *f,
		     long to, int whence)
{
	if (f->proc)
		return k->proc->seek(f->file, f->position, to, whence);
	if (whence == SEEK_CUR)
		to += f->position;
	else if (whence == SEEK_END)
		to += k->file->size(f->file);
	else if (whence != SEEK_SET)
		return -EINVAL;
	return to < 0 ? -EINVAL : to;
}

static long seek(const struct fl_kernel *k, struct fl_user_file *f, long offset,
		 int whence)
{
	long to = place_of(k, f, offset, whence);

	if (to >= 0)
		f->position = to;
	return to;
}

static long seek_inside(struct fl_user_file *f, long offset, int whence)
{
	const struct fl_kernel *k = fl_user->world->kernel;

	return FL_IN_PROCESS(fl_user_self->process, seek(k, f, offset, whence));
}

static long truncate_inside(struct fl_user_file *f, unsigned long size)
{
	const struct fl_kernel *k = fl_user->world->kernel;

	return FL_IN_PROCESS(fl_user_self->process,
			     k->file->truncate(f->file, size));
}

/*
 * Transfer @n bytes between a file and user code's @memory, through @bounce.
 * @position: advances by what was transferred
 * Return: bytes, -errno.
 */
typedef long transfer_fn(struct fl_user_file *f, unsigned long *position,
			 unsigned long memory, unsigned long n, void *bounce);

static long read_inside(struct fl_user_file *f, unsigned long *position,
			unsigned long memory, unsigned long n, void *bounce)
{
	const struct fl_kernel *k = fl_user->world->kernel;
	long done = FL_IN_PROCESS(fl_user_self->process,
				  k->file->read(f->file, *position, bounce, n));

	if (done <= 0)
		return done;
	done = copy_user(bounce, memory, done, 1);
	*position += done;
	return done ? done : -EFAULT;
}

/* A write to a file of /proc is a command; the position stays. */
static long write_inside(struct fl_user_file *f, unsigned long *position,
			 unsigned long memory, unsigned long n, void *bounce)
{
	const struct fl_kernel *k = fl_user->world->kernel;
	const unsigned long copied = copy_user(bounce, memory, n, 0);
	long done;

	if (n && !copied)
		return -EFAULT;
	done = FL_IN_PROCESS(fl_user_self->process,
			     k->file->write(f->file, *position, bounce,
					    copied));
	if (done > 0 && !f->proc)
		*position += done;
	return done;
}

/* @position: NULL: that of the file. */
static long transfer(transfer_fn *fn, struct fl_user_file *f,
		     unsigned long *position, const void *memory,
		     unsigned long n)
{
	void *bounce;
	long ret;

	if ((long)n < 0)
		return -EFAULT;
	/* For a file of /proc, even a transfer of 0 bytes may fail. */
	if (!n && !f->proc)
		return 0;
	if (n > MOST)
		n = MOST;
	bounce = malloc(n + 1);
	ret = bounce ? fn(f, position ? position : &f->position,
			  (unsigned long)memory, n, bounce) :
		       -ENOMEM;
	free(bounce);
	return ret;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct fl_user_file *f;
	unsigned long arg;
	va_list args;

	va_start(args, request);
	arg = va_arg(args, unsigned long);
	va_end(args);
	f = enter_to_use(fd);
	return f ? finished(f, ioctl_inside(f, request, arg)) :
		   __real_ioctl(fd, request, arg);
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
	fl_user_enter();
	done = copy_user(b->memory, (unsigned long)memory, n, 1);
	fl_user_leave();
	return done ? (ssize_t)done : fl_user_result(-EFAULT);
}

static ssize_t from_user(const struct bounce *b, const void *memory)
{
	unsigned long done;

	fl_user_enter();
	done = copy_user(b->memory, (unsigned long)memory, b->n, 0);
	fl_user_leave();
	return done ? (ssize_t)done : fl_user_result(-EFAULT);
}

static ssize_t read_real(int fd, void *memory, size_t n, unsigned long *at)
{
	return at ? __real_pread(fd, memory, n, *at) :
		    __real_read(fd, memory, n);
}

static ssize_t write_real(int fd, const void *memory, size_t n,
			  unsigned long *at)
{
	return at ? __real_pwrite(fd, memory, n, *at) :
		    __real_write(fd, memory, n);
}

/* Return: whether @b has a buffer for at most @n accessible bytes. */
static _Bool get(struct bounce *b, const void *memory, size_t n, _Bool write)
{
	b->n = is_ours(memory) && n ? prefix((unsigned long)memory,
					     n < MOST ? n : MOST, write) :
				      0;
	if (!b->n)
		return 0;
	b->memory = b->few;
	if (b->n > sizeof(b->few))
		b->memory = __real_mmap(
			NULL, b->n, PROT_READ | PROT_WRITE,
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

static ssize_t write_hosts(int fd, const void *memory, size_t n,
			   unsigned long *at)
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
	if (fl_user_is_caller() && !fl_user_caller && fl_user_file(fd))
		pthread_testcancel();
}

/* As transfer() to read, but a signal or a cancellation may end its wait.
 * Context: inside; leaves. */
static long read_and_wait(struct fl_user_file *f, unsigned long *position,
			  void *memory, unsigned long n)
{
	long ret;

	fl_user_may_interrupt(1);
	ret = transfer(read_inside, f, position, memory, n);
	fl_user_may_interrupt(0);
	fl_user_file_put(fl_user_self, f);
	fl_user_return();
	return ret == -RESTART && !fl_user_restarts() ? -EINTR : ret;
}

static ssize_t do_read(int fd, void *memory, size_t n, unsigned long *at)
{
	struct fl_user_file *f;
	long ret;

	do {
		cancellation_point(fd);
		f = enter_to_use(fd);
		if (!f)
			return read_hosts(fd, memory, n, at);
		ret = read_and_wait(f, at, memory, n);
	} while (ret == -RESTART);
	return fl_user_result(ret);
}

static ssize_t do_write(int fd, const void *memory, size_t n, unsigned long *at)
{
	struct fl_user_file *f;

	cancellation_point(fd);
	f = enter_to_use(fd);
	return f ? finished(f, transfer(write_inside, f, at, memory, n)) :
		   write_hosts(fd, memory, n, at);
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

	return offset < 0 ? fl_user_result(-EINVAL) :
			    do_read(fd, memory, n, &at);
}
ALSO(__wrap_pread64, __wrap_pread);

ssize_t __wrap___pread_chk(int fd, void *memory, size_t n, off_t offset,
			   size_t size)
{
	if (n > size)
		abort();
	return __wrap_pread(fd, memory, n, offset);
}
ALSO(__wrap___pread64_chk, __wrap___pread_chk);

ssize_t __wrap_pwrite(int fd, const void *memory, size_t n, off_t offset)
{
	unsigned long at = offset;

	return offset < 0 ? fl_user_result(-EINVAL) :
			    do_write(fd, memory, n, &at);
}
ALSO(__wrap_pwrite64, __wrap_pwrite);

off_t __wrap_lseek(int fd, off_t offset, int whence)
{
	struct fl_user_file *f = enter_to_use(fd);

	return f ? finished(f, seek_inside(f, offset, whence)) :
		   __real_lseek(fd, offset, whence);
}
ALSO(__wrap_lseek64, __wrap_lseek);

int __wrap_ftruncate(int fd, off_t size)
{
	struct fl_user_file *f;

	if (size < 0)
		return fl_user_result(-EINVAL);
	f = enter_to_use(fd);
	return f ? finished(f, truncate_inside(f, size)) :
		   __real_ftruncate(fd, size);
}
ALSO(__wrap_ftruncate64, __wrap_ftruncate);

/* -- mappings -- */

/* Return: the start of the next mapping after one that ends at @end, aligned
 * for large pages. */
static unsigned long place_after(unsigned long end)
{
	return (end + 2 * FL_HUGE_PAGE - 1) & -FL_HUGE_PAGE;
}

static long hole(unsigned long len, unsigned long align)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	return FL_IN_PROCESS(self,
			     k->sys->unmapped_area(self->mm, len, FL_USER_START,
						   FL_USER_END, align));
}

/*
 * Once all addresses have been used, let the tree's own search find a hole,
 * aligned for large pages if possible.
 * Return: its address; 0: none.
 */
static unsigned long place_in_hole(unsigned long len)
{
	long at = hole(len, FL_HUGE_PAGE);

	if (at < 0)
		at = hole(len, FL_PAGE_SIZE);
	return at < 0 ? 0 : at;
}

/* Return: an address for a mapping of @len bytes anywhere; 0: none. */
static unsigned long place_for(unsigned long len)
{
	unsigned long at = fl_user_self->next;

	if (at + FL_HUGE_PAGE > FL_USER_END ||
	    len > FL_USER_END - at - FL_HUGE_PAGE)
		return place_in_hole(len);
	fl_user_self->next = place_after(at + len);
	return at;
}

static _Bool is_unmapped(const struct fl_kernel *k, struct fl_mm *mm,
			 unsigned long start, unsigned long end)
{
	unsigned long page;

	for (page = start; page < end; page += FL_PAGE_SIZE)
		if (k->view->prot(mm, page) != ~0u)
			return 0;
	return 1;
}

/* As in Linux, the next mapping reuses the addresses of the last one if all of
 * it is unmapped. */
static void place_is_free(unsigned long addr, unsigned long len)
{
	const unsigned long at = addr & -FL_HUGE_PAGE, end = fl_user_self->next;
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	if (at < FL_USER_START || place_after(addr + len) != end)
		return;
	if (FL_IN_PROCESS(self, is_unmapped(k, self->mm, at, end)) == 1)
		fl_user_self->next = at;
}

/* Record that the kernel has mapped [@addr, @addr + @len). */
static void is_mapped(unsigned long addr, unsigned long len)
{
	unsigned long end = (addr + len + FL_PAGE_SIZE - 1) & -FL_PAGE_SIZE;

	if (end > fl_user_self->top)
		fl_user_self->top = end;
	if (end > fl_user_self->next)
		fl_user_self->next = place_after(end);
	fl_user_usable(addr, end - addr);
}

/* Refuse a range that begins outside the world and reaches into it.
 * Return: whether it does. */
static _Bool refuse_mixed(const char *name, void *addr, size_t len,
			  const void *caller)
{
	if (!fl_user_is_caller() || !len ||
	    !fl_user_in_world((unsigned long)addr, len))
		return 0;
	fl_user_refuse(FL_USER_REFUSED_RANGE, EINVAL, caller,
		       "%s() at %p of %#zx bytes is refused: the range has "
		       "memory of the host and of the world",
		       name, addr, len);
	return 1;
}

static long map_at(unsigned long addr, unsigned long len, unsigned int prot,
		   unsigned int flags, struct fl_file *file,
		   unsigned long offset)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;
	const long ret = FL_IN_PROCESS(self,
				       k->sys->mmap(self->mm, addr, len, prot,
						    flags, file, offset));

	if (ret < 0)
		place_is_free(addr, len);
	return ret;
}

static long map_anywhere(unsigned long len, unsigned int prot,
			 unsigned int flags, struct fl_file *file,
			 unsigned long offset)
{
	unsigned long addr;
	long ret;

	do {
		addr = place_for(len);
		if (!addr)
			return -ENOMEM;
		ret = map_at(addr, len, prot, flags | MAP_FIXED_NOREPLACE, file,
			     offset);
		/* Another mapping was already there, by its address. */
	} while (ret == -EEXIST);
	return ret;
}

/* @addr: 0: anywhere */
static long map_inside(unsigned long addr, unsigned long len, unsigned int prot,
		       unsigned int flags, struct fl_file *file,
		       unsigned long offset)
{
	long ret = addr ? map_at(addr, len, prot, flags, file, offset) :
			  map_anywhere(len, prot, flags, file, offset);

	if (ret > 0)
		is_mapped(ret, len);
	return ret;
}

/* Return: the result of mmap(). */
static void *address(long ret)
{
	return ret < 0 ? (fl_user_result(ret), MAP_FAILED) : (void *)ret;
}

/* As served(), for a call that returns an address. */
static void *mapped(long ret)
{
	fl_user_return();
	return address(ret);
}

/* A world's descriptor is also one of the host, so check that first. */
static _Bool is_zero_device(int fd)
{
	struct stat file;

	return !fl_user_file(fd) && !__real_fstat(fd, &file) &&
	       S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 5);
}

static void *refuse_file(int fd, const void *caller)
{
	char link[40], name[200] = "";

	if (__real_fcntl(fd, F_GETFD) < 0)
		return MAP_FAILED; /* EBADF */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, name, sizeof(name) - 1) < 0)
		*name = '\0';
	fl_user_refuse(FL_USER_REFUSED_MMAP_FILE, ENODEV, caller,
		       "mmap() of %s, a file of the host's, is refused: the "
		       "mapping would not be in the world; use a file that "
		       "open() created with O_TMPFILE",
		       *name ? name : "a descriptor");
	return MAP_FAILED;
}

/*
 * Map at an address of the host.  This may replace an existing mapping of the
 * host, but a new one would be mistaken for the world's.
 */
static void *map_elsewhere(void *addr, size_t len, int prot, int flags, int fd,
			   off_t offset, const void *caller)
{
	void *p;

	if (fl_user_in_world((unsigned long)addr, len)) {
		fl_user_refuse(FL_USER_REFUSED_RANGE, EINVAL, caller,
			       "mmap() at %p of %#zx bytes is refused: only a "
			       "part of the range is in the world",
			       addr, len);
		return MAP_FAILED;
	}
	p = __real_mmap(addr, len, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				MAP_FIXED_NOREPLACE,
			-1, 0);
	if (p == MAP_FAILED)
		return __real_mmap(addr, len, prot, flags, fd, offset);
	__real_munmap(p, len);
	fl_user_refuse(FL_USER_REFUSED_MMAP_ADDRESS, ENOMEM, caller,
		       "mmap() at %p is refused: addresses of the "
		       "world are %#lx to %#lx",
		       addr, FL_USER_START, FL_USER_END);
	return MAP_FAILED;
}

void *__wrap_mmap(void *addr, size_t len, int prot, int flags, int fd,
		  off_t offset)
{
	const _Bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	const unsigned long at = fixed ? (unsigned long)addr : 0;
	struct fl_user_file *f;

	if (!fl_user_is_caller())
		return __real_mmap(addr, len, prot, flags, fd, offset);
	if (fixed && !is_ours(addr))
		return map_elsewhere(addr, len, prot, flags, fd, offset,
				     CALLER());
	if (fixed && len > FL_USER_END - at)
		return address(-ENOMEM);
	if (flags & MAP_ANONYMOUS || is_zero_device(fd)) {
		fl_user_enter();
		return mapped(map_inside(at, len, prot, flags | MAP_ANONYMOUS,
					 NULL, offset));
	}
	f = enter_for(fd);
	return f ? mapped(map_inside(at, len, prot, flags, f->file, offset)) :
		   refuse_file(fd, CALLER());
}
ALSO(__wrap_mmap64, __wrap_mmap);

static int munmap_inside(unsigned long addr, unsigned long len)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;
	const int ret = FL_IN_PROCESS(self, k->mm->munmap(self->mm, addr, len));

	if (!ret)
		place_is_free(addr, len);
	return ret;
}

int __wrap_munmap(void *addr, size_t len)
{
	if (is_ours(addr)) {
		fl_user_enter();
		return served(munmap_inside((unsigned long)addr, len));
	}
	return refuse_mixed("munmap", addr, len, CALLER()) ?
		       -1 :
		       __real_munmap(addr, len);
}

static int mprotect_inside(unsigned long addr, unsigned long len,
			   unsigned int prot)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	return FL_IN_PROCESS(self, k->sys->mprotect(self->mm, addr, len, prot));
}

int __wrap_mprotect(void *addr, size_t len, int prot)
{
	if (is_ours(addr)) {
		fl_user_enter();
		return served(mprotect_inside((unsigned long)addr, len, prot));
	}
	return refuse_mixed("mprotect", addr, len, CALLER()) ?
		       -1 :
		       __real_mprotect(addr, len, prot);
}

static int madvise_inside(unsigned long addr, unsigned long len, int advice)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	return FL_IN_PROCESS(self,
			     k->sys->madvise(self->mm, addr, len, advice));
}

int __wrap_madvise(void *addr, size_t len, int advice)
{
	if (is_ours(addr)) {
		fl_user_enter();
		return served(madvise_inside((unsigned long)addr, len, advice));
	}
	return refuse_mixed("madvise", addr, len, CALLER()) ?
		       -1 :
		       __real_madvise(addr, len, advice);
}

static long mremap_inside(unsigned long addr, unsigned long len,
			  unsigned long new_len, unsigned int flags,
			  unsigned long new_addr)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	if (!k->sys->mremap)
		return -ENOSYS;
	return FL_IN_PROCESS(self, k->sys->mremap(self->mm, addr, len, new_len,
						  flags, new_addr));
}

/* A mapping that may move goes to the address of the next mapping. */
static long move_inside(unsigned long addr, unsigned long len,
			unsigned long new_len, unsigned int flags,
			unsigned long new_addr)
{
	long ret;

	if (flags & MREMAP_FIXED) {
		if (!fl_user_address(new_addr) ||
		    new_len > FL_USER_END - new_addr)
			return -EINVAL;
	} else if (flags & MREMAP_DONTUNMAP ||
		   (flags & MREMAP_MAYMOVE && new_len > len)) {
		new_addr = place_for(new_len);
		if (!new_addr)
			return -ENOMEM;
		flags |= MREMAP_FIXED;
	}
	ret = mremap_inside(addr, len, new_len, flags, new_addr);
	if (ret > 0)
		is_mapped(ret, new_len);
	return ret;
}

void *__wrap_mremap(void *addr, size_t len, size_t new_len, int flags, ...)
{
	unsigned long new_addr = 0;
	va_list args;

	va_start(args, flags);
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		new_addr = va_arg(args, unsigned long);
	va_end(args);
	if (!is_ours(addr)) {
		if (refuse_mixed("mremap", addr, len, CALLER()) ||
		    (flags & MREMAP_FIXED &&
		     refuse_mixed("mremap", (void *)new_addr, new_len,
				  CALLER())))
			return MAP_FAILED;
		return __real_mremap(addr, len, new_len, flags, new_addr);
	}
	fl_user_enter();
	return mapped(move_inside((unsigned long)addr, len, new_len, flags,
				  new_addr));
}

/* -- processes -- */

pid_t __wrap_fork(void)
{
	return fl_user_is_caller() ? fl_user_fork() : __real_fork();
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
		fl_user_reaped(who);
	if (!status || who <= 0)
		return who;
	if (!fl_user_is_caller())
		*status = how;
	else if (fl_user_copy_out((unsigned long)status, &how, sizeof(how)))
		return fl_user_result(-EFAULT);
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
	fl_user_note_no_world();
	__real__exit(fl_user_exit(status));
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
