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

#include "host/host.h"
#include "host/real.h"

struct fl_host_file *fl_host_file(int fd)
{
	return fd >= 0 && fd < FL_HOST_FILES ? fl_host_self->files[fd] : NULL;
}

struct put {
	const struct fl_kernel *kernel;
	struct fl_mm *mm;
	struct fl_file *file;
};

static int put(void *arg)
{
	struct put *p = arg;

	p->kernel->file->put(p->mm, p->file);
	return 0;
}

static void put_file(struct fl_host_process *by, struct fl_file *file)
{
	struct put p = { fl_host->world->kernel, by->process->mm, file };

	fl_world_run(fl_host->world, put, &p);
}

_Bool fl_host_file_fits(int fd)
{
	static _Bool reported;

	if (fd < FL_HOST_FILES)
		return 1;
	if (!__atomic_exchange_n(&reported, 1, __ATOMIC_RELAXED))
		dprintf(STDERR_FILENO, "faultlab: limit FL_HOST_FILES = %d reached: descriptor %d is too high for a file of the world, and the call fails with EMFILE: close other files first, or raise the limit in src/host/host.h\n",
			FL_HOST_FILES, fd);
	errno = EMFILE;
	return 0;
}

/* Return: a descriptor of the host for a file of the world; -1 and errno. */
static int stand_in(void)
{
	int fd = memfd_create(FL_HOST_STAND_IN, 0), path;
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

int fl_host_file_install(struct fl_file *file, _Bool proc)
{
	struct fl_machine *m = fl_host->world->machine;
	struct fl_host_file *f = fl_machine_alloc(m, sizeof(*f));
	int fd = f ? stand_in() : -1;

	if (fd >= 0 && fl_host_file_fits(fd)) {
		f->file = file;
		f->proc = proc;
		f->references = 1;
		fl_host_self->files[fd] = f;
		return fd;
	}
	if (fd >= 0)
		__real_close(fd);
	fl_machine_free(m, f, sizeof(*f));
	put_file(fl_host_self, file);
	return f ? -EMFILE : -ENOMEM;
}

struct make {
	struct fl_call call;
	struct fl_file *file;
};

static int make(void *arg)
{
	struct make *m = arg;
	const struct fl_kernel *k = m->call.kernel;

	return m->call.in ? k->file->open(m->call.mm, m->call.in, &m->file) :
			    k->file->create(&m->file);
}

static int make_file(const char *device)
{
	struct make m = { .call.in = device };
	int ret = fl_host_call(&m.call, make);

	return ret ? ret : fl_host_file_install(m.file, 0);
}

int fl_host_file_open(const char *device)
{
	return make_file(device);
}

int fl_host_file_create(void)
{
	return make_file(NULL);
}

static int make_userfaultfd(void *arg)
{
	struct make *m = arg;
	const struct fl_kernel *k = m->call.kernel;

	return k->userfaultfd ? k->userfaultfd->create(m->call.mm, m->call.flags, &m->file) :
				-ENOSYS;
}

int fl_host_file_userfaultfd(unsigned int flags)
{
	struct make m = { .call.flags = flags };
	int ret = fl_host_call(&m.call, make_userfaultfd);

	return ret ? ret : fl_host_file_install(m.file, 0);
}

int fl_host_file_dup(int fd, int to)
{
	if (!fl_host_file_fits(to))
		return -EMFILE;
	if (fl_host_self->files[to])
		fl_host_file_close(fl_host_self, to);
	fl_host_self->files[to] = fl_host_self->files[fd];
	fl_host_self->files[to]->references++;
	return to;
}

void fl_host_file_close(struct fl_host_process *p, int fd)
{
	struct fl_host_file *f = p->files[fd];

	p->files[fd] = NULL;
	fl_host_file_put(p, f);
}

void fl_host_file_put(struct fl_host_process *p, struct fl_host_file *f)
{
	if (--f->references)
		return;
	put_file(p, f->file);
	fl_machine_free(fl_host->world->machine, f, sizeof(*f));
}

void fl_host_files_inherit(struct fl_host_process *child)
{
	int fd;

	for (fd = 0; fd < FL_HOST_FILES; fd++) {
		child->files[fd] = fl_host_self->files[fd];
		if (child->files[fd])
			child->files[fd]->references++;
	}
}

void fl_host_files_close(struct fl_host_process *p)
{
	int fd;

	for (fd = 0; fd < FL_HOST_FILES; fd++)
		if (p->files[fd])
			fl_host_file_close(p, fd);
}
