/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rcu.c - RCU and SRCU on the machine's grace periods
 *
 * same: a callback runs after all pre-existing readers have left.
 */
#include <linux/rcupdate.h>
#include <linux/srcu.h>
#include <asm/hw.h>

struct lockdep_map rcu_lock_map = { .name = "rcu_read_lock" };
struct lockdep_map rcu_bh_lock_map = { .name = "rcu_read_lock_bh" };
struct lockdep_map rcu_sched_lock_map = { .name = "rcu_read_lock_sched" };
struct lockdep_map rcu_callback_map = { .name = "rcu_callback" };

static_assert(sizeof(struct rcu_head) == sizeof(struct fl_hw_rcu_head));

void __rcu_read_lock(void)
{
	fl_hw_rcu_read_lock();
}
void __rcu_read_unlock(void)
{
	fl_hw_rcu_read_unlock();
}
int rcu_read_lock_held(void)
{
	return lock_is_held(&rcu_lock_map);
}
void synchronize_rcu(void)
{
	fl_hw_synchronize_rcu();
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	fl_hw_call_rcu((void *)head, (void *)func);
}

int __srcu_read_lock(struct srcu_struct *ssp)
{
	return fl_hw_srcu_read_lock(ssp);
}

void __srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	fl_hw_srcu_read_unlock(ssp, idx);
}

void synchronize_srcu(struct srcu_struct *ssp)
{
	fl_hw_synchronize_srcu(ssp);
}

void call_srcu(struct srcu_struct *ssp, struct rcu_head *head,
	       rcu_callback_t func)
{
	fl_hw_call_srcu(ssp, (void *)head, (void *)func);
}

#ifdef FL_HAVE_FREE_RCU_PTR
/*
 * custom: a separate record names the object to free.  Hides: the head is part
 * of the object; without a head, the call may fail to allocate memory.
 */
struct to_free {
	struct rcu_head head;
	void *object;
};

static void free_object(struct rcu_head *head)
{
	struct to_free *f = container_of(head, struct to_free, head);

	fl_hw_free(f->object);
	fl_hw_free(f);
}

#ifdef FL_HAVE_FREE_RCU_HEAD
void kvfree_call_rcu(struct kvfree_rcu_head *head, void *ptr)
#else
void kvfree_call_rcu(struct rcu_head *head, void *ptr)
#endif
{
	struct to_free *f = fl_hw_alloc(sizeof(*f), FL_ALLOC_NOFAIL);

	f->object = ptr;
	call_rcu(&f->head, free_object);
}
#endif
