/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proc.c - /proc/PID/pagemap and /proc/PID/clear_refs of the world's processes
 *
 * These are files of the kernel itself; path.c recognizes their names.
 *
 * A program is root in its world until it changes its effective user ID.  After
 * that it has no capabilities and does not see frame numbers.
 */
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "host/host.h"

/* Return: the world's process @pid, or NULL. */
static struct fl_host_process *process_of(pid_t pid)
{
	struct fl_host_process *p;

	for (p = fl_host->processes;
	     p < fl_host->processes + FL_HOST_PROCESSES; p++)
		if (p->process && p->number == pid)
			return p;
	return NULL;
}

static int open_of(struct fl_mm *mm, const char *name, unsigned int flags)
{
	const _Bool privileged = geteuid() == fl_host->root;
	const struct fl_kernel *k = fl_host->world->kernel;
	struct fl_file *file = NULL;
	int ret;

	if (!k->proc_open)
		return -ENOENT;
	ret = FL_IN_PROCESS(fl_host_self->process, k->proc_open(mm, name, flags, privileged, &file));
	return ret ? ret : fl_host_file_install(file, 1);
}

int fl_host_file_proc(const char *name, pid_t pid, unsigned int flags)
{
	const struct fl_host_process *p = process_of(pid);

	return p ? open_of(p->process->mm, name, flags) : -ENOENT;
}
