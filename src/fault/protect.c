/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protect.c - changing rights and marks, entry by entry: mprotect,
 * uffd-wp, soft-dirty
 *
 * An entry keeps the rights and marks of the PTE it replaced.  All three
 * operations change them in entries too, because they return with the mapping.
 */
#include <errno.h>

#include "fault/fault.h"
#include "fault/operations.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "pte/table.h"
#include "pte/tlb.h"
#include "rmap/rmap.h"

/* Changes an entry.  @pte: the old value, never none.  Return: the new one. */
typedef pte_t change_fn(struct vm_area_struct *vma, pte_t pte);

/* Return: whether a store may proceed without a fault.  It may not if
 * the fault has work to do: copy the page, record the first store, or
 * report to uffd-wp. */
static bool can_write(struct vm_area_struct *vma, pte_t pte)
{
	if (!(vma->flags & VM_WRITE) || pte_uffd_wp(pte) || pte_special(pte))
		return false;
	if (!(vma->flags & VM_SOFTDIRTY) && !pte_soft_dirty(pte))
		return false;
	return vma_is_anonymous(vma) ?
		       pfn_to_page(pte_pfn(pte))->anon_exclusive :
		       pte_dirty(pte);
}

static pte_t upgrade(struct vm_area_struct *vma, pte_t pte)
{
	return can_write(vma, pte) ? pte_mkwrite(pte) : pte;
}

/* An exclusive or migration entry loses its right to write, whatever the new
 * rights are.  If they allow writing, the first store after the mapping is
 * restored gets it again. */
static pte_t change_prot(struct vm_area_struct *vma, pte_t pte)
{
	if (pte_present(pte))
		return upgrade(vma, pte_modify(pte, vma->page_prot));
	return entry_wrprotect(pte);
}

static pte_t protect(struct vm_area_struct *vma, pte_t pte)
{
	(void)vma;
	if (pte_present(pte))
		return pte_mkuffd_wp(pte);
	return pte_swp_mkuffd_wp(entry_wrprotect(pte));
}

static pte_t unprotect(struct vm_area_struct *vma, pte_t pte)
{
	if (pte_present(pte))
		return upgrade(vma, pte_clear_uffd_wp(pte));
	return pte_swp_clear_uffd_wp(entry_wrprotect(pte));
}

/* Hardware may write such a page at any time. */
static bool is_pinned(pte_t pte)
{
	struct page *page = pfn_to_page(pte_pfn(pte));

	return pte_write(pte) && !pte_special(pte) && page->anon_exclusive &&
	       READ_ONCE(page_folio(page)->pincount);
}

/* The next store must fault and be recorded; a pinned page keeps its mark. */
static pte_t clear_soft_dirty(struct vm_area_struct *vma, pte_t pte)
{
	(void)vma;
	if (pte_present(pte))
		return is_pinned(pte) ?
			       pte :
			       pte_clear_soft_dirty(pte_wrprotect(pte));
	return pte_swp_clear_soft_dirty(pte);
}

/* Change the entries of one table. */
static void change_ptes(struct vm_area_struct *vma, pmd_t *pmd,
			unsigned long start, unsigned long end,
			change_fn *change)
{
	struct spinlock *ptl;
	pte_t *ptep = pte_offset_map_lock(pmd, start, &ptl), pte;
	unsigned long addr;

	if (!ptep)
		return;
	for (addr = start; addr < end; addr += PAGE_SIZE, ptep++) {
		/* Clear a present PTE, so no CPU sets a bit in between. */
		pte = ptep_get(ptep);
		if (pte_present(pte))
			pte = ptep_get_and_clear(ptep);
		if (!pte_none(pte))
			set_pte(ptep, change(vma, pte));
	}
	/* Flush under the lock: threads that find the new entry rely on it. */
	flush_tlb_range(vma->mm, start, end);
	spin_unlock(ptl);
}

