/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel.h - one implementation of the fault path, as a table of functions
 *
 * The seam between kernel-side and host-side sources: it uses plain C types
 * only.  A kernel is linked as one relocatable object whose only global
 * symbol is its table.
 *
 * Context: a simulated thread of the current machine calls these functions,
 * inside fl_machine_guard(), without locks.  They may sleep, except the views,
 * which may be called at any step.  Errors are negative errno values.  NULL:
 * not supported by this kernel.
 */
#ifndef FL_KERNEL_H
#define FL_KERNEL_H

#include "../include/faultlab/types.h"

struct fl_mm;		/* an address space */
struct fl_listener;	/* a registered notifier */
struct fl_file;		/* an open file */
struct fl_hw_thread;

/* A notification from the kernel to a driver that mirrors an address space. */
struct fl_notification {
	int phase;		/* enum fl_event_phase */
	const char *event;	/* the kernel's name without MMU_NOTIFY_ */
	unsigned long start, end;
	const void *owner;	/* only for EXCLUSIVE and MIGRATE; else NULL */
	_Bool may_block;
	/* Only in phase FL_EVENT_DEVICE: the mirror that is notified, and the
	 * sequence to pass to mirror_set_seq(). */
	struct fl_listener *listener;
	unsigned long seq;
};

/* Return: 0; -EAGAIN if it would block and may not. */
typedef int fl_notify_fn(void *cookie, const struct fl_notification *n);

struct fl_kernel {
	const char *name;	/* "linux-6.12" */
	const char *release;	/* "6.12.117" */
	const char *tree;	/* path of its source, or "built in" */
	const char *mutant;	/* name of the bug it contains; NULL: none */
	/* One line "SHA256  PATH" for each file of the tree that
	 * was compiled. */
	const char *provenance, *provenance_end;
	struct fl_traits traits;

	char *state_start, *state_end;	/* its writable static data */

	/* boot - set up static state, on thread 0, once per
	 * machine.  Return: 0 */
	int (*boot)(void);

	/* thread_begin - set up the kernel's state for the calling thread; for
	 * thread 0, boot() has done so.  Return: 0, -ENOMEM. */
	int (*thread_begin)(void);
	void (*thread_end)(void);
	/* kill - send @thread a fatal signal, which ends its killable waits */
	void (*kill)(struct fl_hw_thread *thread);

	/* -- address spaces; a thread of the process makes the call -- */

	int (*mm_create)(struct fl_mm **mm);	/* 0, -ENOMEM */
	void (*mm_destroy)(struct fl_mm *mm);	/* exit: unmap all, drop */
	/* fork - Return: 0; -ENOMEM, also if a page is busy; -EINTR. */
	int (*fork)(struct fl_mm *mm, struct fl_mm **child);
	unsigned long (*mm_pgd)(struct fl_mm *mm);	/* top table's frame */
	unsigned int (*mm_asid)(struct fl_mm *mm);
	void (*mm_rss)(struct fl_mm *mm, struct fl_rss *rss);

	/* As in process.h.  The caller has checked the arguments, but not
	 * whether the addresses are mapped. */
	int (*mmap)(struct fl_mm *mm, unsigned long start, unsigned long len,
		    unsigned int prot, unsigned int flags);
	int (*munmap)(struct fl_mm *mm, unsigned long start, unsigned long len);
	int (*mprotect)(struct fl_mm *mm, unsigned long start,
			unsigned long len, unsigned int prot);
	int (*zap)(struct fl_mm *mm, unsigned long start, unsigned long len);
	int (*lazyfree)(struct fl_mm *mm, unsigned long start,
			unsigned long len);
	int (*clear_soft_dirty)(struct fl_mm *mm, unsigned long start,
				unsigned long len);
	int (*uffd_wp)(struct fl_mm *mm, unsigned long start,
		       unsigned long len, _Bool protect);
	int (*split_huge)(struct fl_mm *mm, unsigned long addr);
	int (*collapse)(struct fl_mm *mm, unsigned long start,
			unsigned long len);

