/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel.h - one implementation of the fault path, as tables of functions
 *
 *  - struct fl_*_ops      operations that belong together; a kernel defines
 *                         each table in the file that implements it
 *  - struct fl_kernel     what a kernel is, and its tables
 *
 * The interface between kernel-side and host-side sources: it uses plain C
 * types only.  A kernel is linked as one relocatable object whose only global
 * symbol is its struct fl_kernel.
 *
 * Context: a simulated thread of the current machine calls these functions,
 * inside FL_GUARDED(), without locks.  They may sleep, except the views,
 * which may be called at any step.  Errors are negative errno values.  NULL, of
 * a function: not supported by this kernel.
 */
#ifndef FL_KERNEL_H
#define FL_KERNEL_H

#include "../include/faultlab/types.h"

struct fl_mm;	    /* an address space */
struct fl_listener; /* a registered notifier */
struct fl_file;	    /* an open file */
struct fl_hw_thread;

/* A notification from the kernel to a driver that mirrors an address space. */
struct fl_notification {
	int phase;	   /* enum fl_event_phase */
	const char *event; /* the kernel's name without MMU_NOTIFY_ */
	unsigned long start, end;
	const void *owner; /* only for EXCLUSIVE and MIGRATE; else NULL */
	_Bool may_block;
	/* Only in phase FL_EVENT_DEVICE: the mirror that is notified, and the
	 * sequence to pass to set_seq(). */
	struct fl_listener *listener;
	unsigned long seq;
};

/* Return: 0; -EAGAIN if it would block and may not. */
typedef int fl_notify_fn(void *cookie, const struct fl_notification *n);

/* The calling thread as a task of the kernel, and the limits of its process. */
struct fl_task_ops {
	/* begin - set up the kernel's state for the calling thread; for
	 * thread 0, boot() has done so.  Return: 0, -ENOMEM. */
	int (*begin)(void);
	void (*end)(void);
	/* kill - send @thread a fatal signal, which ends its killable waits */
	void (*kill)(struct fl_hw_thread *thread);
	/* setrlimit - set limit @which of the process, numbered as in
	 * setrlimit(2); a child inherits it.  Return: 0, -EINVAL, -ENOMEM. */
	int (*setrlimit)(struct fl_mm *mm, unsigned int which,
			 unsigned long soft, unsigned long hard);
};

/* Address spaces.  Context: a thread of the process makes the call. */
struct fl_mm_ops {
	int (*create)(struct fl_mm **mm);  /* 0, -ENOMEM */
	void (*destroy)(struct fl_mm *mm); /* exit: unmap all, drop */
	/* fork - Return: 0; -ENOMEM, also if a page is busy; -EINTR. */
	int (*fork)(struct fl_mm *mm, struct fl_mm **child);

	/* The mmap lock.  A driver holds it while it marks pages and
	 * programs its device. */
	void (*mmap_read_lock)(struct fl_mm *mm);
	void (*mmap_read_unlock)(struct fl_mm *mm);

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
	int (*uffd_wp)(struct fl_mm *mm, unsigned long start, unsigned long len,
		       _Bool protect);
	int (*split_huge)(struct fl_mm *mm, unsigned long addr);
	int (*collapse)(struct fl_mm *mm, unsigned long start,
			unsigned long len);
};

/* System calls for user code.  They have the kernel's numbers and flags, are
 * not checked here, and act on the process of @mm. */
struct fl_sys_ops {
	/* mmap, mremap - Return: the address, or -errno. */
	long (*mmap)(struct fl_mm *mm, unsigned long addr, unsigned long len,
		     unsigned long prot, unsigned long flags,
		     struct fl_file *file, unsigned long offset);
	int (*mprotect)(struct fl_mm *mm, unsigned long addr, unsigned long len,
			unsigned long prot);
	int (*madvise)(struct fl_mm *mm, unsigned long addr, unsigned long len,
		       int advice);
	long (*mremap)(struct fl_mm *mm, unsigned long addr, unsigned long len,
		       unsigned long new_len, unsigned long flags,
		       unsigned long new_addr);
	/* unmapped_area - Return: the lowest free address for a new mapping of
	 * @len bytes between @start and @end, a multiple of @align; -ENOMEM. */
	long (*unmapped_area)(struct fl_mm *mm, unsigned long len,
			      unsigned long start, unsigned long end,
			      unsigned long align);
};

