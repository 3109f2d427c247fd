/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wait.c - wait queues, and the threads that sleep on them
 *
 * same: the order of wake-ups, exclusive waiters, and the handshake between
 * sleeper and waker by the task state.  Hides: priorities, autogroup, timeouts
 * (only a wake-up ends a sleep with a timeout).
 */
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/swait.h>
#include <linux/completion.h>
#include <linux/rcuwait.h>
#include <asm/hw.h>

/* -- threads -- */

/*
 *   sleeper                              waker
 *   state = TASK_UNINTERRUPTIBLE
 *   condition is false
 *                                        condition = true
 *                                        state matches: state = TASK_RUNNING
 *   schedule(): state is TASK_RUNNING,
 *   so it returns
 */
static void sleep(const char *why)
{
	struct task_struct *self = current;

	if (signal_pending_state(READ_ONCE(self->__state), self))
		__set_current_state(TASK_RUNNING);
	while (READ_ONCE(self->__state) != TASK_RUNNING)
		fl_hw_block(why, NULL);
}

void schedule(void)
{
	sleep("wait queue");
}
/* In the compiled files, only waits for a bit of a folio call it. */
void io_schedule(void)
{
	sleep("folio lock");
}
/* custom: a sleep for a tick lets the other threads run. */
signed long schedule_timeout_uninterruptible(signed long timeout)
{
	fl_hw_relax();
	return 0;
}
void preempt_schedule(void)
{
	fl_hw_yield();
}
void preempt_schedule_notrace(void)
{
	fl_hw_yield();
}
int __cond_resched(void)
{
	return 0;
}

static int try_to_wake_up(struct task_struct *task, unsigned int state)
{
	if (!(READ_ONCE(task->__state) & state))
		return 0;
	WRITE_ONCE(task->__state, TASK_RUNNING);
	if (task != current)
		fl_hw_wake(task->thread.hw);
	return 1;
}

int wake_up_state(struct task_struct *task, unsigned int state)
{
	return try_to_wake_up(task, state);
}

int wake_up_process(struct task_struct *task)
{
	return try_to_wake_up(task, TASK_NORMAL);
}

#ifdef FL_HAVE_VMA_REFCNT
/* Wake the thread that waits for the readers of a VMA to leave. */
int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *task;
	int woken = 0;

	rcu_read_lock();
	task = READ_ONCE(w->task);
	if (task)
		woken = wake_up_process(task);
	rcu_read_unlock();
	return woken;
}

void finish_rcuwait(struct rcuwait *w)
{
	WRITE_ONCE(w->task, NULL);
	__set_current_state(TASK_RUNNING);
}
#endif

/* -- queues -- */

void __init_waitqueue_head(struct wait_queue_head *q, const char *name,
			   struct lock_class_key *key)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->head);
}

void __init_swait_queue_head(struct swait_queue_head *q, const char *name,
			     struct lock_class_key *key)
{
	raw_spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->task_list);
}

int default_wake_function(wait_queue_entry_t *entry, unsigned int mode,
			  int flags, void *key)
{
	return try_to_wake_up(entry->private, mode);
}

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int sync, void *key)
{
	int woken = default_wake_function(entry, mode, sync, key);

	if (woken)
		list_del_init_careful(&entry->entry);
	return woken;
}

/*
 * Wake waiters in order, until @nr exclusive ones have accepted.  A lock that a
 * wake function takes belongs to the waiter, as in the hand-over of a folio
 * lock.
 */
static void wake(struct wait_queue_head *q, unsigned int mode, int nr,
		 void *key)
{
	wait_queue_entry_t *cur, *next;

	lockdep_assert_held(&q->lock);
	list_for_each_entry_safe(cur, next, &q->head, entry) {
		struct task_struct *waiter = cur->private;
		unsigned int flags = cur->flags;
		int ret;

		fl_hw_on_behalf(waiter->thread.hw);
		ret = cur->func(cur, mode, 0, key);
		fl_hw_on_behalf(NULL);
		if (ret < 0)
			break;
		if (ret && (flags & WQ_FLAG_EXCLUSIVE) && !--nr)
			break;
	}
}

int __wake_up(struct wait_queue_head *q, unsigned int mode, int nr, void *key)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	wake(q, mode, nr, key);
	spin_unlock_irqrestore(&q->lock, flags);
	return 0;
}

