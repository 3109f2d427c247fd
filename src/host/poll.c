/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * poll.c - poll() of files of the host's, and of the world's among them
 *
 * The host's kernel knows nothing of the world's: while there are some, both are asked in turn,
 * every millisecond.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/host.h"
#include "host/real.h"

#define TURN	1	/* ms */
#define FEW	16UL
#define MOST	(1UL << 20)

struct poll_call {
	struct fl_call call;
	struct fl_host_file *file;
	unsigned int ready;
};

static int ask(void *arg)
{
	struct poll_call *c = arg;

	c->ready = c->file->file && c->call.kernel->file_poll ?
		   c->call.kernel->file_poll(c->file->file) : POLLIN | POLLOUT;
	return 0;
}

/* Return: whether the world's file behind @f->fd is ready; its revents are set. */
static int is_ready(struct pollfd *f)
{
	struct poll_call c = { .file = NULL };

	fl_host_enter();
	c.file = fl_host_file(f->fd);
	if (!c.file)
		c.ready = POLLNVAL;
	else if (fl_host_call(&c.call, ask))
		c.ready = POLLERR;
	fl_host_leave();
	f->revents = c.ready & (f->events | POLLERR | POLLHUP | POLLNVAL);
	return f->revents != 0;
}

/* Return: how many of @files, the world's, are ready. */
static int ask_world(struct pollfd *files, const struct pollfd *hosts, nfds_t n)
{
	nfds_t i;
	int ready = 0;

	for (i = 0; i < n; i++)
		if (files[i].fd >= 0 && hosts[i].fd < 0)
			ready += is_ready(&files[i]);
	return ready;
}

/* ... and how many are the host's; @wait: for them, in ms. */
static int ask_host(struct pollfd *files, struct pollfd *hosts, nfds_t n, int wait)
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

/* @hosts: those of @files that are the host's; the others are -1 there. */
static int poll_both(struct pollfd *files, struct pollfd *hosts, nfds_t n,
		     int timeout)
{
	const long long end = timeout < 0 ? LLONG_MAX : now() + timeout;
	int world, host;

	do {
		world = ask_world(files, hosts, n);
		host = ask_host(files, hosts, n, world || !timeout ? 0 : TURN);
		if (host < 0)
			return host;
	} while (!world && !host && now() < end);
	return world + host;
}

/* @files: a copy of those of user code.  Return: whether one of them is the world's. */
static _Bool has_world(const struct pollfd *files, nfds_t n)
{
	nfds_t i;

	for (i = 0; i < n; i++)
		if (fl_host_file(files[i].fd))
			return 1;
	return 0;
}

static int poll_copies(struct pollfd *files, struct pollfd *hosts, nfds_t n, int timeout)
{
	nfds_t i;

	memcpy(hosts, files, n * sizeof(*hosts));
	for (i = 0; i < n; i++)
		if (fl_host_file(hosts[i].fd))
			hosts[i].fd = -1;
	return poll_both(files, hosts, n, timeout);
}

int __wrap_poll(struct pollfd *files, nfds_t n, int timeout)
{
	const unsigned long size = n * sizeof(*files);
	struct pollfd few[2 * FEW], *copies = few;
	int ret;

	timeout = timeout < 0 ? timeout : (int)fl_host_longer(timeout, INT_MAX);
	/* The host has its own limit of so many. */
	if (!fl_host_user_calls() || !n || n > MOST)
		return __real_poll(files, n, timeout);
	if (n > FEW)
		copies = malloc(2 * size);
	if (copies && !fl_host_copy_in(copies, (unsigned long)files, size) &&
	    has_world(copies, n)) {
		ret = poll_copies(copies, copies + n, n, timeout);
		if (ret >= 0 && fl_host_copy_out((unsigned long)files, copies, size))
			ret = fl_host_result(-EFAULT);
	} else {
		ret = __real_poll(files, n, timeout);
	}
	if (n > FEW)
		free(copies);
	return ret;
}

/* Another name that the C library has for it. */
extern __typeof__(__wrap_poll) __wrap___poll __attribute__((alias("__wrap_poll")));

/* What -D_FORTIFY_SOURCE makes of it where it knows how large @files is. */
int __wrap___poll_chk(struct pollfd *files, nfds_t n, int timeout, size_t size)
{
	if (size / sizeof(*files) < n)
		abort();
	return __wrap_poll(files, n, timeout);
}
