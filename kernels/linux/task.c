/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * task.c - a task_struct for each simulated thread
 *
 *  - fl_task_begin(), fl_task_end(), fl_task_kill()
 *  - fl_bit30_tested()   "is a signal pending?"
 *  - fl_use_mm()     set the process that the thread belongs to
 *  - fl_task_setrlimit(), fl_limits_copy(), fl_limits_free()
 *  - fl_task_rss()   counters of an address space that are cached in tasks
 *
 * custom: a signal_struct for each process that has limits, and one shared by
 * all other processes.  Hides: credentials.
 */
#include <linux/sched/signal.h>
#include <linux/sched/mm.h>
#include "port.h"

#define MAX_THREADS 64

/* Indexed by thread number.  A task is freed after an RCU grace period, so an
 * RCU reader of this array finds no freed task. */
static struct task_struct *tasks[MAX_THREADS];
static struct signal_struct no_limits;

static void fl_task_kill(struct fl_hw_thread *thread)
{
	struct task_struct *task = thread->task;

	fl_hw_kill(thread);
	if (!task)
		return; /* not begun: fl_task_begin() checks fatal */
	sigaddset(&task->pending.signal, SIGKILL);
	set_tsk_thread_flag(task, TIF_SIGPENDING);
	wake_up_state(task, TASK_WAKEKILL | TASK_INTERRUPTIBLE);
}

static int fl_task_begin(void)
{
	struct task_struct *task;

	task = fl_hw_alloc(sizeof(*task), FL_ALLOC_ZERO | FL_ALLOC_NOFAIL);
	task->__state = TASK_RUNNING;
	task->signal = &no_limits;
	fl_vfs_set_owner(task);
	task->pid = fl_hw_current->id;
	task->thread.hw = fl_hw_current;
	fl_hw_current->task = task;
	WRITE_ONCE(tasks[fl_hw_current->id], task);
	if (fl_hw_current->fatal)
		fl_task_kill(fl_hw_current);
	return 0;
}

void fl_task_init(void)
{
	unsigned int i;

	for (i = 0; i < RLIM_NLIMITS; i++)
		no_limits.rlim[i] = (struct rlimit){ RLIM_INFINITY,
						     RLIM_INFINITY };
	fl_task_begin();
}

static void leave_mm(struct task_struct *task)
{
#ifdef SPLIT_RSS_COUNTING
	if (task->mm)
		sync_mm_rss(task->mm);
#endif
	task->active_mm = NULL;
	task->signal = &no_limits;
	/* fl_leave_mm_all() reads the field in the tasks of all threads. */
	WRITE_ONCE(task->mm, NULL);
}

static void free_after_readers(struct rcu_head *rcu)
{
	fl_hw_free(container_of(rcu, struct task_struct, rcu));
}

static void fl_task_end(void)
{
	struct task_struct *task = current;

	leave_mm(task);
	WRITE_ONCE(tasks[fl_hw_current->id], NULL);
	fl_hw_current->task = NULL;
	fl_hw_call_rcu_late((void *)&task->rcu, (void *)free_after_readers);
}

void fl_bit30_tested(const volatile unsigned long *word)
{
	struct task_struct *self = current;

	BUILD_BUG_ON(TIF_SIGPENDING != 30);
	if (self && word == &task_thread_info(self)->flags && fl_hw_fatal() &&
	    !sigismember(&self->pending.signal, SIGKILL))
		fl_task_kill(fl_hw_current);
}

struct mm_struct *fl_use_mm(struct fl_mm *mm)
{
	if (current->mm != mm_of(mm)) {
		leave_mm(current);
		WRITE_ONCE(current->mm, mm_of(mm));
		current->active_mm = mm_of(mm);
		if (mm_of(mm)->context.limits)
			current->signal = mm_of(mm)->context.limits;
	}
	return mm_of(mm);
}

/* -- limits of a process -- */

/* Make all tasks of @mm use its limits. */
static void use_limits(struct mm_struct *mm)
{
	unsigned int i;

	for (i = 0; i < MAX_THREADS; i++)
		if (tasks[i] && READ_ONCE(tasks[i]->mm) == mm)
			tasks[i]->signal = mm->context.limits;
}

static int limits_new(struct mm_struct *mm, const struct signal_struct *from)
{
	struct signal_struct *new = fl_hw_alloc(sizeof(*new),
						FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (!new)
		return -ENOMEM;
	memcpy(new->rlim, from->rlim, sizeof(new->rlim));
	mm->context.limits = new;
	use_limits(mm);
	return 0;
}

int fl_limits_copy(struct mm_struct *to, struct mm_struct *from)
{
	return from->context.limits ? limits_new(to, from->context.limits) : 0;
}

void fl_limits_free(struct mm_struct *mm)
{
	fl_hw_free(mm->context.limits);
}

static int fl_task_setrlimit(struct fl_mm *m, unsigned int which,
			     unsigned long soft, unsigned long hard)
{
	struct mm_struct *mm = fl_use_mm(m);
	int ret = mm->context.limits ? 0 : limits_new(mm, &no_limits);

	if (which >= RLIM_NLIMITS || soft > hard)
		return -EINVAL;
	if (!ret)
		mm->context.limits->rlim[which] = (struct rlimit){ soft, hard };
	return ret;
}

void fl_leave_mm_all(struct mm_struct *mm)
{
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < MAX_THREADS; i++) {
		struct task_struct *task = READ_ONCE(tasks[i]);

		if (task && task != current && READ_ONCE(task->mm) == mm)
			fl_hw_panic("thread %u is still in the process", i);
	}
	rcu_read_unlock();
	if (current->mm == mm)
		leave_mm(current);
}

#ifdef SPLIT_RSS_COUNTING
long fl_task_rss(struct mm_struct *mm, int member)
{
	long pages = 0;
	unsigned int i;

	for (i = 0; i < MAX_THREADS; i++)
		if (tasks[i] && READ_ONCE(tasks[i]->mm) == mm)
			pages += tasks[i]->rss_stat.count[member];
	return pages;
}
#endif

const struct fl_task_ops fl_task_ops = {
	.begin = fl_task_begin,
	.end = fl_task_end,
	.kill = fl_task_kill,
	.setrlimit = fl_task_setrlimit,
};
