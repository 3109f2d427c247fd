/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup.c - look up the pages of a range, faulting them in if needed:
 * with a reference, for marking; pinned; or without, for a device that
 * checks a sequence
 */
#include <errno.h>

#include "fault/fault.h"
#include "fault/operations.h"
#include "notifier/notifier.h"
#include "pte/table.h"
#include "rmap/rmap.h"

/*
 * Return: the page at @addr with a reference, if the process may access it that
 * way right now; NULL: it must be faulted in first.
 *
 * Splits a huge page into PTEs, because an exclusive entry replaces a PTE.
 */
static struct page *follow_page(struct vm_area_struct *vma, unsigned long addr,
				bool write)
{
	pmd_t *pmd = find_pmd(vma->mm, addr);
	struct page *page = NULL;
	struct spinlock *ptl;
	pte_t *ptep, pte;

	if (!pmd)
		return NULL;
	if (pte_huge(ptep_get(pmd)))
		split_huge_pmd(vma, pmd, addr);
	ptep = pte_offset_map_lock(pmd, addr, &ptl);
	if (!ptep)
		return NULL;
	pte = ptep_get(ptep);
	if (pte_present(pte) && !pte_protnone(pte) &&
	    (pte_write(pte) || !write)) {
		page = pfn_to_page(pte_pfn(pte));
		folio_get(page_folio(page));
	}
	spin_unlock(ptl);
	return page;
}

/* No FL_FAULT_ALLOW_RETRY: the caller must keep the mmap lock. */
static int faultin_page(struct vm_area_struct *vma, unsigned long addr,
			bool write)
{
	unsigned int ret = handle_mm_fault(vma, addr,
					   write ? FL_FAULT_WRITE : 0);

	VM_BUG_ON(ret & FL_VM_FAULT_RETRY);
	if (ret & FL_VM_FAULT_OOM)
		return -ENOMEM;
	return ret & VM_FAULT_ERROR ? -EFAULT : 0;
}

static int get_page(struct mm_struct *mm, unsigned long addr, bool write,
		    unsigned long *pfn)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);
	struct page *page;
	int ret;

	if (!vma || !(vma->flags & (write ? VM_WRITE : VM_READ)))
		return -EFAULT;
	while (!(page = follow_page(vma, addr, write))) {
		if (fl_hw_fatal())
			return -EINTR;
		ret = faultin_page(vma, addr, write);
		if (ret)
			return ret;
	}
	*pfn = page_to_pfn(page);
	return 0;
}

/*
 * get_user_pages - take a reference to each page of a range
 * @write: the process must be able to write the pages
 *
 * Context: mmap lock held, and kept.  Return: the number of pages, from @start
 * on; if there is none, the reason: -EFAULT, -ENOMEM, -EINTR.
 */
long get_user_pages(struct mm_struct *mm, unsigned long start,
		    unsigned long npages, bool write, unsigned long *pfns)
{
	unsigned long i;
	int ret = 0;

	assert_rwsem_held(&mm->mmap_lock);
	for (i = 0; i < npages && !ret; i++)
		ret = get_page(mm, start + i * PAGE_SIZE, write, &pfns[i]);
	if (!ret)
		return i;
	return i > 1 ? (long)i - 1 : ret;
}

/*
 * pin_user_page - pin the page at @addr, for hardware that uses
 * its frame number
 *
 * A pin is a reference that is visible as such.  Operations that would
 * otherwise give the process another page at @addr must skip a pinned page, or
 * give the other page to the other process (fork).
 * Return: 0, -EFAULT, -ENOMEM, -EINTR.
 */
static int pin_user_page(struct fl_mm *m, unsigned long addr,
			 unsigned long *pfn)
{
	struct mm_struct *mm = mm_of(m);
	long n;

	read_lock(&mm->mmap_lock);
	n = get_user_pages(mm, addr, 1, true, pfn);
	if (n == 1)
		atomic_add_return(&page_folio(pfn_to_page(*pfn))->pincount, 1);
	read_unlock(&mm->mmap_lock);
	return n < 0 ? n : 0;
}

static int unpin_user_page(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);

	if (!folio || !READ_ONCE(folio->pincount))
		return -EINVAL;
	atomic_add_return(&folio->pincount, -1);
	folio_put(folio);
	return 0;
}

/* Fault in all pages from @addr up to @end or the end of the VMA. */
static int fault_all(struct mm_struct *mm, unsigned long addr,
		     unsigned long end)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);
	int ret = vma && vma->flags & VM_READ ? 0 : -EFAULT;

	for (; !ret && addr < end && addr < vma->end; addr += PAGE_SIZE)
		ret = fl_hw_fatal() ? -EINTR : faultin_page(vma, addr, false);
	return ret;
}

/* Return: the frame, without a reference, or FL_NO_FRAME. */
static unsigned long frame_to_read(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);
	struct page *page = vma && vma->flags & VM_READ ?
				    follow_page(vma, addr, false) :
				    NULL;

	if (!page)
		return FL_NO_FRAME;
	folio_put(page_folio(page));
	return page_to_pfn(page);
}

/*
 * range_fault - look up the frames of a range for reads by a device, without
 * references: they are valid until mirror_retry() returns true
 *
 * Return: 0; -EBUSY: already invalidated; -EFAULT, -ENOMEM, -EINTR.
 */
int range_fault(struct fl_mm *m, struct fl_listener *listener,
		unsigned long seq, unsigned long start, unsigned long npages,
		unsigned long *pfns)
{
	unsigned long addr = start, end = start + npages * PAGE_SIZE;
	struct mm_struct *mm = mm_of(m);
	int ret = 0;

	read_lock(&mm->mmap_lock);
	while (addr < end && !ret) {
		*pfns = frame_to_read(mm, addr);
		if (mirror_retry(listener, seq)) {
			ret = -EBUSY;
		} else if (*pfns == FL_NO_FRAME) {
			ret = fault_all(mm, addr, end);
		} else {
			addr += PAGE_SIZE;
			pfns++;
		}
	}
	read_unlock(&mm->mmap_lock);
	return ret;
}

const struct fl_gup_ops gup_ops = {
	.pin = pin_user_page,
	.unpin = unpin_user_page,
};
