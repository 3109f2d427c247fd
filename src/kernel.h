/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel.h - one implementation of the fault path, as a table of functions
 *
 * The seam between kernel-side and host-side sources: plain C types only.  A
 * kernel is linked as one relocatable object whose only global symbol is its
 * table.
 *
 * Context: functions are called by a simulated thread of the current machine,
 * inside fl_machine_guard(), without locks; they may sleep, but for the views,
 * which may be called at any step.  Errors are negative errno values.  A NULL
 * function is one that the kernel has not.
 */
#ifndef FL_KERNEL_H
#define FL_KERNEL_H

#include "../include/faultlab/types.h"

struct fl_mm;		/* an address space */
struct fl_listener;	/* a registered notifier */
struct fl_file;		/* an open file */
struct fl_hw_thread;

/* One notification of the kernel to whoever mirrors an address space. */
struct fl_notification {
	int phase;		/* enum fl_event_phase */
	const char *event;	/* the kernel's name without MMU_NOTIFY_ */
	unsigned long start, end;
	const void *owner;	/* only for EXCLUSIVE and MIGRATE; else NULL */
	_Bool may_block;
	/* Only in phase FL_EVENT_DEVICE: whose, and for mirror_set_seq(). */
	struct fl_listener *listener;
	unsigned long seq;
};

/* Return: 0, or -EAGAIN where it would block and may not. */
typedef int fl_notify_fn(void *cookie, const struct fl_notification *n);

struct fl_kernel {
	const char *name;	/* "linux-6.12" */
	const char *release;	/* "6.12.117" */
	const char *tree;	/* where its source was, or "built in" */
	const char *mutant;	/* the bug that was put in; NULL: none */
	/* Lines "SHA256  PATH", for each file of the tree that was compiled. */
	const char *provenance, *provenance_end;
	struct fl_traits traits;

	char *state_start, *state_end;	/* its writable static data */

	/* boot - set up static state, on thread 0; once per machine.  Return: 0 */
	int (*boot)(void);

	/* thread_begin - give the calling thread what the kernel needs of one; on
	 * thread 0, boot() has done so.  Return: 0, -ENOMEM. */
	int (*thread_begin)(void);
	void (*thread_end)(void);
	/* kill - a fatal signal for @thread: its killable waits end */
	void (*kill)(struct fl_hw_thread *thread);

	/* -- address spaces; an operation runs as a thread of that process -- */

	int (*mm_create)(struct fl_mm **mm);	/* 0, -ENOMEM */
	void (*mm_destroy)(struct fl_mm *mm);	/* exit: unmap all, drop */
	/* fork - Return: 0; -ENOMEM, also where a page is busy; -EINTR. */
	int (*fork)(struct fl_mm *mm, struct fl_mm **child);
	unsigned long (*mm_pgd)(struct fl_mm *mm);	/* frame of the top table */
	unsigned int (*mm_asid)(struct fl_mm *mm);
	void (*mm_rss)(struct fl_mm *mm, struct fl_rss *rss);

	/* As the functions of process.h, arguments checked but for the mappings
	 * themselves. */
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

	/* fault - what a CPU's page fault does: VMA lock where there is one, then
	 * mmap lock, retries.  Return: 0, -EFAULT, -ENOMEM, -EINTR. */
	int (*fault)(struct fl_mm *mm, unsigned long addr, _Bool write);
	/* fault_once - fl_fault() */
	int (*fault_once)(struct fl_mm *mm, unsigned long addr,
			  unsigned int flags, struct fl_fault *out);

	/* -- notifiers -- */

	/* mirror - an interval notifier on [start, start + len), phase
	 * FL_EVENT_DEVICE.  Return: 0, -ENOMEM, -EINTR. */
	int (*mirror)(struct fl_mm *mm, unsigned long start, unsigned long len,
		      fl_notify_fn *fn, void *cookie, struct fl_listener **out);
	void (*unmirror)(struct fl_listener *listener);
	/*
	 * What a driver looked up since mirror_begin() is not to be used where
	 * mirror_retry() says so, asked under the lock under which the driver
	 * called mirror_set_seq() when it was told.  mirror_begin() may sleep.
	 */
	unsigned long (*mirror_begin)(struct fl_listener *listener);
	_Bool (*mirror_retry)(struct fl_listener *listener, unsigned long seq);
	void (*mirror_set_seq)(struct fl_listener *listener, unsigned long seq);
	/* listen - a notifier on all of @mm: START, END, RELEASE.  It goes away
	 * with the address space.  Return: 0, -ENOMEM, -EINTR. */
	int (*listen)(struct fl_mm *mm, fl_notify_fn *fn, void *cookie);

