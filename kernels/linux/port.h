/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port.h - declarations shared by the files of the port
 *
 *   task.c    kernel tasks               space.c   address spaces
 *   fork.c    child processes
 *   fault.c   page faults of a CPU       notify.c  MMU notifiers
 *   mark.c    marking, folios            hmm.c     other driver interfaces
 *   pin.c     pinned pages               actor.c   migration, reclaim, split
 *   view.c    views
 *   unit/     a file of the tree, followed by adapters for its static functions
 *   part/     like unit/, but only some functions of the file are linked
 *   boot.c    static state, and the table of all these functions
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

/* leaf/file.c - Return: a file in memory with one reference, or NULL. */
struct file *fl_file_create(void);
/* fl_task_work - release the files whose last reference was dropped.
 * Context: the current thread is about to leave the kernel and holds no
 * locks. */
void fl_task_work(void);
/* leaf/chrdev.c - free the file of a device, or a file without a name, after
 * its driver has released it */
void fl_chrdev_free(struct file *file);
/* leaf/vfs.c - set the credentials of a new task */
void fl_vfs_set_owner(struct task_struct *task);
/* fl_chrdev_add - register a name that can be opened.  A name is never removed.
 * Return: 0, -ENOMEM. */
int fl_chrdev_add(const char *name, const struct file_operations *ops);
unsigned int fl_chrdev_opened(void);	/* number of open device files */
/* leaf/proc.c - files of /proc/PID.  @at: the position; @memory: host memory.
 * fl_proc_read, fl_proc_write - Return: bytes; -EBADF: the file was not opened
 * for this access; -errno. */
bool fl_proc_is(const struct file *file);
long fl_proc_read(struct file *file, loff_t at, void *memory, unsigned long len);
long fl_proc_write(struct file *file, loff_t at, const void *memory,
		   unsigned long len);
/* fl_proc_release - the last reference was dropped: fl_task_work() will release
 * the file */
void fl_proc_release(struct file *file);
/* fl_file_published - Return: the file for which the current system call has
 * installed a descriptor, or NULL. */
struct file *fl_file_published(void);

/* The functions of the table.  The prefix of a name is its file's name. */
void fl_task_init(void);	/* at boot, before the first task begins */
int fl_task_begin(void);
void fl_task_end(void);
void fl_task_kill(struct fl_hw_thread *thread);

/* Return: an mm_struct without mappings, one user, or NULL. */
struct mm_struct *fl_mm_new(void);

int fl_space_create(struct fl_mm **mm);
void fl_space_destroy(struct fl_mm *mm);
unsigned long fl_space_pgd(struct fl_mm *mm);
unsigned int fl_space_asid(struct fl_mm *mm);
int fl_space_mmap(struct fl_mm *mm, unsigned long start, unsigned long len,
		  unsigned int prot, unsigned int flags);
int fl_space_munmap(struct fl_mm *mm, unsigned long start, unsigned long len);
int fl_space_mprotect(struct fl_mm *mm, unsigned long start, unsigned long len,
		      unsigned int prot);
int fl_space_zap(struct fl_mm *mm, unsigned long start, unsigned long len);
int fl_space_clear_soft_dirty(struct fl_mm *mm, unsigned long start,
			      unsigned long len);
int fl_space_uffd_wp(struct fl_mm *mm, unsigned long start, unsigned long len,
		     _Bool protect);
int fl_space_split_huge(struct fl_mm *mm, unsigned long addr);
int fl_space_collapse(struct fl_mm *mm, unsigned long start,
		      unsigned long len);
int fl_space_lazyfree(struct fl_mm *mm, unsigned long start,
		      unsigned long len);
void fl_space_lock(struct fl_mm *mm);
void fl_space_unlock(struct fl_mm *mm);

long fl_space_hole(struct fl_mm *mm, unsigned long len, unsigned long start,
		   unsigned long end, unsigned long align);
int fl_sys_setrlimit(struct fl_mm *mm, unsigned int which, unsigned long soft,
		     unsigned long hard);
/* fl_limits_copy - Return: 0, -ENOMEM */
int fl_limits_copy(struct mm_struct *to, struct mm_struct *from);
void fl_limits_free(struct mm_struct *mm);

long fl_sys_mmap(struct fl_mm *mm, unsigned long addr, unsigned long len,
		 unsigned long prot, unsigned long flags, struct fl_file *file,
		 unsigned long offset);
int fl_sys_mprotect(struct fl_mm *mm, unsigned long addr, unsigned long len,
		    unsigned long prot);
int fl_sys_madvise(struct fl_mm *mm, unsigned long addr, unsigned long len,
		   int advice);
long fl_sys_mremap(struct fl_mm *mm, unsigned long addr, unsigned long len,
		   unsigned long new_len, unsigned long flags,
		   unsigned long new_addr);

int fl_test_hmm(void);
int fl_test_hmm_exit(void);
int fl_dmirror_exclusive(struct fl_mm *mm, struct fl_file *file, unsigned long addr,
			 unsigned long npages, unsigned long buffer);
void fl_dmirror_lock(struct fl_file *file);
void fl_dmirror_unlock(struct fl_file *file);
_Bool fl_dmirror_entry(struct fl_file *file, unsigned long addr, unsigned long *pfn,
		       _Bool *writable);
