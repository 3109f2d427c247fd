/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * types.h - requests to a kernel and its answers, in plain C types
 *
 *  - requests   FL_PROT_*, FL_MAP_*, FL_FAULT_*, FL_UNIT_*
 *  - answers    FL_VM_FAULT_*, struct fl_fault, fl_pte, fl_folio, fl_tlb,
 *               fl_rss
 *  - kernels    struct fl_traits
 *  - schedules  FL_CHOOSE_*, struct fl_schedule_error
 *  - ends       struct fl_end, struct fl_audit
 *
 * Users, the machine and kernels all include this header, so it includes
 * nothing.  Addresses and lengths are in bytes; pfn is a page frame number.
 */
#ifndef FAULTLAB_TYPES_H
#define FAULTLAB_TYPES_H

/* ---- requests ----------------------------------------------------------- */

#define FL_PROT_NONE  0x0u
#define FL_PROT_READ  0x1u
#define FL_PROT_WRITE 0x2u

/*
 * What fl_mmap() maps: anonymous memory, optionally with FL_MAP_HUGE, or a
 * file, optionally with FL_MAP_PRIVATE.
 */
#define FL_MAP_ANON    0x0u /* private anonymous memory */
#define FL_MAP_FILE    0x1u /* pages of an in-memory file, shared */
#define FL_MAP_HUGE    0x2u /* as after madvise(MADV_HUGEPAGE) */
#define FL_MAP_PRIVATE 0x4u /* a store copies the page for the process */

/* Context of a fault: the kernel's FAULT_FLAG_* of the same name. */
#define FL_FAULT_WRITE	      0x01u
#define FL_FAULT_ALLOW_RETRY  0x02u
#define FL_FAULT_RETRY_NOWAIT 0x04u
#define FL_FAULT_KILLABLE     0x08u
#define FL_FAULT_TRIED	      0x10u
#define FL_FAULT_VMA_LOCK     0x20u /* under the VMA lock, not mmap_lock */

/*
 * Deviations from the calling context of a unit, for tests of assertions: the
 * adapter does not take the lock.
 */
#define FL_UNIT_FOLIO_UNLOCKED 0x1u /* the folio lock */
#define FL_UNIT_PTE_UNLOCKED   0x2u /* the page table lock */

/* ---- answers ------------------------------------------------------------ */

/* Result of a fault handler: the kernel's VM_FAULT_* of the same name. */
#define FL_VM_FAULT_OOM	      0x01u
#define FL_VM_FAULT_SIGBUS    0x02u
#define FL_VM_FAULT_SIGSEGV   0x04u
#define FL_VM_FAULT_HWPOISON  0x08u
#define FL_VM_FAULT_RETRY     0x10u
#define FL_VM_FAULT_COMPLETED 0x20u
#define FL_VM_FAULT_MAJOR     0x40u
#define FL_VM_FAULT_OTHER     0x80u /* any other bit */

/* Outcome of one call of a fault handler. */
struct fl_fault {
	unsigned int result; /* FL_VM_FAULT_* */
	_Bool mmap_locked;   /* the caller still holds the mmap lock */
	_Bool vma_locked;    /* the caller still holds the VMA lock */
};

/* Contents of a page-table entry. */
struct fl_pte {
	unsigned long raw; /* value as the hardware sees it */
	_Bool present, writable, dirty, accessed, soft_dirty, uffd_wp;
	_Bool huge;		  /* a PMD that maps a huge page */
	_Bool exclusive;	  /* a device-exclusive entry */
	_Bool exclusive_writable; /* restores write access */
	_Bool migration;	  /* a migration entry */
	_Bool swap;		  /* a swap entry */
	unsigned long pfn;	  /* of the page; 0 for a swap entry */
};

/* State of a struct page and its folio. */
struct fl_folio {
	unsigned long head; /* frame of the head page */
	unsigned int order; /* 2^order pages */
	int refcount;	    /* of the folio */
	int mapcount;	    /* of the requested page only */
	_Bool locked, anon, dirty;
	_Bool swap_cache;     /* the folio has a slot in the swap file */
	_Bool anon_exclusive; /* of the requested page only */
	/* The huge zero page, which belongs to no process. */
	_Bool huge_zero;
};

/* A CPU's TLB entry for an address. */
struct fl_tlb {
	_Bool valid, writable;
	unsigned long pfn;
};

/* Resident pages of a process. */
struct fl_rss {
	long anon, file, swap;
};

/* ---- kernels ------------------------------------------------------------ */

/*
 * Differences between releases.  Unless stated otherwise, each is named with
 * the commit of 6.15 that made the change.  A test must not expect of one
 * release what only another one does.
 *
 * If the change fixed a bug, earlier releases have the bug: a test expects it
 * there, and fails if it does not show.  Therefore no trait is derived from the
 * code under test: a kernel sets its traits by the functions that its headers
 * declare, or by its release.  A tree with a fix of its own fails such a test
 * until its trait here is changed.
 */