	/* -- marking -- */

	/* The mmap lock, which a driver holds around marking and programming. */
	void (*mmap_lock)(struct fl_mm *mm);
	void (*mmap_unlock)(struct fl_mm *mm);

	/*
	 * mark - make pages exclusive for @owner, mmap lock held
	 * @npages: 1 for a kernel that marks one page
	 * @pfns: for each page its frame, folio locked and referenced, which
	 *        folio_unlock() and folio_put() give back; or ~0UL: not marked
	 * Return: how many pages were looked at, or -errno.
	 */
	long (*mark)(struct fl_mm *mm, unsigned long start, unsigned long npages,
		     const void *owner, unsigned long *pfns);

	/* -- folios, by the frame of any of their pages: live, or -EINVAL -- */

	int (*folio_get)(unsigned long pfn);
	int (*folio_put)(unsigned long pfn);
	int (*folio_lock)(unsigned long pfn);
	int (*folio_trylock)(unsigned long pfn);	/* 0, -EBUSY */
	int (*folio_unlock)(unsigned long pfn);

	/* pin - as fl_folio_pin(); unpin - Return: 0; -EINVAL: it is not pinned. */
	int (*pin)(struct fl_mm *mm, unsigned long addr, unsigned long *pfn);
	int (*unpin)(unsigned long pfn);

	/* -- what else a driver calls -- */

	/*
	 * range_fault - the pages of a range to be read, faulted in if need be
	 * @listener, @seq: a mirror of @mm, as mirror_begin() left it
	 * @pfns: their frames, valid as long as mirror_retry() says so
	 * Return: 0; -EBUSY: invalidated meanwhile; -EFAULT, -EINTR, -ENOMEM.
	 */
	int (*range_fault)(struct fl_mm *mm, struct fl_listener *listener,
			   unsigned long seq, unsigned long start,
			   unsigned long npages, unsigned long *pfns);
	/* migrate_range - move pages of one VMA to other frames, 64 at most.
	 * Return: how many moved; -EINVAL. */
	long (*migrate_range)(struct fl_mm *mm, unsigned long start,
			      unsigned long npages, const void *owner);

	/* -- what the kernel does of its own accord, as in folio.h -- */

	int (*folio_migrate)(unsigned long pfn);
	int (*folio_reclaim)(unsigned long pfn);
	int (*folio_split)(unsigned long pfn);

	/* ksm_merge - as fl_ksm_merge() */
	int (*ksm_merge)(struct fl_mm *mm, unsigned long start,
			 unsigned long len);
	/* ksm_exit - forget processes, once all have exited that had pages merged */
	void (*ksm_exit)(void);
	/* huge_zero_shrink - free the huge page of zeroes if no process uses it */
	void (*huge_zero_shrink)(void);
	/* uprobe - fl_uprobe_set() where @on, else fl_uprobe_clear() */
	int (*uprobe)(struct fl_mm *mm, unsigned long addr, _Bool on,
		      unsigned char original);

	/*
	 * -- what user code asks for: the system calls of these names, with their own
	 * numbers and flags, unchecked, for the process of @mm.  NULL: not in this kernel.
	 * sys_mmap, sys_mremap - Return: the address, or -errno. --
	 */
	long (*sys_mmap)(struct fl_mm *mm, unsigned long addr, unsigned long len,
			 unsigned long prot, unsigned long flags,
			 struct fl_file *file, unsigned long offset);
	/* space_hole - Return: the lowest address of @len bytes from @start to @end that
	 * are free for a new mapping, a multiple of @align; -ENOMEM */
	long (*space_hole)(struct fl_mm *mm, unsigned long len, unsigned long start,
			   unsigned long end, unsigned long align);
	/* sys_setrlimit - limit @which, as setrlimit(2) numbers them, of the process; a
	 * child inherits it.  Return: 0, -EINVAL, -ENOMEM */
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
	 * test_hmm - load the kernel's own test driver, lib/test_hmm.c, once in a machine
	 * Its devices' memory are the machine's device frames: 65,536 for each, the last
	 * for coherent memory.  A private device may ask for as many again, as in 7.3 for
	 * its first huge page, and does with small ones where there are none.
	 * Return: how many devices there are now: 2 with private memory, and 2 with
	 * coherent memory where there are frames for 4; -ENODEV: not even for 2; -errno.
	 */
	int (*test_hmm)(void);
	/* test_hmm_exit - unload it again, if it is loaded; pages that its devices have
	 * go back to RAM.  Return: 0; -EBUSY: a device is open. */
	int (*test_hmm_exit)(void);

