/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mm.h - address spaces and their mappings, as data
 *
 *  - struct mm_struct, struct vm_area_struct
 *  - find_vma(), vma_lookup()
 *  - struct anon_vma, get_anon_vma(), put_anon_vma()
 *
 * The model's struct fl_mm is a struct mm_struct.  What processes and drivers
 * do with it is in fault/operations.h.
 */
#ifndef FL_MODEL_MM_H
#define FL_MODEL_MM_H

#include "kernel.h"
#include "pte/page.h"

struct file;
struct notifier_subscriptions;

enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, NR_MM_COUNTERS };

struct mm_struct {
	struct rwsem mmap_lock;
	struct vm_area_struct *mmap; /* sorted by address; under mmap_lock */
	/* Set under mmap_lock. */
	struct notifier_subscriptions *notifiers;

	struct spinlock page_table_lock; /* PGD, PUD, vma->anon_vma */
	unsigned long pgd;		 /* frame */
	unsigned int asid;
	int nr_tables;		 /* atomic */
	int count;		 /* atomic: references to the struct */
	int rss[NR_MM_COUNTERS]; /* atomic */
};

#define VM_READ	     0x01UL
#define VM_WRITE     0x02UL
#define VM_SHARED    0x04UL /* file; else private, anonymous */
#define VM_HUGEPAGE  0x08UL
#define VM_UFFD_WP   0x10UL /* uffd-wp is in use here */
#define VM_SOFTDIRTY 0x20UL /* new: all pages are soft-dirty */

/* All fields change under mmap_lock for writing, unless said otherwise. */
struct vm_area_struct {
	struct mm_struct *mm;
	unsigned long start, end;
	unsigned long flags;	 /* VM_* */
	unsigned long page_prot; /* of a fresh PTE */
	unsigned long pgoff;	 /* page number of @start in object */
	struct file *file;
	struct vm_area_struct *next;

	struct anon_vma *anon_vma;	  /* set once, under page_table_lock */
	struct vm_area_struct *anon_next; /* under the anon_vma's lock */
};

/* The VMAs that may map an anonymous folio (rmap/anon_vma.h). */
struct anon_vma {
	struct rwsem rwsem;
	struct vm_area_struct *vmas; /* linked by anon_next, under rwsem */
	int refcount;		     /* atomic; of VMAs and folios */
};

static inline struct mm_struct *mm_of(struct fl_mm *mm)
{
	return (struct mm_struct *)mm;
}

static inline void add_mm_counter(struct mm_struct *mm, int member, int n)
{
	atomic_add_return(&mm->rss[member], n);
}

static inline bool vma_is_anonymous(struct vm_area_struct *vma)
{
	return !vma->file;
}

/* The page number of @addr in the object that the VMA maps.  For anonymous
 * memory it derives from the address, so it survives splits of the VMA. */
static inline unsigned long linear_page_index(struct vm_area_struct *vma,
					      unsigned long addr)
{
	return vma->pgoff + ((addr - vma->start) >> FL_PAGE_SHIFT);
}

static inline void get_anon_vma(struct anon_vma *anon_vma)
{
	atomic_add_return(&anon_vma->refcount, 1);
}

/* put_anon_vma - drop a reference; the last one frees the anon_vma */
static inline void put_anon_vma(struct anon_vma *anon_vma)
{
	if (atomic_add_return(&anon_vma->refcount, -1))
		return;
	VM_BUG_ON(anon_vma->vmas);
	fl_hw_free(anon_vma);
}

/* -- find_vma.c; mmap lock held -- */

/* find_vma - Return: the first VMA that ends above @addr, or NULL. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
/* vma_lookup - Return: the VMA that contains @addr, or NULL. */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);

#endif /* FL_MODEL_MM_H */
