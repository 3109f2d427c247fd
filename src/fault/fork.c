/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - a child process: pages are shared until one of the two writes
 *
 * Each PTE of anonymous memory loses its right to write, in parent and child,
 * and each page is no longer anon_exclusive: the next store must copy
 * (fault.c), unless no other process shares the page any more.
 *
 * A child never gets an exclusive entry: the device works for the parent, and
 * would continue to write to a page that the child reads.  So fork first
 * restores the mapping and then copies it.  Fork holds both table locks and
 * cannot wait for a folio lock; if one is busy, fork fails.
 */
#include <errno.h>
#include <string.h>

#include "fault/fault.h"
#include "fault/operations.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "pte/swapfile.h"
#include "pte/table.h"
#include "pte/tlb.h"
#include "rmap/rmap.h"

/*
 * The parent keeps a pinned page, writable, because hardware knows its frame.
 * So the child's copy is made now.  @fresh: the folio for the copy; consumed.
 * Return: 0; -EAGAIN: *@fresh is NULL.  Context: both tables locked.
 */
static int copy_pinned_page(struct vm_area_struct *child, pte_t *dst,
			    unsigned long addr, pte_t pte, struct folio **fresh)
{
	struct folio *folio = *fresh;

	if (!folio)
		return -EAGAIN;
	*fresh = NULL;
	memcpy(pfn_address(folio_pfn(folio)), pfn_address(pte_pfn(pte)),
	       PAGE_SIZE);
	folio_add_new_anon_rmap(folio, child, addr);
	add_mm_counter(child->mm, MM_ANONPAGES, 1);
	set_pte(dst, maybe_mkwrite(pte_mkdirty(pfn_pte(folio_pfn(folio),
						       child->page_prot)),
				   child));
	return 0;
}

/* Copy a present PTE.  Return: 0, -EAGAIN.  Context: both tables locked. */
static int copy_present_pte(struct vm_area_struct *child, pte_t *dst,
			    struct vm_area_struct *parent, pte_t *src,
			    unsigned long addr, struct folio **fresh)
{
	pte_t pte = ptep_get(src);
	struct page *page = pfn_to_page(pte_pfn(pte));
	struct folio *folio = page_folio(page);

	if (!(child->flags & VM_UFFD_WP))
		pte = pte_clear_uffd_wp(pte);
	if (pte_special(pte)) {
		set_pte(dst, pte_mkold(pte));
		return 0;
	}
	if (page->anon_exclusive && READ_ONCE(folio->pincount))
		return copy_pinned_page(child, dst, addr, pte, fresh);
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
	return 0;
}

/* Copy an entry for a page that is in the swap file or moving.  Both processes
 * now share the page.
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

/* Return: 0, -EBUSY; -EAGAIN: needs *@fresh.  Context: both tables locked. */
static int copy_pte(struct vm_area_struct *child, pte_t *dst,
		    struct vm_area_struct *parent, pte_t *src,
		    unsigned long addr, struct folio **fresh)
{
	pte_t pte = ptep_get(src);
	int ret = 0;

	if (is_exclusive_entry(pte))
		ret = try_restore_exclusive_pte(parent, addr, src);
	if (ret || pte_none(pte))
		return ret;
	if (pte_present(ptep_get(src)))
		return copy_present_pte(child, dst, parent, src, addr, fresh);
	copy_entry(child, dst, src);
	return 0;
}

/* Copy entries from *@addr up to @end, or up to a page that needs *@fresh.
 * *@addr advances past what was copied.
 * Return: 0, -EBUSY, -EAGAIN. */
static int copy_locked(struct vm_area_struct *child, pmd_t *child_pmd,
		       struct vm_area_struct *parent, pmd_t *pmd,
		       unsigned long *addr, unsigned long end,
		       struct folio **fresh)
{
	struct spinlock *dst_ptl, *src_ptl;
	pte_t *dst, *src;
	int ret = 0;

	src = pte_offset_map_lock(pmd, *addr, &src_ptl);
	if (!src)
		return 0;
	dst = pte_offset_map_lock(child_pmd, *addr, &dst_ptl);
	for (; *addr < end; *addr += PAGE_SIZE, dst++, src++) {
		ret = copy_pte(child, dst, parent, src, *addr, fresh);
		if (ret)
			break;
	}
	spin_unlock(dst_ptl);
	spin_unlock(src_ptl);
	return ret;
}

/*
 * Copy the entries below one PMD.  A folio for a copy is allocated with no
 * lock held.  When the locks are taken again, the page may no longer need it;
 * then it is released.
 * Return: 0, -ENOMEM, -EBUSY.
 */
static int copy_ptes(struct vm_area_struct *child,
		     struct vm_area_struct *parent, pmd_t *pmd,
		     unsigned long addr, unsigned long end)
{
	pmd_t *child_pmd = pmd_alloc(child->mm, addr);
	struct folio *fresh = NULL;
	int ret;

	if (!child_pmd || pte_alloc(child->mm, child_pmd))
		return -ENOMEM;
	while ((ret = copy_locked(child, child_pmd, parent, pmd, &addr, end,
				  &fresh)) == -EAGAIN) {
		fresh = folio_alloc(0);
		if (!fresh)
			return -ENOMEM;
	}
	if (fresh)
		folio_put(fresh);
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
 * A VMA without anonymous pages and without uffd-wp has no entries to copy: the
 * child's first access finds the page in the file, or reads zeroes.
 *
 * Context: both mmap locks held for writing.
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
		/* A TLB may still allow writes that the PTEs no
		 * longer allow. */
		flush_tlb_range(parent, 0, ~0UL);
		write_unlock(&parent->mmap_lock);
	}
	if (ret)
		mm_destroy(*out);
	return ret == -EBUSY ? -ENOMEM : ret;
}