	/* fault - handle a CPU's page fault: with the VMA lock if the kernel
	 * has one, then with the mmap lock, and retry as needed.  Return: 0,
	 * -EFAULT, -ENOMEM, -EINTR. */
	int (*fault)(struct fl_mm *mm, unsigned long addr, _Bool write);
	/* fault_once - as fl_fault() */
	int (*fault_once)(struct fl_mm *mm, unsigned long addr,
			  unsigned int flags, struct fl_fault *out);

	/* -- notifiers -- */

	/* mirror - register an interval notifier on [start, start + len), phase
	 * FL_EVENT_DEVICE.  Return: 0, -ENOMEM, -EINTR. */
	int (*mirror)(struct fl_mm *mm, unsigned long start, unsigned long len,
		      fl_notify_fn *fn, void *cookie, struct fl_listener **out);
	void (*unmirror)(struct fl_listener *listener);
	/*
	 * A driver looks pages up after mirror_begin().  It must discard the
	 * result if mirror_retry() returns true, and must call mirror_retry()
	 * under the lock that it also holds when a notification makes it call
	 * mirror_set_seq().  mirror_begin() may sleep.
	 */
	unsigned long (*mirror_begin)(struct fl_listener *listener);
	_Bool (*mirror_retry)(struct fl_listener *listener, unsigned long seq);
	void (*mirror_set_seq)(struct fl_listener *listener, unsigned long seq);
	/* listen - register a notifier on all of @mm: START, END, RELEASE.  It
	 * lasts as long as the address space.  Return: 0, -ENOMEM, -EINTR. */
	int (*listen)(struct fl_mm *mm, fl_notify_fn *fn, void *cookie);

	/* -- marking -- */

	/* The mmap lock.  A driver holds it while it marks pages and
	 * programs its device. */
	void (*mmap_lock)(struct fl_mm *mm);
	void (*mmap_unlock)(struct fl_mm *mm);

	/*
	 * mark - make pages exclusive for @owner, mmap lock held
	 * @npages: 1 for a kernel that marks one page
	 * @pfns: for each page its frame, with the folio locked and
	 *        referenced until the caller calls folio_unlock() and
	 *        folio_put(); ~0UL: not marked
	 * Return: how many pages it tried to mark, or -errno.
	 */
	long (*mark)(struct fl_mm *mm, unsigned long start, unsigned long npages,
		     const void *owner, unsigned long *pfns);

	/* -- folios, by the frame of any page; -EINVAL: no live one -- */

	int (*folio_get)(unsigned long pfn);
	int (*folio_put)(unsigned long pfn);
	int (*folio_lock)(unsigned long pfn);
	int (*folio_trylock)(unsigned long pfn);	/* 0, -EBUSY */
	int (*folio_unlock)(unsigned long pfn);

	/* pin - as fl_folio_pin(); unpin - Return: 0; -EINVAL: not pinned. */
	int (*pin)(struct fl_mm *mm, unsigned long addr, unsigned long *pfn);
	int (*unpin)(unsigned long pfn);

	/* -- other functions that a driver calls -- */

	/*
	 * range_fault - look up the pages of a range for reading, faulting
	 * them in if needed
	 * @listener, @seq: a mirror of @mm, and what
	 *                 mirror_begin() returned for it
	 * @pfns: the frames, valid until mirror_retry() returns true
	 * Return: 0; -EBUSY: invalidated meanwhile; -EFAULT, -EINTR, -ENOMEM.
	 */
	int (*range_fault)(struct fl_mm *mm, struct fl_listener *listener,
			   unsigned long seq, unsigned long start,
			   unsigned long npages, unsigned long *pfns);
	/* migrate_range - move pages of one VMA to other frames, at most 64.
	 * Return: how many moved; -EINVAL. */
	long (*migrate_range)(struct fl_mm *mm, unsigned long start,
			      unsigned long npages, const void *owner);