struct fl_traits {
	/* The kernel marks with make_device_exclusive(), which looks up one
	 * page by itself and returns an error; otherwise, with a function that
	 * takes a range of pages and may skip some of them. 599b684a7854 */
	_Bool marks_one_page;
	/* A tail page of a large folio can be marked, alone; otherwise only the
	 * head page can, and everything that the folio maps is marked with it.
	 * 438354724f69 */
	_Bool marks_tail_pages;
	/* Marking waits for the folio lock; otherwise it gives up.
	 * b8932ca8b924 */
	_Bool marking_waits;
	/* An exclusive entry records whether it is writable, and mprotect()
	 * clears that; otherwise the VMA decides when the entry is restored.
	 * 9a914592140e, c25465eb7630 (removed it) */
	_Bool has_readable_entries;
	/* Mapcount that an exclusive entry holds. f495bd7e0d9b (1, was 0) */
	int entry_mapcount;
	/* Write access returns as soon as uffd-wp protection is removed, or the
	 * page is swapped in; otherwise at the next store.  True of 6.12, false
	 * of 6.1. */
	_Bool uffd_wp_upgrades;
	/* Reclaim writes a large folio to the swap file whole if there is
	 * room. */
	_Bool swaps_large_folios;
	/* A page of such a folio that is faulted in from the swap cache is
	 * copied, unless it is the head page.  True of 6.1, false of 6.12. */
	_Bool swapin_copies_tail_pages;
	/* Not a release: a fault walks the reverse map with the faulting page
	 * and takes no reference, as in the v8 posting that was reviewed. */
	_Bool restores_by_walk;
	/* Bug: if a large folio is mapped elsewhere, migration takes its
	 * exclusive entry for a PTE. bf983108be0e (fixed it) */
	_Bool migrates_entries_as_ptes;
	/* Bug: the end of a migration takes an exclusive entry for a
	 * migration entry, and maps the page that a device has. 7b2e497a42cd
	 * (fixed it) */
	_Bool migration_ends_at_entries;
	/* Bug: reclaim takes an exclusive entry for a PTE if it need not check
	 * for other users, as for memory that may be dropped.  Fixed by
	 * 65529295607f, in 6.12 as well. */
	_Bool reclaims_entries_as_ptes;
	/* Bug: reclaim recognizes an exclusive entry, but drops a mapcount that
	 * the entry does not hold.  In 6.12, which has 65529295607f without
	 * f495bd7e0d9b. */
	_Bool reclaim_drops_mapcount;
	/* Bug: given a page that may be shared, the restore of a writable entry
	 * makes it writable; the assertion against this cannot fire.
	 * Introduced by b832a354d787 in 6.8; 6.15 needs no assertion. */
	_Bool restores_shared_writable;
	/* Bug: clearing a uprobe takes an exclusive entry for a mapping.  Fixed
	 * by 096cbb80ab3f, in 6.12 as well. */
	_Bool uprobes_take_entries;
	/* Bug: migration marks a dirty page soft-dirty.  In 6.1, not in
	 * 6.12. */
	_Bool migration_soft_dirties;
	/* Event that a restore notifies. 20250226132257.2826043 (CLEAR, was
	 * EXCLUSIVE) */
	const char *restore_event;
};

/* ---- schedules ---------------------------------------------------------- */

/* Further choices in a run.  Without its flag, each has its usual outcome. */
/* A failable allocation fails; once per thread. */
#define FL_CHOOSE_ALLOC	 0x1u
#define FL_CHOOSE_TLB	 0x2u /* a TLB entry is evicted before it is used */
/* A thread has a fatal signal pending when the kernel checks for one, or is
 * about to wait killably; once per thread.  The signal stays pending. */
#define FL_CHOOSE_SIGNAL 0x4u
/* A trylock (of a folio, page table, the mmap lock or another lock) fails, as
 * if code outside the program held the lock; once per thread. */
#define FL_CHOOSE_BUSY	 0x8u
/* RCU callbacks have a thread of their own, "RCU", which runs each of them at
 * any time after the readers that were active have left.  Otherwise they run
 * after all threads. */
#define FL_CHOOSE_RCU	 0x10u

/* Why a schedule was rejected. */
struct fl_schedule_error {
	unsigned int column; /* in the schedule, from 1 */
	char text[200];	     /* "expected ..., got ..." */
};

/* ---- ends --------------------------------------------------------------- */

enum fl_end_kind {
	FL_END_NONE,
	FL_END_VIOLATION,    /* the code under test broke a rule */
	FL_END_KERNEL_BUG,   /* an assertion of the kernel failed */
	FL_END_MISSING_STUB, /* it called a function that the port lacks */
	FL_END_OOPS,	     /* it accessed host memory it must not */
	FL_END_INTERNAL,     /* a bug or a limit of faultlab itself */
};

/* Why a world ended. */
struct fl_end {
	enum fl_end_kind kind;
	/* "violation: ..." or "faultlab: internal bug: ..." */
	char text[512];
	char where[160];      /* function, file:line, thread */
	char backtrace[4096]; /* one line per frame, innermost first */
	/* For a deadlock: the locks that threads hold and wait for, in
	 * columns. */
	char locks[1024];
};

/* What is live in a world.  A count is zero if nothing of its kind is in
 * use. */
struct fl_audit {
	unsigned long frames; /* page frames, page tables included */
	unsigned long objects;
	unsigned long swap;  /* pages of the swap file */
	unsigned long locks; /* including folio locks */
	/* Open read-side sections, including SRCU. */
	unsigned long rcu_sections;
	unsigned long rcu_callbacks; /* not yet invoked */
};

#endif /* FAULTLAB_TYPES_H */
