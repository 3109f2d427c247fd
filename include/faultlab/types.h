/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * types.h - what a kernel can be asked and what it answers, in plain C types
 *
 *  - requests   FL_PROT_*, FL_MAP_*, FL_FAULT_*, FL_UNIT_*
 *  - answers    FL_VM_FAULT_*, struct fl_fault, fl_pte, fl_folio, fl_tlb, fl_rss
 *  - kernels    struct fl_traits
 *  - schedules  struct fl_schedule_error
 *  - ends       struct fl_end, struct fl_audit
 *
 * Included by users, by the machine and by kernels alike, so it includes
 * nothing.  Addresses and lengths are in bytes; pfn is a page frame number.
 */
#ifndef FAULTLAB_TYPES_H
#define FAULTLAB_TYPES_H

/* ---- requests ----------------------------------------------------------- */

#define FL_PROT_NONE	0x0u
#define FL_PROT_READ	0x1u
#define FL_PROT_WRITE	0x2u

/* What fl_mmap() maps: anonymous memory, with FL_MAP_HUGE where wished; or a file,
 * with FL_MAP_PRIVATE where wished. */
#define FL_MAP_ANON	0x0u	/* private anonymous memory */
#define FL_MAP_FILE	0x1u	/* pages of a file in memory, shared */
#define FL_MAP_HUGE	0x2u	/* as after madvise(MADV_HUGEPAGE) */
#define FL_MAP_PRIVATE	0x4u	/* a store gives the process a copy of the page */

/* How a fault is taken: the kernel's FAULT_FLAG_* of the same name. */
#define FL_FAULT_WRITE		0x01u
#define FL_FAULT_ALLOW_RETRY	0x02u
#define FL_FAULT_RETRY_NOWAIT	0x04u
#define FL_FAULT_KILLABLE	0x08u
#define FL_FAULT_TRIED		0x10u
#define FL_FAULT_VMA_LOCK	0x20u	/* under the VMA's lock, not the mmap lock */

/* Departures from the calling context of a unit, for tests of assertions. */
#define FL_UNIT_FOLIO_UNLOCKED	0x1u	/* the adapter does not lock the folio */
#define FL_UNIT_PTE_UNLOCKED	0x2u	/* ... nor the page table */

/* ---- answers ------------------------------------------------------------ */

/* What a fault handler answered: the kernel's VM_FAULT_* of the same name. */
#define FL_VM_FAULT_OOM		0x01u
#define FL_VM_FAULT_SIGBUS	0x02u
#define FL_VM_FAULT_SIGSEGV	0x04u
#define FL_VM_FAULT_HWPOISON	0x08u
#define FL_VM_FAULT_RETRY	0x10u
#define FL_VM_FAULT_COMPLETED	0x20u
#define FL_VM_FAULT_MAJOR	0x40u
#define FL_VM_FAULT_OTHER	0x80u	/* any other bit */

/* One call of a fault handler, and what it left behind. */
struct fl_fault {
	unsigned int result;	/* FL_VM_FAULT_* */
	_Bool mmap_locked;	/* the caller still held the mmap lock */
	_Bool vma_locked;	/* ... or the VMA's */
};

/* What a page-table entry says. */
struct fl_pte {
	unsigned long raw;	/* as the machine's hardware sees it */
	_Bool present, writable, dirty, accessed, soft_dirty, uffd_wp;
	_Bool huge;			/* a PMD that maps a huge page */
	_Bool exclusive;		/* a device-exclusive entry */
	_Bool exclusive_writable;	/* ... of the kind that restores the right */
	_Bool migration;		/* the page is just being moved */
	_Bool swap;			/* ... or in the swap file */
	unsigned long pfn;		/* of the page; a swapped one has none */
};

/* What a struct page and its folio say. */
struct fl_folio {
	unsigned long head;	/* frame of the head page */
	unsigned int order;	/* 2^order pages */
	int refcount;		/* of the folio */
	int mapcount;		/* of the one page asked for */
	_Bool locked, anon, dirty;
	_Bool swap_cache;	/* the swap file has a place for it */
	_Bool anon_exclusive;	/* of the one page asked for */
	_Bool huge_zero;	/* the huge page of zeroes, which belongs to no process */
};

/* What a CPU's TLB holds for an address. */
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
 * What releases do differently, each with the commit of 6.15 that changed it, where
 * nothing else is said: what a test expects of one release it must not expect of
 * another.
 *
 * What a change corrected is a known bug of the releases before: a test expects it
 * there, and fails where it does not show.  So nothing here is read off the code that
 * is under test: a kernel says it by the functions that its headers declare, or by its
 * release.  A tree with a fix of its own fails that test, until its line here says so.
 */