/* Page faults of a CPU. */
struct fl_fault_ops {
	/* handle - handle a page fault: with the VMA lock if the kernel has
	 * one, then with the mmap lock, and retry as needed.  Return: 0,
	 * -EFAULT, -ENOMEM, -EINTR. */
	int (*handle)(struct fl_mm *mm, unsigned long addr, _Bool write);
	/* handle_once - as fl_fault() */
	int (*handle_once)(struct fl_mm *mm, unsigned long addr,
			   unsigned int flags, struct fl_fault *out);
};

/* Notifiers of drivers that mirror an address space. */
struct fl_notifier_ops {
	/* mirror - register an interval notifier on [start, start + len), phase
	 * FL_EVENT_DEVICE.  Return: 0, -ENOMEM, -EINTR. */
	int (*mirror)(struct fl_mm *mm, unsigned long start, unsigned long len,
		      fl_notify_fn *fn, void *cookie, struct fl_listener **out);
	void (*unmirror)(struct fl_listener *listener);
	/*
	 * A driver looks pages up after read_begin().  It must discard the
	 * result if read_retry() returns true, and must call read_retry()
	 * under the lock that it also holds when a notification makes it call
	 * set_seq().  read_begin() may sleep.
	 */
	unsigned long (*read_begin)(struct fl_listener *listener);
	_Bool (*read_retry)(struct fl_listener *listener, unsigned long seq);
	void (*set_seq)(struct fl_listener *listener, unsigned long seq);
	/* listen - register a notifier on all of @mm: START, END, RELEASE.  It
	 * lasts as long as the address space.  Return: 0, -ENOMEM, -EINTR. */
	int (*listen)(struct fl_mm *mm, fl_notify_fn *fn, void *cookie);
};

/* The lock and the references of a folio, by the frame of any of its pages.
 * Return: 0; -EINVAL: no live folio. */
struct fl_folio_ops {
	int (*get)(unsigned long pfn);
	int (*put)(unsigned long pfn);
	int (*lock)(unsigned long pfn);
	int (*trylock)(unsigned long pfn); /* also -EBUSY */
	int (*unlock)(unsigned long pfn);
};

/* Pinned pages. */
struct fl_gup_ops {
	/* pin - as fl_folio_pin(); unpin - Return: 0; -EINVAL: not pinned. */
	int (*pin)(struct fl_mm *mm, unsigned long addr, unsigned long *pfn);
	int (*unpin)(unsigned long pfn);
};

/* Functions that the driver of a device calls for pages of a process. */
struct fl_hmm_ops {
	/*
	 * mark - make pages exclusive for @owner, mmap lock held
	 * @npages: 1 for a kernel that marks one page
	 * @pfns: for each page its frame, with the folio locked and
	 *        referenced until the caller calls unlock() and put() of
	 *        struct fl_folio_ops; ~0UL: not marked
	 * Return: how many pages it tried to mark, or -errno.
	 */
	long (*mark)(struct fl_mm *mm, unsigned long start,
		     unsigned long npages, const void *owner,
		     unsigned long *pfns);
	/*
	 * range_fault - look up the pages of a range for reading, faulting
	 * them in if needed
	 * @listener, @seq: a mirror of @mm, and what read_begin() returned
	 *                  for it
	 * @pfns: the frames, valid until read_retry() returns true
	 * Return: 0; -EBUSY: invalidated meanwhile; -EFAULT, -EINTR, -ENOMEM.
	 */
	int (*range_fault)(struct fl_mm *mm, struct fl_listener *listener,
			   unsigned long seq, unsigned long start,
			   unsigned long npages, unsigned long *pfns);
	/* migrate_vma - move pages of one VMA to other frames, at most 64.
	 * Return: how many moved; -EINVAL. */
	long (*migrate_vma)(struct fl_mm *mm, unsigned long start,
			    unsigned long npages, const void *owner);
};

