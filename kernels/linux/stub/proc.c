/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proc.c - files of /proc/PID that show or change the memory of a process
 *
 *  - fl_proc_open()  open(2) of a file implemented by fs/proc/task_mmu.c
 *  - fl_proc_read(), fl_proc_write(), fl_proc_seek()
 *  - get_pid_task(), get_task_mm(), proc_mem_open(), file_ns_capable(), ...
 *
 * same: the process that a file belongs to, the lifetime of its memory, and the
 * rule that only root sees frame numbers.
 * custom: a process that has ended counts as reaped.  Hides: the rest of /proc,
 * zombies, ptrace's rules for access.
 */
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/ctype.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>
#include <asm/hw.h>
#include "../port.h"
#include "fs/proc/internal.h"

struct user_namespace init_user_ns;

struct proc_file {
	struct file file;
	struct proc_inode inode;
	/* Represents the process: get_pid_task() returns it for @pid. */
	struct task_struct task;
	bool privileged; /* opener had CAP_SYS_ADMIN */
	struct callback_head work;
	struct pid pid; /* last: ends in a flexible array */
};

static const struct {
	const char *name;
	const struct file_operations *ops;
} names[] = {
	{ "clear_refs", &proc_clear_refs_operations },
	{ "pagemap", &proc_pagemap_operations },
};

static struct proc_file *proc_file(struct file *file)
{
	return container_of(file, struct proc_file, file);
}

bool fl_proc_is(const struct file *file)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (file->f_op == names[i].ops)
			return true;
	return false;
}

/* -- functions on the process that fs/proc/task_mmu.c calls -- */

struct task_struct *get_pid_task(struct pid *pid, enum pid_type type)
{
	struct task_struct *task =
		&container_of(pid, struct proc_file, pid)->task;

	return atomic_read(&task->mm->mm_users) ? get_task_struct(task) : NULL;
}

struct mm_struct *get_task_mm(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	return mm && mmget_not_zero(mm) ? mm : NULL;
}

/* Return: the process's mm_struct with an mm_count reference; -ESRCH: the
 * process has exited. */
struct mm_struct *proc_mem_open(struct inode *inode, unsigned int mode)
{
	struct task_struct *task = get_proc_task(inode);
	struct mm_struct *mm;

	if (!task)
		return ERR_PTR(-ESRCH);
	mm = task->mm;
	mmgrab(mm);
	put_task_struct(task);
	return mm;
}

bool file_ns_capable(const struct file *file, struct user_namespace *ns,
		     int cap)
{
	return container_of(file, struct proc_file, file)->privileged;
}

/* -- open and close -- */

static const struct file_operations *ops_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i].name, name))
			return names[i].ops;
	return NULL;
}

/* Initialise a zeroed file and inode: one reference, no pages. */
static void set_up(struct file *file, struct inode *inode,
		   const struct file_operations *ops, unsigned int flags)
{
	inode->i_mapping = &inode->i_data;
	inode->i_data.host = inode;
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	file->f_mode = OPEN_FMODE(flags);
	file->f_op = ops;
#ifdef FL_HAVE_FILE_REF
	file_ref_init(&file->f_ref, 1);
#else
	atomic_long_set(&file->f_count, 1);
#endif
}

static struct proc_file *new_file(struct mm_struct *mm,
				  const struct file_operations *ops,
				  unsigned int flags)
{
	struct proc_file *f = fl_hw_alloc(sizeof(*f),
					  FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (!f)
		return NULL;
	f->inode.pid = &f->pid;
	refcount_set(&f->task.usage, 1);
	mmgrab(mm);
	f->task.mm = mm;
	set_up(&f->file, &f->inode.vfs_inode, ops, flags);
	return f;
}

static void free_file(struct proc_file *f)
{
	mmdrop(f->task.mm);
	fl_hw_free(f);
}

static int fl_proc_open(struct fl_mm *mm, const char *name, unsigned int flags,
			_Bool privileged, struct fl_file **out)
{
	const struct file_operations *ops = ops_of(name);
	struct proc_file *f = ops ? new_file(mm_of(mm), ops, flags) : NULL;
	int ret = 0;

	if (!f)
		return ops ? -ENOMEM : -ENOENT;
	f->privileged = privileged;
	if (ops->open)
		ret = ops->open(&f->inode.vfs_inode, &f->file);
	if (ret)
		free_file(f);
	else
		*out = (struct fl_file *)&f->file;
	return ret;
}

static void release_file(struct callback_head *work)
{
	struct proc_file *f = container_of(work, struct proc_file, work);

	if (f->file.f_op->release)
		f->file.f_op->release(&f->inode.vfs_inode, &f->file);
	free_file(f);
}

void fl_proc_release(struct file *file)
{
	struct callback_head *work = &proc_file(file)->work;

	work->func = release_file;
	work->next = current->task_works;
	current->task_works = work;
}

/* -- read, write, seek -- */

long fl_proc_read(struct file *file, loff_t at, void *memory, unsigned long len)
{
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!file->f_op->read || at < 0)
		return -EINVAL;
	return file->f_op->read(file, (char __user *)memory,
				min_t(unsigned long, len, MAX_RW_COUNT), &at);
}

long fl_proc_write(struct file *file, loff_t at, const void *memory,
		   unsigned long len)
{
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!file->f_op->write || at < 0)
		return -EINVAL;
	return file->f_op->write(file, (const char __user *)memory,
				 min_t(unsigned long, len, MAX_RW_COUNT), &at);
}

static long fl_proc_seek(struct fl_file *f, long from, long offset, int whence)
{
	struct file *file = (struct file *)f;

	file->f_pos = from;
	return file->f_op->llseek(file, offset, whence);
}

/* same: SEEK_SET and SEEK_CUR, but not SEEK_END; a position may be negative. */
loff_t mem_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	return file->f_pos = offset;
}

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}

/* same: skip leading white space of @s and cut off trailing white space. */
char *strim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && isspace(end[-1]))
		end--;
	*end = '\0';
	while (isspace(*s))
		s++;
	return s;
}

const struct fl_proc_ops fl_proc_ops = {
	.open = fl_proc_open,
	.seek = fl_proc_seek,
};