struct fl_traits {
	/* Marking is make_device_exclusive(), which looks one page up by itself and
	 * answers with an error; not a range of pages, some of which may be passed
	 * over.  599b684a7854 */
	_Bool marks_one_page;
	/* A tail page of a large folio can be marked, and nothing but it; not the
	 * head only, and with it all that is mapped.  438354724f69 */
	_Bool marks_tail_pages;
	/* Marking waits for the folio lock; it does not give up.  b8932ca8b924 */
	_Bool marking_waits;
	/* An entry says whether it may be written, and loses that to mprotect; not
	 * the VMA at the restore.  9a914592140e, c25465eb7630 (removed it) */
	_Bool entry_has_kind;
	/* The mapcount that an entry owns.  f495bd7e0d9b (1, was 0) */
	int entry_mapcount;
	/* The end of a write protection by uffd-wp gives the right to write back at
	 * once, not at the next store; and so does the way back from the swap file.
	 * 6.12 does, 6.1 does not. */
	_Bool uffd_wp_upgrades;
	/* Reclaim sends a large folio to the swap file as it is, where that has room. */
	_Bool swaps_large_folios;
	/* ... but a page of it that is faulted while it is in the swap cache comes back as a
	 * copy, unless it is the head.  6.1 does, 6.12 does not. */
	_Bool swapin_copies_tail_pages;
	/* Not of a release: the fault walks the reverse map, as the posting of v8 did
	 * that was reviewed, with the page of the fault, and takes no reference. */
	_Bool restores_by_walk;
	/* A bug: migration takes an exclusive entry of a large folio that is mapped
	 * elsewhere for a PTE.  bf983108be0e (fixed it) */
	_Bool migrates_entries_as_ptes;
	/* A bug: the end of a migration takes an exclusive entry for one of its own, and
	 * maps the page that a device has.  7b2e497a42cd (fixed it) */
	_Bool migration_ends_at_entries;
	/* A bug: so does reclaim, where it does not have to ask for other users: of
	 * memory that may be dropped.  65529295607f fixed it, in 6.12 as well. */
	_Bool reclaims_entries_as_ptes;
	/* A bug: reclaim knows an entry, and takes a mapcount away that it does not have.
	 * Of 6.12, where 65529295607f is without f495bd7e0d9b. */
	_Bool reclaim_drops_mapcount;
	/* A bug: given a page that may be shared, the restore of a writable entry lets
	 * it be written, past an assertion that cannot fire.  b832a354d787 of 6.8
	 * brought it in, 6.15 needs no assertion. */
	_Bool restores_shared_writable;
	/* A bug: a probe that is cleared takes an entry for a mapping.  096cbb80ab3f
	 * fixed it, in 6.12 as well. */
	_Bool uprobes_take_entries;
	/* A bug: a page that moves becomes soft-dirty where it is dirty.  Of 6.1, not
	 * of 6.12. */
	_Bool migration_soft_dirties;
	/* What a restore is told as.  20250226132257.2826043 (CLEAR, was
	 * EXCLUSIVE) */
	const char *restore_event;
};

/* ---- schedules ---------------------------------------------------------- */

/* Why a schedule is refused. */
struct fl_schedule_error {
	unsigned int column;	/* of the schedule, from 1 */
	char text[200];		/* "expected ..., got ..." */
};

/* ---- ends --------------------------------------------------------------- */

enum fl_end_kind {
	FL_END_NONE,
	FL_END_VIOLATION,	/* the code under test broke a rule */
	FL_END_KERNEL_BUG,	/* an assertion of its own failed */
	FL_END_MISSING_LEAF,	/* it called what the port does not provide */
	FL_END_OOPS,		/* it made a bad host access */
	FL_END_INTERNAL,	/* ours, a limit of the machine included */
};

/* Why a world ended. */
struct fl_end {
	enum fl_end_kind kind;
	char text[512];		/* "violation: ..." or "faultlab: internal bug: ..." */
	char where[160];	/* function, file:line, thread */
	char backtrace[4096];	/* a line for each frame, innermost first */
	char locks[1024];	/* of a deadlock: who took what and waits, in columns */
};

/* What is live in a world.  All zero but for what is in use. */
struct fl_audit {
	unsigned long frames;		/* page frames, page tables included */
	unsigned long objects;
	unsigned long swap;		/* pages of the swap file */
	unsigned long locks;		/* held by any thread, folio locks too */
	unsigned long rcu_sections;	/* open read-side sections, SRCU too */
	unsigned long rcu_callbacks;	/* not yet run */
};

#endif /* FAULTLAB_TYPES_H */
