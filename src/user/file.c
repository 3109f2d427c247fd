/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.c - file descriptors of the world's files
 *
 * A descriptor number of the world is also one of the host, so the host does
 * not reuse it.  The host's file behind it is an empty, unnamed file of its
 * own, and the host's descriptor is O_PATH.  So a call that reaches the host in
 * spite of the tables of number.c can neither read nor write the file (EBADF),
 * and changes nothing that another file or process sees.
 *
 * Context: inside.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

struct fl_user_file *fl_user_file(int fd)
{
	return fd >= 0 && fd < FL_USER_FILES ? fl_user_self->files[fd] : NULL;
}

static void put_file(struct fl_user_process *by, struct fl_file *file)
{
	const struct fl_kernel *k = fl_user->world->kernel;

	FL_IN_KERNEL(fl_user->world, (k->file->put(by->process->mm, file), 0));
}

_Bool fl_user_file_fits(int fd)
{
	static _Bool reported;

	if (fd < FL_USER_FILES)
		return 1;
	if (!__atomic_exchange_n(&reported, 1, __ATOMIC_RELAXED))
		dprintf(STDERR_FILENO,
			"faultlab: limit FL_USER_FILES = %d reached: "
			"descriptor %d is too high for a file of the world, "
			"and the call fails with EMFILE: close other files "
			"first, or raise the limit in src/user/user.h\n",
			FL_USER_FILES, fd);
	errno = EMFILE;
	return 0;
}

/* Return: a descriptor of the host for a file of the world; -1 and errno. */
static int stand_in(void)
{
	int fd = memfd_create(FL_USER_STAND_IN, 0), path;
	char link[40];

	if (fd < 0)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	path = __real_open(link, O_PATH);
	if (path < 0 || __real_dup2(path, fd) < 0) {
		__real_close(fd);
		fd = -1;
	}
	if (path >= 0)
		__real_close(path);
	return fd;
}

int fl_user_file_install(struct fl_file *file, _Bool proc)
{
	struct fl_machine *m = fl_user->world->machine;
	struct fl_user_file *f = fl_machine_alloc(m, sizeof(*f));
	int fd = f ? stand_in() : -1;

	if (fd >= 0 && fl_user_file_fits(fd)) {
		f->file = file;
		f->proc = proc;
		f->references = 1;
		fl_user_self->files[fd] = f;
		return fd;
	}
	if (fd >= 0)
		__real_close(fd);
	fl_machine_free(m, f, sizeof(*f));
	put_file(fl_user_self, file);
	return f ? -EMFILE : -ENOMEM;
}

int fl_user_file_open(const char *device)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;
	struct fl_file *file = NULL;
	int ret = FL_IN_PROCESS(self, k->file->open(self->mm, device, &file));

	return ret ? ret : fl_user_file_install(file, 0);
}

int fl_user_file_create(void)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;
	struct fl_file *file = NULL;
	int ret = FL_IN_PROCESS(self, k->file->create(&file));

	return ret ? ret : fl_user_file_install(file, 0);
}

int fl_user_file_userfaultfd(unsigned int flags)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;
	struct fl_file *file = NULL;
	int ret;

	if (!k->userfaultfd)
		return -ENOSYS;
	ret = FL_IN_PROCESS(self,
			    k->userfaultfd->create(self->mm, flags, &file));
	return ret ? ret : fl_user_file_install(file, 0);
}

int fl_user_file_dup(int fd, int to)
{
	if (!fl_user_file_fits(to))
		return -EMFILE;
	if (fl_user_self->files[to])
		fl_user_file_close(fl_user_self, to);
	fl_user_self->files[to] = fl_user_self->files[fd];
	fl_user_self->files[to]->references++;
	return to;
}

void fl_user_file_close(struct fl_user_process *p, int fd)
{
	struct fl_user_file *f = p->files[fd];

	p->files[fd] = NULL;
	fl_user_file_put(p, f);
}

void fl_user_file_put(struct fl_user_process *p, struct fl_user_file *f)
{
	if (--f->references)
		return;
	put_file(p, f->file);
	fl_machine_free(fl_user->world->machine, f, sizeof(*f));
}

void fl_user_files_inherit(struct fl_user_process *child)
{
	int fd;

	for (fd = 0; fd < FL_USER_FILES; fd++) {
		child->files[fd] = fl_user_self->files[fd];
		if (child->files[fd])
			child->files[fd]->references++;
	}
}

void fl_user_files_close(struct fl_user_process *p)
{
	int fd;

	for (fd = 0; fd < FL_USER_FILES; fd++)
		if (p->files[fd])
			fl_user_file_close(p, fd);
}