	/*
	 * What a program and a device do with an open file of the test driver's.
	 * dmirror_exclusive - pages are marked and the device has them; the driver
	 *      copies what it read there to @buffer, user memory of as many pages
	 * dmirror_lock - the driver's mutex, which a device has for an access
	 * dmirror_entry - what the driver's table has for @addr
	 * Return: 0, -errno; whether there is an entry.
	 */
	int (*dmirror_exclusive)(struct fl_mm *mm, struct fl_file *file,
				 unsigned long addr, unsigned long npages,
				 unsigned long buffer);
	void (*dmirror_lock)(struct fl_file *file);
	void (*dmirror_unlock)(struct fl_file *file);
	_Bool (*dmirror_entry)(struct fl_file *file, unsigned long addr,
			       unsigned long *pfn, _Bool *writable);

	/* file_open - the device of this name: "hmm_dmirror0", ...  Return: 0, -ENOENT,
	 * or what its driver says.  file_create - a file of no name and no size, in
	 * memory.  Return: 0, -ENOMEM.  Both with one reference. */
	int (*file_open)(struct fl_mm *mm, const char *name, struct fl_file **file);
	int (*file_create)(struct fl_file **file);
	/*
	 * proc_open - /proc/PID/@name of the process of @mm: "pagemap" or "clear_refs"
	 * @flags: of open(2); @privileged: the caller has CAP_SYS_ADMIN
	 * Return: 0; -ENOENT: no such name; -ESRCH: the process has ended; -ENOMEM.
	 * proc_seek - lseek(2) of such a file that is at @from.
	 * Return: the new position, -EINVAL.
	 * They are read and written by file_read and file_write.
	 */
	int (*proc_open)(struct fl_mm *mm, const char *name, unsigned int flags,
			 _Bool privileged, struct fl_file **file);
	long (*proc_seek)(struct fl_file *file, long from, long offset, int whence);
	/* userfaultfd - what userfaultfd(2) makes; NULL: it has none.  Return: 0, -errno.
	 * file_poll - POLL* of what needs no waiting. */
	int (*userfaultfd)(struct fl_mm *mm, unsigned int flags,
			   struct fl_file **file);
	unsigned int (*file_poll)(struct fl_file *file);
	void (*file_get)(struct fl_file *file);
	/* file_put - the driver is told of the last one, by a thread of @mm's process;
	 * NULL: of none. */
	void (*file_put)(struct fl_mm *mm, struct fl_file *file);
	long (*file_ioctl)(struct fl_mm *mm, struct fl_file *file,
			   unsigned int command, unsigned long arg);
	/* Of a file in memory; @memory is the host's.  Return: bytes, -errno. */
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

	/* -- views: no side effect, no lock -- */

	void (*pte)(struct fl_mm *mm, unsigned long addr, struct fl_pte *out);
	void (*folio)(unsigned long pfn, struct fl_folio *out);
	/* prot - Return: FL_PROT_* of the mapping that has @addr; ~0u: there is none. */
	unsigned int (*prot)(struct fl_mm *mm, unsigned long addr);
	/* field - Return: which field of which frame's struct page, or of its folio,
	 * lies at a host address; NULL: none, or one that has no name here. */
	const char *(*field)(unsigned long addr, unsigned long *pfn);
	unsigned long (*swap_used)(void);	/* pages of the swap file */
	/* swap_shrink - drop what only the swap cache has, as reclaim would */
	void (*swap_shrink)(void);
	_Bool has_vma_lock, has_huge_pages;
};

#endif /* FL_KERNEL_H */
