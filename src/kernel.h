/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel.h - one implementation of the fault path, as a table of functions
 *
 * The seam between kernel-side and host-side sources: plain C types only, no
 * includes.  A kernel is linked as one relocatable object whose only global
 * symbol is its table.  Functions are called on a simulated thread of the
 * current machine, inside fl_machine_guard().
 */
#ifndef FL_KERNEL_H
#define FL_KERNEL_H

struct fl_mm;	/* an address space; opaque above this line */

/* What a page-table entry says. */
struct fl_pte {
	unsigned long raw;
	_Bool present, writable, dirty, accessed, soft_dirty, uffd_wp;
	_Bool exclusive;		/* a device-exclusive entry */
	_Bool exclusive_writable;	/* of the kind that restores the right */
	unsigned long pfn;		/* of the page or of the entry */
};

struct fl_folio {
	int refcount, mapcount;
	_Bool locked, anon, anon_exclusive;
};

/* One notification of the kernel to whoever mirrors an address space. */
struct fl_notification {
	const char *event;	/* the kernel's name without MMU_NOTIFY_ */
	unsigned long start, end;
	const void *owner;	/* only for EXCLUSIVE; else NULL */
	_Bool may_block;
};

typedef void fl_notify_fn(void *cookie, const struct fl_notification *n);

struct fl_kernel {
	const char *name;	/* "linux-6.12" */
	const char *release;	/* "6.12.117" */
	int entry_mapcount;	/* mapcount that an exclusive entry owns: 0 or 1 */

	char *state_start, *state_end;	/* its writable static data */

	/* boot - set up static state; once per machine.  Return: 0. */
	int (*boot)(void);

	/* mm_create - a fresh address space, current on the calling thread.
	 * Return: NULL where memory is short. */
	struct fl_mm *(*mm_create)(void);
	unsigned long (*mm_pgd)(struct fl_mm *mm);	/* frame of the top table */
	unsigned int (*mm_asid)(struct fl_mm *mm);
	long (*mm_rss)(struct fl_mm *mm);		/* anonymous pages */

	/* map - private anonymous memory at [start, start + len), page
	 * aligned.  Return: 0 or -ENOMEM, -EINVAL. */
	int (*map)(struct fl_mm *mm, unsigned long start, unsigned long len,
		   _Bool writable);

	/* fault - what a CPU's page fault does, the mmap lock taken and
	 * released, retries included.  Return: 0, -EFAULT, -ENOMEM. */
	int (*fault)(struct fl_mm *mm, unsigned long addr, _Bool write);

	/* mirror - tell @fn of every invalidation in [start, start + len) */
	int (*mirror)(struct fl_mm *mm, unsigned long start, unsigned long len,
		      fl_notify_fn *fn, void *cookie);

	/* mark - make the page at @addr exclusive for @owner.  On success the
	 * folio is locked and referenced: folio_release() gives both back.
	 * Return: 0, -EBUSY where the page may not be marked, -errno. */
	int (*mark)(struct fl_mm *mm, unsigned long addr, const void *owner,
		    unsigned long *pfn);
	void (*folio_release)(unsigned long pfn);

	/* views; no side effect */
	void (*pte)(struct fl_mm *mm, unsigned long addr, struct fl_pte *out);
	void (*folio)(unsigned long pfn, struct fl_folio *out);
};

#endif