	/* -- operations that the kernel starts by itself, as in folio.h -- */

	int (*folio_migrate)(unsigned long pfn);
	int (*folio_reclaim)(unsigned long pfn);
	int (*folio_split)(unsigned long pfn);

	/* ksm_merge - as fl_ksm_merge() */
	int (*ksm_merge)(struct fl_mm *mm, unsigned long start,
			 unsigned long len);
	/* ksm_exit - drop all processes, after all that had pages
	 * merged have exited */
	void (*ksm_exit)(void);
	/* huge_zero_shrink - free the huge zero page if no process uses it */
	void (*huge_zero_shrink)(void);
	/* uprobe - fl_uprobe_set() if @on, else fl_uprobe_clear() */
	int (*uprobe)(struct fl_mm *mm, unsigned long addr, _Bool on,
		      unsigned char original);

	/*
	 * -- system calls for user code.  They have the kernel's numbers and
	 * flags, are not checked here, and act on the process of @mm.  NULL:
	 * not in this kernel.
	 * sys_mmap, sys_mremap - Return: the address, or -errno. --
	 */
	long (*sys_mmap)(struct fl_mm *mm, unsigned long addr, unsigned long len,
			 unsigned long prot, unsigned long flags,
			 struct fl_file *file, unsigned long offset);
	/* space_hole - Return: the lowest free address for a new mapping of
	 * @len bytes between @start and @end, a multiple of @align; -ENOMEM */
	long (*space_hole)(struct fl_mm *mm, unsigned long len, unsigned long start,
			   unsigned long end, unsigned long align);
	/* sys_setrlimit - set limit @which of the process, numbered as in
	 * setrlimit(2); a child inherits it.  Return: 0, -EINVAL, -ENOMEM */
	int (*sys_setrlimit)(struct fl_mm *mm, unsigned int which,
			     unsigned long soft, unsigned long hard);
	int (*sys_mprotect)(struct fl_mm *mm, unsigned long addr,
			    unsigned long len, unsigned long prot);
	int (*sys_madvise)(struct fl_mm *mm, unsigned long addr,
			   unsigned long len, int advice);
	long (*sys_mremap)(struct fl_mm *mm, unsigned long addr,
			   unsigned long len, unsigned long new_len,
			   unsigned long flags, unsigned long new_addr);

	/*
	 * test_hmm - load the kernel's own test driver, lib/test_hmm.c,
	 * once per machine
	 * The memory of its devices is the machine's device frames: 65,536 for
	 * each device, the last ones for coherent memory.  A private device may
	 * request as many again, as in 7.3 for its first huge page; if there
	 * are none, it uses small pages.
	 * Return: the number of devices: 2 with private memory, and 2
	 * with coherent memory if there are frames for 4; -ENODEV: not
	 * enough for 2; -errno.
	 */
	int (*test_hmm)(void);
	/* test_hmm_exit - unload the test driver if it is loaded; pages in
	 * the memory of its devices move back to RAM.  Return: 0; -EBUSY: a
	 * device is open. */
	int (*test_hmm_exit)(void);

	/*
	 * Operations of a program and a device on an open file of
	 * the test driver.
	 * dmirror_exclusive - mark pages for the device; the driver copies what
	 *     the device read to @buffer, user memory of as many pages
	 * dmirror_lock - take the driver's mutex, which a device
	 *     holds for an access
	 * dmirror_entry - look up @addr in the driver's table
	 * Return: 0, -errno; dmirror_entry: whether there is an entry.
	 */
	int (*dmirror_exclusive)(struct fl_mm *mm, struct fl_file *file,
				 unsigned long addr, unsigned long npages,
				 unsigned long buffer);
	void (*dmirror_lock)(struct fl_file *file);
	void (*dmirror_unlock)(struct fl_file *file);
	_Bool (*dmirror_entry)(struct fl_file *file, unsigned long addr,
			       unsigned long *pfn, _Bool *writable);

