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

struct proc_call {
	struct fl_call call;
	struct fl_mm *mm;
	const char *name;
	struct fl_file *file;
};

static int open_inside(void *arg)
{
	struct proc_call *c = arg;
	const struct fl_kernel *k = c->call.kernel;

	return k->proc->open(c->mm, c->name, c->call.flags,
			     geteuid() == fl_host->root, &c->file);
}

int fl_host_file_proc(const char *name, pid_t pid, unsigned int flags)
{
	struct fl_host_process *p = process_of(pid);
	struct proc_call c = { .call.flags = flags, .name = name };
	int ret;

	if (!p || !p->process->world->kernel->proc)
		return -ENOENT;
	c.mm = p->process->mm;
	ret = fl_host_call(&c.call, open_inside);
	return ret ? ret : fl_host_file_install(c.file, 1);
}