/* Operations that the kernel starts by itself. */
struct fl_actor_ops {
	/* As fl_folio_migrate(), fl_folio_reclaim(), fl_folio_split(). */
	int (*migrate_folio)(unsigned long pfn);
	int (*reclaim_folio)(unsigned long pfn);
	int (*split_folio)(unsigned long pfn);
	/* shrink_swap_cache - drop folios that only the swap cache holds, as
	 * reclaim would */
	void (*shrink_swap_cache)(void);
	/* shrink_huge_zero - free the huge zero page if no process uses it */
	void (*shrink_huge_zero)(void);
};

/* Merging of equal pages. */
struct fl_ksm_ops {
	/* merge - as fl_ksm_merge() */
	int (*merge)(struct fl_mm *mm, unsigned long start, unsigned long len);
	/* exit - drop all processes, after all that had pages
	 * merged have exited */
	void (*exit)(void);
	/* write_protect_page - as fl_unit_ksm_write_protect_page() */
	int (*write_protect_page)(struct fl_mm *mm, unsigned long addr,
				  unsigned long pfn);
};

/* Breakpoints in file pages. */
struct fl_uprobe_ops {
	/* set - fl_uprobe_set() if @on, else fl_uprobe_clear() */
	int (*set)(struct fl_mm *mm, unsigned long addr, _Bool on,
		   unsigned char original);
};

/* Adapters for single functions of mm/memory.c, as in unit.h. */
struct fl_memory_ops {
	int (*restore_exclusive_pte)(struct fl_mm *mm, unsigned long addr,
				     unsigned long pfn, unsigned int flags);
	int (*try_restore_exclusive_pte)(struct fl_mm *mm, unsigned long addr);
	int (*remove_device_exclusive_entry)(struct fl_mm *mm,
					     unsigned long addr,
					     unsigned long entry,
					     unsigned int flags,
					     struct fl_fault *out);
};

/* Adapters for single functions of mm/rmap.c, as in unit.h. */
struct fl_rmap_ops {
	int (*make_device_exclusive)(struct fl_mm *mm, unsigned long addr,
				     unsigned long pfn, const void *owner);
	int (*remove_migration_ptes)(unsigned long pfn);
	int (*folio_mkclean)(unsigned long pfn);
};

/* Views: no side effects, no locks. */
struct fl_view_ops {
	unsigned long (*pgd)(struct fl_mm *mm); /* top table's frame */
	unsigned int (*asid)(struct fl_mm *mm);
	void (*rss)(struct fl_mm *mm, struct fl_rss *rss);
	void (*pte)(struct fl_mm *mm, unsigned long addr, struct fl_pte *out);
	/* prot - Return: FL_PROT_* of the mapping at @addr; ~0u: not mapped. */
	unsigned int (*prot)(struct fl_mm *mm, unsigned long addr);
	void (*folio)(unsigned long pfn, struct fl_folio *out);
	/* field - Return: the name of the field of a struct page, or of its
	 * folio, at a host address, and the frame; NULL: no such field, or
	 * no name for it. */
	const char *(*field)(unsigned long addr, unsigned long *pfn);
	unsigned long (*swap_used)(void); /* swap file pages in use */
};

/* Open files: devices, and files in memory. */
struct fl_file_ops {
	/* open - open the device @name: "hmm_dmirror0", ...
	 * Return: 0, -ENOENT, or the driver's error.  create - create
	 * an unnamed, empty file in memory.  Return: 0, -ENOMEM.  Both
	 * return one reference. */
	int (*open)(struct fl_mm *mm, const char *name, struct fl_file **file);
	int (*create)(struct fl_file **file);
	void (*get)(struct fl_file *file);
	/* put - drop a reference.  The last one calls the driver's release
	 * as a thread of the process of @mm; @mm NULL: of no process. */
	void (*put)(struct fl_mm *mm, struct fl_file *file);
	/* poll - Return: the POLL* events that are ready now. */
	unsigned int (*poll)(struct fl_file *file);
	long (*ioctl)(struct fl_mm *mm, struct fl_file *file,
		      unsigned int command, unsigned long arg);
	/* For a file in memory, and for one of struct fl_proc_ops; @memory is
	 * host memory.  Return: bytes, -errno. */
	long (*read)(struct fl_file *file, unsigned long offset, void *memory,
		     unsigned long len);
	long (*write)(struct fl_file *file, unsigned long offset,
		      const void *memory, unsigned long len);
	int (*truncate)(struct fl_file *file, unsigned long size);
	unsigned long (*size)(struct fl_file *file);
};

