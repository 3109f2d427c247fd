/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * poll.c - poll() of files of the host and of the world together
 *
 * The host's kernel does not know the world's files.  If there are any, both
 * kernels are polled in turn, every millisecond.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "user/user.h"
#include "user/real.h"

#define TURN 1 /* ms */
#define FEW  16UL
#define MOST (1UL << 20)

/* Return: the events that are ready now. */
static int ask(const struct fl_kernel *k, struct fl_file *file)
{
	return file && k->file ? (int)k->file->poll(file) : POLLIN | POLLOUT;
}

/* As ask(), for a descriptor.  Context: inside. */
static int ask_for(int fd)
{
	const struct fl_kernel *k = fl_user->world->kernel;
	const struct fl_user_file *f = fl_user_file(fd);
	int ready;

	if (!f)
		return POLLNVAL;
	ready = FL_IN_PROCESS(fl_user_self->process, ask(k, f->file));
	return ready < 0 ? POLLERR : ready;
}

/* Return: whether the world's file behind @f->fd is ready; sets its revents. */
static int is_ready(struct pollfd *f)
{
	int ready;

	fl_user_enter();
	ready = ask_for(f->fd);
	fl_user_leave();
	f->revents = ready & (f->events | POLLERR | POLLHUP | POLLNVAL);
	return f->revents != 0;
}

/* Return: how many of the world's files among @files are ready. */
static int poll_world(struct pollfd *files, const struct pollfd *hosts,
		      nfds_t n)
{
	nfds_t i;
	int ready = 0;

	for (i = 0; i < n; i++)
		if (files[i].fd >= 0 && hosts[i].fd < 0)
			ready += is_ready(&files[i]);
	return ready;
}

/* Return: how many of the host's files are ready; waits up to @wait ms. */
static int poll_host(struct pollfd *files, struct pollfd *hosts, nfds_t n,
		     int wait)
{
	int ready = __real_poll(hosts, n, wait);
	nfds_t i;

	for (i = 0; i < n; i++)
		if (hosts[i].fd >= 0)
			files[i].revents = hosts[i].revents;
	return ready;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* @hosts: a copy of @files with -1 for files of the world. */
static int poll_both(struct pollfd *files, struct pollfd *hosts, nfds_t n,
		     int timeout)
{
	const long long end = timeout < 0 ? LLONG_MAX : now() + timeout;
	int world, host;

	do {
		world = poll_world(files, hosts, n);
		host = poll_host(files, hosts, n, world || !timeout ? 0 : TURN);
		if (host < 0)
			return host;
	} while (!world && !host && now() < end);
	return world + host;
}

/* Return: whether any of @files, a copy, is a file of the world. */
static _Bool has_world(const struct pollfd *files, nfds_t n)
{
	nfds_t i;

	for (i = 0; i < n; i++)
		if (fl_user_file(files[i].fd))
			return 1;
	return 0;
}

static int poll_copies(struct pollfd *files, struct pollfd *hosts, nfds_t n,
		       int timeout)
{
	nfds_t i;

	memcpy(hosts, files, n * sizeof(*hosts));
	for (i = 0; i < n; i++)
		if (fl_user_file(hosts[i].fd))
			hosts[i].fd = -1;
	return poll_both(files, hosts, n, timeout);
}

int __wrap_poll(struct pollfd *files, nfds_t n, int timeout)
{
	const unsigned long size = n * sizeof(*files);
	struct pollfd few[2 * FEW], *copies = few;
	int ret;

	timeout = timeout < 0 ? timeout : (int)fl_user_longer(timeout, INT_MAX);
	/* For this many, let the host apply its own limit. */
	if (!fl_user_is_caller() || !n || n > MOST)
		return __real_poll(files, n, timeout);
	if (n > FEW)
		copies = malloc(2 * size);
	if (copies && !fl_user_copy_in(copies, (unsigned long)files, size) &&
	    has_world(copies, n)) {
		ret = poll_copies(copies, copies + n, n, timeout);
		if (ret >= 0 &&
		    fl_user_copy_out((unsigned long)files, copies, size))
			ret = fl_user_result(-EFAULT);
	} else {
		ret = __real_poll(files, n, timeout);
	}
	if (n > FEW)
		free(copies);
	return ret;
}

/* Another name of it in the C library. */
extern __typeof__(__wrap_poll) __wrap___poll
	__attribute__((alias("__wrap_poll")));

/* The name that -D_FORTIFY_SOURCE uses if the size of @files is known. */
int __wrap___poll_chk(struct pollfd *files, nfds_t n, int timeout, size_t size)
{
	if (size / sizeof(*files) < n)
		abort();
	return __wrap_poll(files, n, timeout);
}