	/* file_open - open the device @name: "hmm_dmirror0", ...
	 * Return: 0, -ENOENT, or the driver's error.  file_create - create
	 * an unnamed, empty file in memory.  Return: 0, -ENOMEM.  Both
	 * return one reference. */
	int (*file_open)(struct fl_mm *mm, const char *name, struct fl_file **file);
	int (*file_create)(struct fl_file **file);
	/*
	 * proc_open - open /proc/PID/@name of the process of @mm:
	 * "pagemap" or "clear_refs"
	 * @flags: of open(2); @privileged: the caller has CAP_SYS_ADMIN
	 * Return: 0; -ENOENT: no such name; -ESRCH: the process
	 * has ended; -ENOMEM.
	 * proc_seek - lseek(2) on such a file whose position is @from.
	 * Return: the new position, -EINVAL.
	 * file_read and file_write read and write these files.
	 */
	int (*proc_open)(struct fl_mm *mm, const char *name, unsigned int flags,
			 _Bool privileged, struct fl_file **file);
	long (*proc_seek)(struct fl_file *file, long from, long offset, int whence);
	/* userfaultfd - as userfaultfd(2); NULL: not in this kernel.
	 * Return: 0, -errno.
	 * file_poll - Return: the POLL* events that are ready now. */
	int (*userfaultfd)(struct fl_mm *mm, unsigned int flags,
			   struct fl_file **file);
	unsigned int (*file_poll)(struct fl_file *file);
	void (*file_get)(struct fl_file *file);
	/* file_put - drop a reference.  The last one calls the driver's release
	 * as a thread of the process of @mm; @mm NULL: of no process. */
	void (*file_put)(struct fl_mm *mm, struct fl_file *file);
	long (*file_ioctl)(struct fl_mm *mm, struct fl_file *file,
			   unsigned int command, unsigned long arg);
	/* For a file in memory; @memory is host memory.
	 * Return: bytes, -errno. */
	long (*file_read)(struct fl_file *file, unsigned long offset, void *memory,
			  unsigned long len);
	long (*file_write)(struct fl_file *file, unsigned long offset,
			   const void *memory, unsigned long len);
	int (*file_truncate)(struct fl_file *file, unsigned long size);
	unsigned long (*file_size)(struct fl_file *file);

	/* -- unit adapters, as in unit.h -- */

	int (*unit_restore)(struct fl_mm *mm, unsigned long addr,
			    unsigned long pfn, unsigned int flags);
	int (*unit_try_restore)(struct fl_mm *mm, unsigned long addr);
	int (*unit_remove)(struct fl_mm *mm, unsigned long addr,
			   unsigned long entry, unsigned int flags,
			   struct fl_fault *out);
	int (*unit_mark)(struct fl_mm *mm, unsigned long addr,
			 unsigned long pfn, const void *owner);
	int (*unit_remove_migration)(unsigned long pfn);
	int (*unit_mkclean)(unsigned long pfn);
	int (*unit_ksm_protect)(struct fl_mm *mm, unsigned long addr,
				unsigned long pfn);

	/* -- views: no side effects, no locks -- */

	void (*pte)(struct fl_mm *mm, unsigned long addr, struct fl_pte *out);
	void (*folio)(unsigned long pfn, struct fl_folio *out);
	/* prot - Return: FL_PROT_* of the mapping at @addr; ~0u: not mapped. */
	unsigned int (*prot)(struct fl_mm *mm, unsigned long addr);
	/* field - Return: the name of the field of a struct page, or of its
	 * folio, at a host address, and the frame; NULL: no such field, or
	 * no name for it. */
	const char *(*field)(unsigned long addr, unsigned long *pfn);
	unsigned long (*swap_used)(void);	/* swap file pages in use */
	/* swap_shrink - drop folios that only the swap cache holds, as
	 * reclaim would */
	void (*swap_shrink)(void);
	_Bool has_vma_lock, has_huge_pages;
};

#endif /* FL_KERNEL_H */