/* Files of /proc/PID. */
struct fl_proc_ops {
	/*
	 * open - open /proc/PID/@name of the process of @mm: "pagemap" or
	 * "clear_refs"
	 * @flags: of open(2); @privileged: the caller has CAP_SYS_ADMIN
	 * Return: 0; -ENOENT: no such name; -ESRCH: the process
	 * has ended; -ENOMEM.
	 */
	int (*open)(struct fl_mm *mm, const char *name, unsigned int flags,
		    _Bool privileged, struct fl_file **file);
	/* seek - lseek(2) on such a file whose position is @from.
	 * Return: the new position, -EINVAL. */
	long (*seek)(struct fl_file *file, long from, long offset, int whence);
};

struct fl_userfaultfd_ops {
	/* create - as userfaultfd(2).  Return: 0, -errno. */
	int (*create)(struct fl_mm *mm, unsigned int flags,
		      struct fl_file **file);
};

/* The kernel's own test driver, lib/test_hmm.c. */
struct fl_test_hmm_ops {
	/*
	 * load - load the driver, once per machine
	 * The memory of its devices is the machine's device frames: 65,536 for
	 * each device, the last ones for coherent memory.  A private device may
	 * request as many again, as in 7.3 for its first huge page; if there
	 * are none, it uses small pages.
	 * Return: the number of devices: 2 with private memory, and 2
	 * with coherent memory if there are frames for 4; -ENODEV: not
	 * enough for 2; -errno.
	 */
	int (*load)(void);
	/* unload - unload the driver if it is loaded; pages in the memory of
	 * its devices move back to RAM.  Return: 0; -EBUSY: a device is
	 * open. */
	int (*unload)(void);
	/*
	 * Operations of a program and a device on an open file of the driver.
	 * exclusive - mark pages for the device; the driver copies what
	 *     the device read to @buffer, user memory of as many pages
	 * lock - take the driver's mutex, which a device holds for an access
	 * entry - look up @addr in the driver's table
	 * Return: 0, -errno; entry: whether there is an entry.
	 */
	int (*exclusive)(struct fl_mm *mm, struct fl_file *file,
			 unsigned long addr, unsigned long npages,
			 unsigned long buffer);
	void (*lock)(struct fl_file *file);
	void (*unlock)(struct fl_file *file);
	_Bool (*entry)(struct fl_file *file, unsigned long addr,
		       unsigned long *pfn, _Bool *writable);
};

struct fl_kernel {
	const char *name;    /* "linux-6.12" */
	const char *release; /* "6.12.117" */
	const char *tree;    /* path of its source, or "built in" */
	const char *mutant;  /* name of the bug it contains; NULL: none */
	/* One line "SHA256  PATH" for each file of the tree that
	 * was compiled. */
	const char *provenance, *provenance_end;
	struct fl_traits traits;
	_Bool has_vma_lock, has_huge_pages;

	char *state_start, *state_end; /* its writable static data */

	/* boot - set up static state, on thread 0, once per
	 * machine.  Return: 0 */
	int (*boot)(void);

	const struct fl_task_ops *task;
	const struct fl_mm_ops *mm;
	const struct fl_fault_ops *fault;
	const struct fl_notifier_ops *notifier;
	const struct fl_folio_ops *folio;
	const struct fl_gup_ops *gup;
	const struct fl_hmm_ops *hmm;
	const struct fl_actor_ops *actor;
	const struct fl_memory_ops *memory;
	const struct fl_rmap_ops *rmap;
	const struct fl_view_ops *view;

	/* NULL: this kernel supports none of the functions. */
	const struct fl_sys_ops *sys;
	const struct fl_file_ops *file;
	const struct fl_proc_ops *proc;
	const struct fl_userfaultfd_ops *userfaultfd;
	const struct fl_test_hmm_ops *test_hmm;
	const struct fl_ksm_ops *ksm;
	const struct fl_uprobe_ops *uprobe;
};

#endif /* FL_KERNEL_H */