void __wake_up_locked_key(struct wait_queue_head *q, unsigned int mode,
			  void *key)
{
	wake(q, mode, 1, key);
}

#ifdef FL_HAVE_WAKE_BOOKMARK
void __wake_up_locked_key_bookmark(struct wait_queue_head *q, unsigned int mode,
				   void *key, wait_queue_entry_t *bookmark)
{
	wake(q, mode, 1, key);
}
#endif

void add_wait_queue(struct wait_queue_head *q, struct wait_queue_entry *entry)
{
	unsigned long flags;

	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&q->lock, flags);
	__add_wait_queue(q, entry);
	spin_unlock_irqrestore(&q->lock, flags);
}

void remove_wait_queue(struct wait_queue_head *q,
		       struct wait_queue_entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	__remove_wait_queue(q, entry);
	spin_unlock_irqrestore(&q->lock, flags);
}

void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	entry->flags = flags;
	entry->private = current;
	entry->func = autoremove_wake_function;
	INIT_LIST_HEAD(&entry->entry);
}

long prepare_to_wait_event(struct wait_queue_head *q,
			   struct wait_queue_entry *entry, int state)
{
	unsigned long flags;
	long ret = 0;

	spin_lock_irqsave(&q->lock, flags);
	if (signal_pending_state(state, current)) {
		list_del_init(&entry->entry);
		ret = -ERESTARTSYS;
	} else {
		if (list_empty(&entry->entry)) {
			if (entry->flags & WQ_FLAG_EXCLUSIVE)
				__add_wait_queue_entry_tail(q, entry);
			else
				__add_wait_queue(q, entry);
		}
		set_current_state(state);
	}
	spin_unlock_irqrestore(&q->lock, flags);
	return ret;
}

void prepare_to_wait(struct wait_queue_head *q, struct wait_queue_entry *entry,
		     int state)
{
	unsigned long flags;

	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&q->lock, flags);
	if (list_empty(&entry->entry))
		__add_wait_queue(q, entry);
	set_current_state(state);
	spin_unlock_irqrestore(&q->lock, flags);
}

void finish_wait(struct wait_queue_head *q, struct wait_queue_entry *entry)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	if (list_empty_careful(&entry->entry))
		return;
	spin_lock_irqsave(&q->lock, flags);
	list_del_init(&entry->entry);
	spin_unlock_irqrestore(&q->lock, flags);
}

/* -- variables: one queue for all, so waiters recheck their condition -- */

static DECLARE_WAIT_QUEUE_HEAD(of_variables);

wait_queue_head_t *__var_waitqueue(void *variable)
{
	return &of_variables;
}

void init_wait_var_entry(struct wait_bit_queue_entry *entry, void *variable,
			 int flags)
{
	*entry = (struct wait_bit_queue_entry){ .key.flags = variable };
	init_wait_entry(&entry->wq_entry, flags);
}

void wake_up_var(void *variable)
{
	wake_up_all(&of_variables);
}

/* -- completions: each complete() releases one waiter -- */

void complete(struct completion *x)
{
	struct swait_queue *waiter;
	unsigned long flags;

	raw_spin_lock_irqsave(&x->wait.lock, flags);
	if (x->done != UINT_MAX)
		x->done++;
	waiter = list_first_entry_or_null(&x->wait.task_list,
					  struct swait_queue, task_list);
	if (waiter) {
		list_del_init(&waiter->task_list);
		wake_up_process(waiter->task);
	}
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
}

void wait_for_completion(struct completion *x)
{
	struct swait_queue waiter = {
		.task = current,
		.task_list = LIST_HEAD_INIT(waiter.task_list),
	};

	might_sleep();
	raw_spin_lock_irq(&x->wait.lock);
	while (!x->done) {
		if (list_empty(&waiter.task_list))
			list_add_tail(&waiter.task_list, &x->wait.task_list);
		__set_current_state(TASK_UNINTERRUPTIBLE);
		raw_spin_unlock_irq(&x->wait.lock);
		schedule();
		raw_spin_lock_irq(&x->wait.lock);
	}
	list_del_init(&waiter.task_list);
	if (x->done != UINT_MAX)
		x->done--;
	raw_spin_unlock_irq(&x->wait.lock);
}
