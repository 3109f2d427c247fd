/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * misc.c - small stubs of many subsystems
 *
 * noop unless marked otherwise: accounting, and limits that are never reached.
 * custom: a percpu counter is a single number.  Hides: its batches.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/percpu_counter.h>
#include <linux/wait.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/userfaultfd_k.h>
#include <linux/blkdev.h>
#include <linux/xarray.h>
#include <linux/timer.h>
#include <linux/smp.h>
#include <linux/flex_proportions.h>
#include <asm/hw.h>

unsigned long __per_cpu_offset[NR_CPUS];
struct cpumask __cpu_possible_mask, __cpu_online_mask;
/* custom: time does not advance.  Hides: every timeout. */
unsigned long volatile jiffies;
ktime_t ktime_get(void)
{
	return 0;
}
enum system_states system_state = SYSTEM_RUNNING;
atomic_t __num_online_cpus;
int oops_in_progress, debug_locks_silent;
int debug_locks_off(void)
{
	return 1;
}
int percpu_counter_batch = 32;
#ifndef nr_cpu_ids
unsigned int nr_cpu_ids = NR_CPUS;
#endif

/* custom: always 0, so only the scheduler makes choices.  Hides: swap files
 * that are filled from a random place. */
u32 get_random_u32(void)
{
	return 0;
}
u32 __get_random_u32_below(u32 ceil)
{
	return 0;
}

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
	__atomic_fetch_add(&fbc->count, amount, __ATOMIC_RELAXED);
}

/* same while the port registers no userfaultfd: no VMA is in async mode. */
bool userfaultfd_wp_async(struct vm_area_struct *vma)
{
	return false;
}
bool userfaultfd_wp_unpopulated(struct vm_area_struct *vma)
{
	return false;
}

atomic_long_t vm_zone_stat[NR_VM_ZONE_STAT_ITEMS];
atomic_long_t vm_node_stat[NR_VM_NODE_STAT_ITEMS];
unsigned int khugepaged_max_ptes_none;
void khugepaged_enter_vma(struct vm_area_struct *vma, unsigned long flags)
{
}
void mlock_drain_local(void)
{
}
void mlock_page_drain_local(void)
{
}
/* noop: called before a page table is freed.  Hides: lockless readers that rely
 * on disabled interrupts.  There are none. */
void smp_call_function(smp_call_func_t func, void *info, int wait)
{
}

/* -- limits and rights -- */

unsigned long mmap_min_addr = PAGE_SIZE;
s32 vm_committed_as_batch = 32;
struct vm_operations_struct;
int cap_mmap_addr(unsigned long addr)
{
	return 0;
}
int cap_vm_enough_memory(struct mm_struct *mm, long pages)
{
	return 1;
}
/* custom: all but CAP_SYS_PTRACE, which UFFD_FEATURE_EVENT_FORK requires.  With
 * that feature a parent would resolve its child's faults, whose wait queue
 * entries are on stacks that do not exist in the parent. */
bool capable(int cap)
{
	return cap != CAP_SYS_PTRACE;
}
bool can_do_mlock(void)
{
	return true;
}
void mm_compute_batch(int policy)
{
}
s64 __percpu_counter_sum(struct percpu_counter *fbc)
{
	return fbc->count;
}
void percpu_counter_sync(struct percpu_counter *fbc)
{
}

/* -- protection bits of the entries of a VMA -- */

static const pgprot_t protection_map[16] = {
	[VM_NONE] = PAGE_NONE,
	[VM_READ] = PAGE_READONLY,
	[VM_WRITE] = PAGE_COPY,
	[VM_WRITE | VM_READ] = PAGE_COPY,
	[VM_EXEC] = PAGE_READONLY_EXEC,
	[VM_EXEC | VM_READ] = PAGE_READONLY_EXEC,
	[VM_EXEC | VM_WRITE] = PAGE_COPY_EXEC,
	[VM_EXEC | VM_WRITE | VM_READ] = PAGE_COPY_EXEC,
	[VM_SHARED] = PAGE_NONE,
	[VM_SHARED | VM_READ] = PAGE_READONLY,
	[VM_SHARED | VM_WRITE] = PAGE_SHARED,
	[VM_SHARED | VM_WRITE | VM_READ] = PAGE_SHARED,
	[VM_SHARED | VM_EXEC] = PAGE_READONLY_EXEC,
	[VM_SHARED | VM_EXEC | VM_READ] = PAGE_READONLY_EXEC,
	[VM_SHARED | VM_EXEC | VM_WRITE] = PAGE_SHARED_EXEC,
	[VM_SHARED | VM_EXEC | VM_WRITE | VM_READ] = PAGE_SHARED_EXEC,
};

pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	return protection_map[vm_flags &
			      (VM_READ | VM_WRITE | VM_EXEC | VM_SHARED)];
}

/* -- userfaultfd: VMAs may be registered, but without a context -- */

#ifdef FL_HAVE_UFFD_PREP_VMA
int userfaultfd_unmap_prep(struct vm_area_struct *vma, unsigned long start,
			   unsigned long end, struct list_head *uf)
#else
int userfaultfd_unmap_prep(struct mm_struct *mm, unsigned long start,
			   unsigned long end, struct list_head *uf)
#endif
{
	return 0;
}
void userfaultfd_unmap_complete(struct mm_struct *mm, struct list_head *uf)
{
}
bool userfaultfd_remove(struct vm_area_struct *vma, unsigned long start,
			unsigned long end)
{
	return true;
}
void mremap_userfaultfd_prep(struct vm_area_struct *vma,
			     struct vm_userfaultfd_ctx *ctx)
{
}
void mremap_userfaultfd_complete(struct vm_userfaultfd_ctx *ctx,
				 unsigned long from, unsigned long to,
				 unsigned long len)
{
}
#ifdef FL_HAVE_UFFD_WITHOUT_REMAP
bool vma_has_uffd_without_event_remap(struct vm_area_struct *vma)
{
	return false;
}
#endif
#ifdef FL_HAVE_UFFD_MREMAP_FAIL
void mremap_userfaultfd_fail(struct vm_userfaultfd_ctx *ctx)
{
}
#endif
vm_fault_t handle_userfault(struct vm_fault *vmf, unsigned long reason)
{
	return VM_FAULT_SIGBUS;
}

/* noop: no process runs an executable. */
int dup_mm_exe_file(struct mm_struct *mm, struct mm_struct *oldmm)
{
	return 0;
}

/* custom: an evicted page leaves no shadow entry.  Hides: refaults, and their
 * effect on the balance of the LRU lists. */
void *workingset_eviction(struct folio *folio, struct mem_cgroup *memcg)
{
	return NULL;
}
void workingset_refault(struct folio *folio, void *shadow)
{
}
void workingset_update_node(struct xa_node *node)
{
}
void workingset_age_nonresident(struct lruvec *lruvec, unsigned long pages)
{
}

/* same: a copy larger than its buffer causes a warning. */
void __copy_overflow(int size, unsigned long count)
{
	WARN(1, "a copy of %lu bytes, but the buffer has %d", count, size);
}

int __printk_ratelimit(const char *func)
{
	return 1;
}
void fs_reclaim_acquire(gfp_t gfp)
{
}
void fs_reclaim_release(gfp_t gfp)
{
}
void __fs_reclaim_acquire(unsigned long ip)
{
}
void __fs_reclaim_release(unsigned long ip)
{
}

/* noop: no timer is ever started, and no writeback is proportioned. */
#ifdef FL_HAVE_TIMER_INIT_KEY
void timer_init_key
#else
void init_timer_key
#endif
	(struct timer_list *timer, void (*func)(struct timer_list *),
	 unsigned int flags, const char *name, struct lock_class_key *key)
{
}
int fprop_global_init(struct fprop_global *p, gfp_t gfp)
{
	return 0;
}

/* noop: there is no block layer to batch for, and no I/O priority. */
#ifdef FL_HAVE_TASK_IOPRIO
int __get_task_ioprio(struct task_struct *p)
{
	return 0;
}
#endif
void blk_start_plug(struct blk_plug *plug)
{
}
void blk_finish_plug(struct blk_plug *plug)
{
}
