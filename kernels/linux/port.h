/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port.h - declarations shared by the files of the port
 *
 *   task.c    kernel tasks               space.c   address spaces
 *   fork.c    child processes
 *   fault.c   page faults of a CPU       notify.c  MMU notifiers
 *   folio.c   locks, references          hmm.c     interfaces for drivers
 *   gup.c     pinned pages               actor.c   migration, reclaim, split
 *   view.c    views                      stub/     not compiled from the tree
 *   unit/     a file of the tree, followed by adapters for its static functions
 *   part/     like unit/, but only some functions of the file are linked
 *   boot.c    static state, and the struct fl_kernel
 *
 * Each file defines the tables of struct fl_kernel that it implements.
 */
#ifndef FL_PORT_H
#define FL_PORT_H

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/rmap.h>
#include <asm/hw.h>
#include "../../src/kernel.h"

static inline struct mm_struct *mm_of(struct fl_mm *mm)
{
	return (struct mm_struct *)mm;
}

/* fl_use_mm - make the current thread a thread of @mm's process */
struct mm_struct *fl_use_mm(struct fl_mm *mm);

/* fl_leave_mm_all - detach the current thread from @mm, which is being freed;
 * panic if any other task still uses it */
void fl_leave_mm_all(struct mm_struct *mm);

/* Return: the pages that tasks of @mm have not yet added to its counter.  Only
 * kernels up to 6.1 keep such per-task counts. */
long fl_task_rss(struct mm_struct *mm, int member);

/* fl_vma_flags - set and clear flags of a VMA.  Context: mmap lock held for
 * writing. */
void fl_vma_flags(struct vm_area_struct *vma, unsigned long set,
		  unsigned long clear);

/* Return: the folio of a live frame, or NULL. */
struct folio *fl_folio_of(unsigned long pfn);

/* fl_fault_flags - convert FL_FAULT_* to FAULT_FLAG_*.  Return: 0; -EINVAL: an
 * unknown flag; -EOPNOTSUPP: the tree has no VMA lock. */
int fl_fault_flags(unsigned int flags, unsigned int *out);
unsigned int fl_fault_result(vm_fault_t result);

/*
 * fl_fault_lock - take the lock that FL_FAULT_* in @flags selects, find the VMA
 * fl_fault_unlock - fill @out, and drop the locks that the handler kept
 * Return: 0; -EFAULT: no VMA permits the access; -EAGAIN, -EOPNOTSUPP: see
 * fl_fault().
 */
int fl_fault_lock(struct mm_struct *mm, unsigned long addr, unsigned int flags,
		  struct vm_area_struct **vma);
void fl_fault_unlock(struct mm_struct *mm, struct vm_area_struct *vma,
		     unsigned int flags, vm_fault_t result,
		     struct fl_fault *out);

/* stub/file.c - Return: a file in memory with one reference, or NULL. */
struct file *fl_file_create(void);
/* fl_task_work - release the files whose last reference was dropped.
 * Context: the current thread is about to leave the kernel and holds no
 * locks. */
void fl_task_work(void);
/* stub/chrdev.c - free the file of a device, or a file without a name, after
 * its driver has released it */
void fl_chrdev_free(struct file *file);
/* stub/vfs.c - set the credentials of a new task */
void fl_vfs_set_owner(struct task_struct *task);
/* fl_chrdev_add - register a name that can be opened.  A name is never removed.
 * Return: 0, -ENOMEM. */
int fl_chrdev_add(const char *name, const struct file_operations *ops);
unsigned int fl_chrdev_opened(void); /* number of open device files */
/* stub/proc.c - files of /proc/PID.  @at: the position; @memory: host memory.
 * fl_proc_read, fl_proc_write - Return: bytes; -EBADF: the file was not opened
 * for this access; -errno. */
bool fl_proc_is(const struct file *file);
long fl_proc_read(struct file *file, loff_t at, void *memory,
		  unsigned long len);
long fl_proc_write(struct file *file, loff_t at, const void *memory,
		   unsigned long len);
/* fl_proc_release - the last reference was dropped: fl_task_work() will release
 * the file */
void fl_proc_release(struct file *file);
/* fl_file_published - Return: the file for which the current system call has
 * installed a descriptor, or NULL. */
struct file *fl_file_published(void);

/* fl_task_init - set up task.c, at boot, and begin the task of thread 0 */
void fl_task_init(void);

/* Return: an mm_struct without mappings, one user, or NULL. */
struct mm_struct *fl_mm_new(void);

/* fl_limits_copy - Return: 0, -ENOMEM */
int fl_limits_copy(struct mm_struct *to, struct mm_struct *from);
void fl_limits_free(struct mm_struct *mm);

/* fl_dup_mmap - copy the mappings of @parent to @child, which has none
 * Return: 0; -ENOMEM or -EINTR: @child has some of them.  Context: no locks. */
int fl_dup_mmap(struct mm_struct *child, struct mm_struct *parent);

struct mmu_interval_notifier *fl_notify_interval(struct fl_listener *listener);

int fl_gup_test(void); /* Return: 0, -ENOMEM */
/* fl_ksm_init - set up ksm, at boot.  Return: 0, -errno */
int fl_ksm_init(void);
/* fl_swap_init - create the swap file and swap it on.  Return: 0, -errno */
int fl_swap_init(void);

/* The tables of struct fl_kernel.  Their functions are static, and begin with
 * fl_ too: in a backtrace they stand among functions of the tree. */
extern const struct fl_task_ops fl_task_ops;
extern const struct fl_mm_ops fl_mm_ops;
extern const struct fl_sys_ops fl_sys_ops;
extern const struct fl_fault_ops fl_fault_ops;
extern const struct fl_notifier_ops fl_notifier_ops;
extern const struct fl_folio_ops fl_folio_ops;
extern const struct fl_gup_ops fl_gup_ops;
extern const struct fl_hmm_ops fl_hmm_ops;
extern const struct fl_actor_ops fl_actor_ops;
extern const struct fl_view_ops fl_view_ops;
extern const struct fl_file_ops fl_file_ops; /* stub/ */
extern const struct fl_proc_ops fl_proc_ops;
extern const struct fl_memory_ops fl_memory_ops; /* unit/ */
extern const struct fl_rmap_ops fl_rmap_ops;
extern const struct fl_ksm_ops fl_ksm_ops;
extern const struct fl_uprobe_ops fl_uprobe_ops;
extern const struct fl_userfaultfd_ops fl_userfaultfd_ops;
extern const struct fl_test_hmm_ops fl_test_hmm_ops;

/* Functions of these tables that other files call as well, or that are not in
 * the file of their table. */
int fl_fault_full(struct fl_mm *mm, unsigned long addr, _Bool write);
void fl_view_pte(struct fl_mm *mm, unsigned long addr, struct fl_pte *out);
int fl_fork_mm(struct fl_mm *mm, struct fl_mm **child);
int fl_space_clear_soft_dirty(struct fl_mm *mm, unsigned long start,
			      unsigned long len);
void fl_huge_zero_shrink(void);
int fl_chrdev_open(struct fl_mm *mm, const char *name, struct fl_file **file);

#endif
