/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault.c - which case a fault is, and the cases of anonymous memory
 *
 *   PMD huge, or none and huge is possible       huge.c
 *   PTE none        anonymous                    do_anonymous_page()
 *                   of a file                    file.c
 *       exclusive                                exclusive.c
 *       swapped, or migrating                    swap.c
 *       present     read-only, and it is a store do_wp_page()
 *                   else                         another thread was faster
 *
 * The entry is read without a lock to determine the case.  Each handler then
 * locks the table, reads the entry again, and backs out if it has changed.
 */
#include <string.h>

#include "fault/fault.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "pte/swapfile.h"
#include "pte/table.h"
#include "pte/tlb.h"
#include "rmap/anon_vma.h"
#include "rmap/rmap.h"

bool lock_pte(struct vm_fault *vmf)
{
	vmf->pte = pte_offset_map_lock(vmf->pmd, vmf->address, &vmf->ptl);
	if (vmf->pte && pte_same(ptep_get(vmf->pte), vmf->orig_pte))
		return true;
	if (vmf->pte)
		unlock_pte(vmf);
	return false;
}

void unlock_pte(struct vm_fault *vmf)
{
	spin_unlock(vmf->ptl);
	vmf->pte = NULL;
}

/* A load of memory that was never stored to: all such loads share one page,
 * which is not counted. */
static unsigned int map_zero_page(struct vm_fault *vmf)
{
	pte_t pte = pfn_pte(model.zero_pfn, vmf->vma->page_prot);

	if (lock_pte(vmf)) {
		set_pte(vmf->pte, pte_mkspecial(pte));
		unlock_pte(vmf);
	}
	return 0;
}

/*
 * Replace orig_pte by a new page of the process.  orig_pte is none, or maps the
 * zero page or @old, whose contents are copied and whose mapping is removed.
 */
static unsigned int map_new_page(struct vm_fault *vmf, struct page *old)
{
	struct vm_area_struct *vma = vmf->vma;
	struct folio *folio;
	pte_t pte;

	if (anon_vma_prepare(vma))
		return FL_VM_FAULT_OOM;
	folio = folio_alloc(0);
	if (!folio)
		return FL_VM_FAULT_OOM;
	if (old)
		memcpy(pfn_address(folio_pfn(folio)),
		       pfn_address(page_to_pfn(old)), PAGE_SIZE);
	if (!lock_pte(vmf)) {
		folio_put(folio);
		return 0;
	}
	pte = pte_mkdirty(pfn_pte(folio_pfn(folio), vma->page_prot));
	if (!pte_none(vmf->orig_pte))
		ptep_clear_flush(vma->mm, vmf->address, vmf->pte);
	folio_add_new_anon_rmap(folio, vma, vmf->address);
	set_pte(vmf->pte, pte_mkyoung(maybe_mkwrite(pte, vma)));
	if (old)
		folio_remove_rmap_pte(page_folio(old), old);
	else
		add_mm_counter(vma->mm, MM_ANONPAGES, 1);
	unlock_pte(vmf);
	if (old)
		folio_put(page_folio(old));
	return 0;
}

static unsigned int do_anonymous_page(struct vm_fault *vmf)
{
	return fault_is_write(vmf) ? map_new_page(vmf, NULL) :
				     map_zero_page(vmf);
}

/* Devices that read the old page must read the new one from now on.
 * @old: NULL: the zero page; else referenced; this drops the reference */
static unsigned int copy_page(struct vm_fault *vmf, struct page *old)
{
	struct notifier_range range = {
		.mm = vmf->vma->mm,
		.event = MMU_NOTIFY_CLEAR,
		.start = vmf->address,
		.end = vmf->address + PAGE_SIZE,
	};
	unsigned int ret;

	notifier_start(&range);
	ret = map_new_page(vmf, old);
	notifier_end(&range);
	if (old)
		folio_put(page_folio(old));
	return ret;
}

/*
 * Return: whether the page may be written without a copy.  It is exclusive, or
 * becomes so now: all other processes that shared it since a fork have dropped
 * it, and this PTE holds the only reference.  For a large folio the answer is
 * no, because its count does not say which of its pages is shared.
 *
 * Context: table locked.
 */
static bool can_reuse(struct page *page)
{
	struct folio *folio = page_folio(page);

	if (!folio_test_anon(folio) || page->anon_exclusive)
		return true;
	if (folio->order || !folio_trylock(folio))
		return false;
	folio_free_swap(folio);
	page->anon_exclusive = READ_ONCE(folio->refcount) == 1;
	folio_unlock(folio);
	return page->anon_exclusive;
}

/*
 * A store to a page that is mapped read-only.  The page never was writable, or
 * lost that right to fork, mprotect, a reset of soft-dirty bits, or a device.
 *
 * With uffd-wp the store would wait for another process to allow it.  The model
 * has no such process, so it is an error.
 */
static unsigned int do_wp_page(struct vm_fault *vmf)
{
	pte_t pte = vmf->orig_pte;
	struct page *page = pfn_to_page(pte_pfn(pte));

	if (pte_uffd_wp(pte))
		return FL_VM_FAULT_SIGBUS;
	if (pte_special(pte))
		return copy_page(vmf, NULL);
	if (!lock_pte(vmf))
		return 0;
	if (can_reuse(page)) {
		set_pte(vmf->pte,
			maybe_mkwrite(pte_mkyoung(pte_mkdirty(pte)), vmf->vma));
		unlock_pte(vmf);
		return 0;
	}
	/* The PTE may be removed while unlocked, and its reference dropped. */
	folio_get(page_folio(page));
	unlock_pte(vmf);
	return copy_page(vmf, page);
}

/* Another thread was faster, or the fault is not from a CPU, whose walker would
 * set these bits. */
static unsigned int note_access(struct vm_fault *vmf)
{
	pte_t pte = pte_mkyoung(vmf->orig_pte);

	if (fault_is_write(vmf))
		pte = pte_mkdirty(pte);
	if (lock_pte(vmf)) {
		set_pte(vmf->pte, pte);
		unlock_pte(vmf);
	}
	return 0;
}

static unsigned int handle_pte_fault(struct vm_fault *vmf)
{
	pte_t *pte = pte_offset(vmf->pmd, vmf->address);

	if (!pte)
		return 0; /* a huge page was mapped meanwhile */
	vmf->orig_pte = ptep_get(pte);
	if (pte_none(vmf->orig_pte))
		return vma_is_anonymous(vmf->vma) ? do_anonymous_page(vmf) :
						    do_file_fault(vmf);
	if (is_exclusive_entry(vmf->orig_pte))
		return remove_device_exclusive_entry(vmf);
	if (is_migration_entry(vmf->orig_pte)) {
		migration_entry_wait(vmf);
		return 0;
	}
	if (!pte_present(vmf->orig_pte))
		return do_swap_page(vmf);
	if (fault_is_write(vmf) && !pte_write(vmf->orig_pte))
		return do_wp_page(vmf);
	return note_access(vmf);
}

unsigned int handle_mm_fault(struct vm_area_struct *vma, unsigned long addr,
			     unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = addr & PAGE_MASK,
		.flags = flags,
		.pmd = pmd_alloc(vma->mm, addr),
	};

	assert_rwsem_held(&vma->mm->mmap_lock);
	if (!vmf.pmd)
		return FL_VM_FAULT_OOM;
	if (wants_huge(&vmf) && do_huge_fault(&vmf))
		return 0;
	if (pte_alloc(vma->mm, vmf.pmd))
		return FL_VM_FAULT_OOM;
	return handle_pte_fault(&vmf);
}
