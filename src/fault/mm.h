/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mm.h - address spaces and their mappings
 *
 *  - struct mm_struct, struct vm_area_struct
 *  - find_vma(), vma_lookup(), vma_split()
 *  - mmap, munmap, mprotect and similar: the operations of struct fl_kernel on
 *    an mm
 *
 * The model's struct fl_mm is a struct mm_struct.
 */
#ifndef FL_MODEL_MM_H
#define FL_MODEL_MM_H

#include "kernel.h"
#include "pte/page.h"

struct anon_vma;
struct file;
struct notifier_subscriptions;

enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, NR_MM_COUNTERS };

struct mm_struct {
	struct rwsem mmap_lock;
	struct vm_area_struct *mmap;	/* sorted by address; under mmap_lock */
	struct notifier_subscriptions *notifiers;	/* set under
							 * mmap_lock */

	struct spinlock page_table_lock;	/* PGD, PUD, vma->anon_vma */
	unsigned long pgd;		/* frame */
	unsigned int asid;
	int nr_tables;			/* atomic */
	int count;			/* atomic: references to the struct */
	int rss[NR_MM_COUNTERS];	/* atomic */
};

#define VM_READ		0x01UL
#define VM_WRITE	0x02UL
#define VM_SHARED	0x04UL		/* file; else private, anonymous */
#define VM_HUGEPAGE	0x08UL
#define VM_UFFD_WP	0x10UL		/* uffd-wp is in use here */
#define VM_SOFTDIRTY	0x20UL		/* new: all pages are soft-dirty */

/* All fields change under mmap_lock for writing, unless said otherwise. */
struct vm_area_struct {
	struct mm_struct *mm;
	unsigned long start, end;
	unsigned long flags;		/* VM_* */
	unsigned long page_prot;	/* of a fresh PTE */
	unsigned long pgoff;		/* page number of @start in object */
	struct file *file;
	struct vm_area_struct *next;

	struct anon_vma *anon_vma;	/* set once, under page_table_lock */
	struct vm_area_struct *anon_next;	/* under the anon_vma's lock */
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

/* mm.c */
int mm_create(struct fl_mm **out);
void mm_destroy(struct fl_mm *mm);

/* vma.c: mmap lock held for all of these */

/* find_vma - Return: the first VMA that ends above @addr, or NULL. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
/* vma_lookup - Return: the VMA that contains @addr, or NULL. */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);
/* vma_set_page_prot - compute page_prot from the VMA's rights */
void vma_set_page_prot(struct vm_area_struct *vma);
/* vma_split - split a VMA that has @addr inside it.  Context: mmap lock held
 * for writing.  Return: 0, -ENOMEM. */
int vma_split(struct mm_struct *mm, unsigned long addr);
/* vma_free - Context: the VMA is on no list; none of its pages is mapped. */
void vma_free(struct vm_area_struct *vma);

int do_mmap(struct fl_mm *mm, unsigned long start, unsigned long len,
	    unsigned int prot, unsigned int flags);

/* zap.c */

/* unmap_list - unmap and free VMAs that are sorted by address and
 * already off the mm's list, and the tables that only they needed,
 * between @floor and @ceiling.
 * Context: mmap lock held for writing. */
void unmap_list(struct mm_struct *mm, struct vm_area_struct *list,
		unsigned long start, unsigned long end, unsigned long floor,
		unsigned long ceiling);

int do_munmap(struct fl_mm *mm, unsigned long start, unsigned long len);
/* do_zap - MADV_DONTNEED */
int do_zap(struct fl_mm *mm, unsigned long start, unsigned long len);

/* vma_copy_to - copy @vma to @mm, without pages.  The copy has the same
 * anon_vma, because a page of one may be mapped in the other.  Context: both
 * mmap locks held for writing.  Return: the copy, or NULL. */
struct vm_area_struct *vma_copy_to(struct mm_struct *mm,
				   struct vm_area_struct *vma);

/* fork.c: as fork in struct fl_kernel */
int do_fork(struct fl_mm *mm, struct fl_mm **child);

/* protect.c */
int do_mprotect(struct fl_mm *mm, unsigned long start, unsigned long len,
		unsigned int prot);
int do_uffd_wp(struct fl_mm *mm, unsigned long start, unsigned long len,
	       _Bool protect);
int do_clear_soft_dirty(struct fl_mm *mm, unsigned long start,
			unsigned long len);

#endif /* FL_MODEL_MM_H */
