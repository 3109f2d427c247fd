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

#include "user/user.h"

/* Return: the world's process @pid, or NULL. */
static struct fl_user_process *process_of(pid_t pid)
{
	struct fl_user_process *p;

	for (p = fl_user->processes; p < fl_user->processes + FL_USER_PROCESSES;
	     p++)
		if (p->process && p->number == pid)
			return p;
	return NULL;
}

static int open_of(struct fl_mm *mm, const char *name, unsigned int flags)
{
	const _Bool privileged = geteuid() == fl_user->root;
	const struct fl_kernel *k = fl_user->world->kernel;
	struct fl_file *file = NULL;
	int ret;

	if (!k->proc)
		return -ENOENT;
	ret = FL_IN_PROCESS(fl_user_self->process,
			    k->proc->open(mm, name, flags, privileged, &file));
	return ret ? ret : fl_user_file_install(file, 1);
}

int fl_user_file_proc(const char *name, pid_t pid, unsigned int flags)
{
	const struct fl_user_process *p = process_of(pid);

	return p ? open_of(p->process->mm, name, flags) : -ENOENT;
}
