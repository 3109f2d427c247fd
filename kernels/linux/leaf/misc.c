/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * misc.c - small leaves of many subsystems
 *
 * noop where nothing else is said: accounting and limits that are never reached.
 * custom: a percpu counter is one number.  Hides: its batches.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/percpu_counter.h>
#include <linux/wait.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/userfaultfd_k.h>
#include <linux/panic.h>
#include <asm/hw.h>

unsigned long __per_cpu_offset[NR_CPUS];
struct cpumask __cpu_possible_mask, __cpu_online_mask;
unsigned long volatile jiffies;
int percpu_counter_batch = 32;
#ifndef nr_cpu_ids
unsigned int nr_cpu_ids = NR_CPUS;
#endif

#ifdef FL_HAVE_COUNTER_MANY
int __percpu_counter_init_many(struct percpu_counter *fbc, s64 amount,
			       gfp_t gfp, u32 n, struct lock_class_key *key)
#else
int __percpu_counter_init(struct percpu_counter *fbc, s64 amount, gfp_t gfp,
			  struct lock_class_key *key)
#endif
{
#ifndef FL_HAVE_COUNTER_MANY
	const u32 n = 1;
#endif
	u32 i;

	for (i = 0; i < n; i++) {
		raw_spin_lock_init(&fbc[i].lock);
		fbc[i].count = amount;
	}
	return 0;
}

void percpu_counter_add_batch(struct percpu_counter *fbc, s64 amount, s32 batch)
{
	fbc->count += amount;
}

/* custom: the format goes to the console as it is.  Hides: the values. */
int _printk(const char *fmt, ...)
{
	fl_hw_console(fmt, strlen(fmt));
	return 0;
}

/* custom: ends the world at once, with the format alone. */
void panic(const char *fmt, ...)
{
	fl_hw_panic("kernel panic: %s", fmt);
}

/* custom: a warning of the kernel is a finding and ends the world. */
void warn_slowpath_fmt(const char *file, int line, unsigned int taint,
		       const char *fmt, ...)
{
	fl_hw_bug(file, line, "WARN", fmt ?: "warning");
}

void preempt_schedule(void) { fl_hw_yield(); }
void schedule(void) { fl_hw_block("schedule()", NULL); }

void __init_waitqueue_head(struct wait_queue_head *q, const char *name,
			   struct lock_class_key *key)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->head);
}

/* same, as long as the port registers no userfaultfd: nothing is asynchronous. */
bool userfaultfd_wp_async(struct vm_area_struct *vma) { return false; }

atomic_long_t vm_zone_stat[NR_VM_ZONE_STAT_ITEMS];
atomic_long_t _totalram_pages;
atomic_long_t nr_swap_pages;
long total_swap_pages;
unsigned int khugepaged_max_ptes_none;
bool swap_migration_ad_supported;
void khugepaged_enter_vma(struct vm_area_struct *vma, unsigned long flags) { }
int __cond_resched(void) { return 0; }
void mlock_drain_local(void) { }
void mlock_page_drain_local(void) { }

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int sync, void *key)
{
	list_del_init_careful(&entry->entry);
	return 1;
}

/* same: every waiter whose function accepts, at most one exclusive one. */
static void wake(struct wait_queue_head *q, unsigned int mode, int nr, void *key)
{
	wait_queue_entry_t *cur, *next;

	list_for_each_entry_safe(cur, next, &q->head, entry) {
		unsigned int flags = cur->flags;
		int ret = cur->func(cur, mode, 0, key);

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

void __wake_up_locked_key(struct wait_queue_head *q, unsigned int mode, void *key)
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