int fl_gup_test(void);		/* Return: 0, -ENOMEM */

int fl_file_open(struct fl_mm *mm, const char *name, struct fl_file **file);
int fl_file_new(struct fl_file **file);
int fl_proc_open(struct fl_mm *mm, const char *name, unsigned int flags,
		 _Bool privileged, struct fl_file **file);
long fl_proc_seek(struct fl_file *file, long from, long offset, int whence);
int fl_userfaultfd(struct fl_mm *mm, unsigned int flags, struct fl_file **file);
unsigned int fl_file_poll(struct fl_file *file);
void fl_file_get(struct fl_file *file);
void fl_file_put(struct fl_mm *mm, struct fl_file *file);
long fl_file_ioctl(struct fl_mm *mm, struct fl_file *file, unsigned int command,
		   unsigned long arg);
long fl_file_read(struct fl_file *file, unsigned long offset, void *memory,
		  unsigned long len);
long fl_file_write(struct fl_file *file, unsigned long offset,
		   const void *memory, unsigned long len);
int fl_file_truncate(struct fl_file *file, unsigned long size);
unsigned long fl_file_size(struct fl_file *file);

int fl_fork(struct fl_mm *mm, struct fl_mm **child);
/* fl_dup_mmap - copy the mappings of @parent to @child, which has none
 * Return: 0; -ENOMEM or -EINTR: @child has some of them.  Context: no locks. */
int fl_dup_mmap(struct mm_struct *child, struct mm_struct *parent);

int fl_fault_full(struct fl_mm *mm, unsigned long addr, _Bool write);
int fl_fault_once(struct fl_mm *mm, unsigned long addr, unsigned int flags,
		  struct fl_fault *out);

int fl_notify_mirror(struct fl_mm *mm, unsigned long start, unsigned long len,
		     fl_notify_fn *fn, void *cookie, struct fl_listener **out);
void fl_notify_unmirror(struct fl_listener *listener);
unsigned long fl_notify_begin(struct fl_listener *listener);
_Bool fl_notify_retry(struct fl_listener *listener, unsigned long seq);
void fl_notify_set_seq(struct fl_listener *listener, unsigned long seq);
int fl_notify_listen(struct fl_mm *mm, fl_notify_fn *fn, void *cookie);

long fl_mark_range(struct fl_mm *mm, unsigned long start, unsigned long npages,
		   const void *owner, unsigned long *pfns);
int fl_mark_folio_get(unsigned long pfn);
int fl_mark_folio_put(unsigned long pfn);
int fl_mark_folio_lock(unsigned long pfn);
int fl_mark_folio_trylock(unsigned long pfn);
int fl_mark_folio_unlock(unsigned long pfn);

struct mmu_interval_notifier *fl_notify_interval(struct fl_listener *listener);
int fl_hmm_range_fault(struct fl_mm *mm, struct fl_listener *listener,
		       unsigned long seq, unsigned long start,
		       unsigned long npages, unsigned long *pfns);
long fl_hmm_migrate(struct fl_mm *mm, unsigned long start, unsigned long npages,
		    const void *owner);

int fl_pin(struct fl_mm *mm, unsigned long addr, unsigned long *pfn);
int fl_unpin(unsigned long pfn);

int fl_actor_migrate(unsigned long pfn);
int fl_actor_reclaim(unsigned long pfn);
int fl_actor_split(unsigned long pfn);
void fl_actor_shrink(void);

void fl_huge_zero_shrink(void);

/* fl_ksm_init - set up ksm, at boot.  Return: 0, -errno */
int fl_ksm_init(void);
int fl_ksm_merge(struct fl_mm *mm, unsigned long start, unsigned long len);
void fl_ksm_exit(void);

int fl_uprobe(struct fl_mm *mm, unsigned long addr, _Bool on,
	      unsigned char original);

/* fl_swap_init - create the swap file and swap it on.  Return: 0, -errno */
int fl_swap_init(void);
unsigned long fl_swap_used(void);

int fl_unit_restore(struct fl_mm *mm, unsigned long addr, unsigned long pfn,
		    unsigned int flags);
int fl_unit_try_restore(struct fl_mm *mm, unsigned long addr);
int fl_unit_remove(struct fl_mm *mm, unsigned long addr, unsigned long entry,
		   unsigned int flags, struct fl_fault *out);
int fl_unit_remove_migration(unsigned long pfn);
int fl_unit_mkclean(unsigned long pfn);
int fl_unit_ksm_protect(struct fl_mm *mm, unsigned long addr, unsigned long pfn);
int fl_unit_mark(struct fl_mm *mm, unsigned long addr, unsigned long pfn,
		 const void *owner);

void fl_view_pte(struct fl_mm *mm, unsigned long addr, struct fl_pte *out);
void fl_view_folio(unsigned long pfn, struct fl_folio *out);
unsigned int fl_view_prot(struct fl_mm *mm, unsigned long addr);
const char *fl_view_field(unsigned long addr, unsigned long *pfn);
void fl_view_rss(struct fl_mm *mm, struct fl_rss *rss);

#endif