static void change_range(struct vm_area_struct *vma, unsigned long start,
			 unsigned long end, enum notifier_event event,
			 change_fn *change)
{
	struct notifier_range range = {
		.mm = vma->mm,
		.event = event,
		.start = start,
		.end = end,
	};
	unsigned long next;

	notifier_start(&range);
	for (; start < end; start = next) {
		pmd_t *pmd = find_pmd(vma->mm, start);

		next = (start & PMD_MASK) + PMD_SIZE;
		if (next > end)
			next = end;
		if (!pmd)
			continue;
		if (pte_huge(ptep_get(pmd)))
			split_huge_pmd(vma, pmd, start);
		change_ptes(vma, pmd, start, next, change);
	}
	notifier_end(&range);
}

/* What to do with each VMA of a range. */
struct request {
	unsigned long set, clear; /* VM_* */
	/* Change flags of the range only, not of the whole VMA; do nothing if
	 * the VMA has them already. */
	bool splits;
	/* Only if the VMA has the flags already; with the mmap lock for
	 * reading. */
	bool shared;
	enum notifier_event event;
	change_fn *change; /* NULL: do not change entries */
};

/* Change the part of a VMA from @start, in it, up to @end.
 * Return: 0, -ENOMEM; -ENOENT: rq->shared and the VMA lacks the flags. */
static int change_part(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end, const struct request *rq)
{
	unsigned long flags = (vma->flags & ~rq->clear) | rq->set;
	struct mm_struct *mm = vma->mm;
	int ret;

	if (rq->shared) {
		if (flags != vma->flags)
			return -ENOENT;
		change_range(vma, start, end, rq->event, rq->change);
		return 0;
	}
	if (rq->splits) {
		if (flags == vma->flags)
			return 0;
		ret = vma_split(mm, start);
		if (!ret)
			ret = vma_split(mm, end);
		if (ret)
			return ret;
		vma = vma_lookup(mm, start);
	}
	vma->flags = flags;
	vma_set_page_prot(vma);
	if (rq->change)
		change_range(vma, start, end, rq->event, rq->change);
	return 0;
}

/*
 * Change the range up to the first hole.  Return: 0; -ENOMEM: a hole, or no
 * memory; -EINTR, -ENOENT.
 */
static int change_all(struct mm_struct *mm, unsigned long start,
		      unsigned long end, const struct request *rq)
{
	struct vm_area_struct *vma;
	unsigned long next;
	int ret = 0;

	if (rq->shared)
		read_lock(&mm->mmap_lock);
	else
		ret = write_lock_killable(&mm->mmap_lock);
	if (ret)
		return ret;
	for (; start < end && !ret; start = next) {
		vma = vma_lookup(mm, start);
		next = vma && vma->end < end ? vma->end : end;
		ret = vma ? change_part(vma, start, next, rq) : -ENOMEM;
	}
	if (rq->shared)
		read_unlock(&mm->mmap_lock);
	else
		write_unlock(&mm->mmap_lock);
	return ret;
}

int do_mprotect(struct fl_mm *mm, unsigned long start, unsigned long len,
		unsigned int prot)
{
	struct request rq = {
		.clear = VM_READ | VM_WRITE,
		.set = (prot & FL_PROT_READ ? VM_READ : 0) |
		       (prot & FL_PROT_WRITE ? VM_WRITE : 0),
		.splits = true,
		.event = MMU_NOTIFY_PROTECTION_VMA,
		.change = change_prot,
	};

	return change_all(mm_of(mm), start, start + len, &rq);
}

int do_uffd_wp(struct fl_mm *mm, unsigned long start, unsigned long len,
	       _Bool wp)
{
	const struct request registers = { .set = VM_UFFD_WP };
	const struct request protects = {
		.set = VM_UFFD_WP,
		.shared = true,
		.event = MMU_NOTIFY_PROTECTION_VMA,
		.change = wp ? protect : unprotect,
	};
	struct mm_struct *m = mm_of(mm);
	int ret = change_all(m, start, start + len, &protects);

	if (ret != -ENOENT)
		return ret;
	ret = change_all(m, start, start + len, &registers);
	return ret ? ret : change_all(m, start, start + len, &protects);
}

int do_clear_soft_dirty(struct fl_mm *mm, unsigned long start,
			unsigned long len)
{
	struct request rq = {
		.clear = VM_SOFTDIRTY,
		.event = MMU_NOTIFY_SOFT_DIRTY,
		.change = clear_soft_dirty,
	};

	return change_all(mm_of(mm), start, start + len, &rq);
}
