/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - a child process: pages are shared until one of the two writes
 *
 * Each PTE of anonymous memory loses its right to write, in parent and child, and
 * each page its anon_exclusive mark: the next store must copy (fault.c), unless
 * there is nobody left to share with.
 *
 * A child never gets an exclusive entry: the device works for the parent, and
 * would go on to write to a page that the child reads.  So the mapping is put back
 * first, and copied then.  Fork holds both tables and cannot wait for a folio
 * lock; where one is busy, it fails.
 */
#include <errno.h>

#include "fault/fault.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "pte/swapfile.h"
#include "pte/table.h"
#include "pte/tlb.h"
#include "rmap/anon_vma.h"
#include "rmap/rmap.h"

/* A present PTE.  Context: both tables locked. */
static void copy_present_pte(struct vm_area_struct *child, pte_t *dst,
			     struct vm_area_struct *parent, pte_t *src)
{
	pte_t pte = ptep_get(src);
	struct page *page = pfn_to_page(pte_pfn(pte));
	struct folio *folio = page_folio(page);

	if (!(child->flags & VM_UFFD_WP))
		pte = pte_clear_uffd_wp(pte);
	if (pte_special(pte)) {
		set_pte(dst, pte_mkold(pte));
		return;
	}
	folio_get(folio);
	folio_dup_rmap_pte(folio, page);
	if (vma_is_anonymous(parent)) {
		page->anon_exclusive = false;
		ptep_set_wrprotect(src);
		pte = pte_wrprotect(pte);
		add_mm_counter(child->mm, MM_ANONPAGES, 1);
	} else {
		add_mm_counter(child->mm, MM_FILEPAGES, 1);
	}
	set_pte(dst, pte_mkold(pte));
}

/* A page that is elsewhere is so for both, and the process's own no longer.
 * Context: both tables locked. */
static void copy_entry(struct vm_area_struct *child, pte_t *dst, pte_t *src)
{
	pte_t entry = ptep_get(src);

	if (is_swapped(entry)) {
		swap_duplicate(pte_swp_slot(entry));
		add_mm_counter(child->mm, MM_SWAPENTS, 1);
		entry = pte_swp_clear_anon_exclusive(entry);
	} else {
		add_mm_counter(child->mm, MM_ANONPAGES, 1);
		entry = migration_entry_share(entry);
	}
	set_pte(src, entry);
	if (!(child->flags & VM_UFFD_WP))
		entry = pte_swp_clear_uffd_wp(entry);
	set_pte(dst, entry);
}

/* Return: 0, -EBUSY.  Context: both tables locked. */
static int copy_pte(struct vm_area_struct *child, pte_t *dst,
		    struct vm_area_struct *parent, pte_t *src,
		    unsigned long addr)
{
	pte_t pte = ptep_get(src);
	int ret = 0;

	if (is_exclusive_entry(pte))
		ret = try_restore_exclusive_pte(parent, addr, src);
	if (ret || pte_none(pte))
		return ret;
	if (pte_present(ptep_get(src)))
		copy_present_pte(child, dst, parent, src);
	else
		copy_entry(child, dst, src);
	return 0;
}

/* The entries below one PMD.  Return: 0, -ENOMEM, -EBUSY. */
static int copy_ptes(struct vm_area_struct *child,
		     struct vm_area_struct *parent, pmd_t *pmd,
		     unsigned long addr, unsigned long end)
{
	pmd_t *child_pmd = pmd_alloc(child->mm, addr);
	struct spinlock *dst_ptl, *src_ptl;
	pte_t *dst, *src;
	int ret = 0;

	if (!child_pmd || pte_alloc(child->mm, child_pmd))
		return -ENOMEM;
	src = pte_offset_map_lock(pmd, addr, &src_ptl);
	if (!src)
		return 0;
	dst = pte_offset_map_lock(child_pmd, addr, &dst_ptl);
	for (; addr < end && !ret; addr += PAGE_SIZE, dst++, src++)
		ret = copy_pte(child, dst, parent, src, addr);
	spin_unlock(dst_ptl);
	spin_unlock(src_ptl);
	return ret;
}

static int copy_page_range(struct vm_area_struct *child,
			   struct vm_area_struct *parent)
{
	struct notifier_range range = {
		.mm = parent->mm,
		.event = MMU_NOTIFY_PROTECTION_PAGE,
		.start = parent->start,
		.end = parent->end,
	};
	unsigned long addr, next;
	int ret = 0;

	notifier_start(&range);
	for (addr = parent->start; addr < parent->end && !ret; addr = next) {
		pmd_t *pmd = find_pmd(parent->mm, addr);

		next = (addr & PMD_MASK) + PMD_SIZE;
		if (next > parent->end)
			next = parent->end;
		if (!pmd)
			continue;
		if (pte_huge(ptep_get(pmd)))
			split_huge_pmd(parent, pmd, addr);
		if (!pte_none(ptep_get(pmd)))
			ret = copy_ptes(child, parent, pmd, addr, next);
	}
	notifier_end(&range);
	return ret;
}

/*
 * Where no page is the process's own, and nobody has left marks, the child's first
 * access finds all there is: in the file, or zeroes.
 *
 * Context: both mmap locks for writing.
 */
static int copy_mappings(struct mm_struct *child, struct mm_struct *parent)
{
	struct vm_area_struct *vma, *copy;
	int ret = 0;

	for (vma = parent->mmap; vma && !ret; vma = vma->next) {
		copy = vma_copy_to(child, vma);
		if (!copy)
			ret = -ENOMEM;
		else if (vma->anon_vma || vma->flags & VM_UFFD_WP)
			ret = copy_page_range(copy, vma);
	}
	return ret;
}

int do_fork(struct fl_mm *m, struct fl_mm **out)
{
	struct mm_struct *parent = mm_of(m), *child;
	int ret = mm_create(out);

	if (ret)
		return ret;
	child = mm_of(*out);
	ret = write_lock_killable(&parent->mmap_lock);
	if (!ret) {
		write_lock_nested(&child->mmap_lock);
		ret = copy_mappings(child, parent);
		write_unlock(&child->mmap_lock);
		/* A CPU may still have the right that the parent has lost. */
		flush_tlb_range(parent, 0, ~0UL);
		write_unlock(&parent->mmap_lock);
	}
	if (ret)
		mm_destroy(*out);
	return ret == -EBUSY ? -ENOMEM : ret;
}
