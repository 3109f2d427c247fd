/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exclusive.c - marking: every mapping of a folio becomes an exclusive entry
 *
 * fault/mark.c calls this for the pages of a range, and fault/exclusive.c
 * restores the mappings.  For each PTE, in this order:
 *
 *   1. notifiers: start      other devices lose their mappings of the range;
 *                            the driver that marks sees itself as the owner
 *                            and ignores the event
 *   2. lock the table
 *   3. clear the PTE, flush  from here no CPU can reach the page
 *   4. store the entry
 *   5. drop the mapping from the counts; the entry keeps its reference
 *   6. unlock, notifiers: end
 *
 * The driver may program its device only after the last step, with the
 * folio still locked: a CPU that faults meanwhile finds the entry and waits
 * for the folio lock.
 */
#include "rmap/rmap.h"
#include "notifier/notifier.h"
#include "pte/swap.h"
#include "pte/table.h"
#include "pte/tlb.h"

struct make_exclusive_args {
	struct mm_struct *mm;
	unsigned long address; /* expected address of the page */
	const void *owner;
	bool valid; /* found there, and writable */
};

/*
 * Mark one PTE.  The entry holds the pfn of the very page that the PTE mapped,
 * never that of the folio's first page: the restore has no other information.
 *
 * Context: table locked, inside the notifiers' range.
 */
static void make_exclusive_pte(struct page_vma_mapped_walk *walk,
			       struct make_exclusive_args *args)
{
	struct mm_struct *mm = walk->vma->mm;
	struct page *page;
	pte_t pte;

	assert_spin_held(walk->ptl);
	pte = ptep_clear_flush(mm, walk->address, walk->pte);
	page = pfn_to_page(pte_pfn(pte));
	if (pte_dirty(pte))
		folio_mark_dirty(walk->folio);
	if (args->mm == mm && args->address == walk->address && pte_write(pte))
		args->valid = true;
	/* The entry keeps the right to write, soft-dirty and uffd-wp. */
	set_pte(walk->pte,
		pte_swp_marks_of(make_exclusive_entry(pte_pfn(pte),
						      pte_write(pte)),
				 pte));
	folio_remove_rmap_pte(walk->folio, page);
}

/*
 * Mark all PTEs of one VMA.
 *
 * Marking needs the walk: it starts from a folio, and any page of the folio may
 * be mapped, at any PTE.  The walk ends at an entry that is already exclusive;
 * if a PTE behind it is still mapped, the caller sees that in the count.
 */
static bool make_exclusive_one(struct folio *folio, struct vm_area_struct *vma,
			       unsigned long addr, void *arg)
{
	struct make_exclusive_args *args = arg;
	struct page_vma_mapped_walk walk = walk_of(folio, vma, addr);
	struct notifier_range range = {
		.mm = vma->mm,
		.event = MMU_NOTIFY_EXCLUSIVE,
		.owner = args->owner,
		.start = walk.address,
		.end = walk.end,
	};
	bool ret = true;

	notifier_start(&range);
	while (page_vma_mapped_walk(&walk)) {
		if (!pte_present(ptep_get(walk.pte))) {
			page_vma_mapped_walk_done(&walk);
			ret = false;
			break;
		}
		make_exclusive_pte(&walk, args);
	}
	notifier_end(&range);
	return ret && folio_mapcount(folio);
}

/*
 * folio_make_device_exclusive - replace all mappings of @folio by entries
 * @mm, @address: the caller knows that the folio's first page was mapped there
 * @owner: passed to notifiers, so a driver recognizes its own marking
 *
 * Context: folio locked and referenced.  Return: whether the caller may
 * program its device: nothing maps the folio any more, and it was mapped at
 * @address, writable.
 *
 * Without the second condition, the driver might get a page that the
 * process no longer has:
 *
 *   driver                               CPU 1
 *   finds page P at the address
 *                                        MADV_DONTNEED; store: page Q
 *   locks P, walks: no mapping
 *   programs the device with P           works on Q
 *
 * Only for anonymous memory: a file system reaches the page of a
 * file without a PTE.
 */
bool folio_make_device_exclusive(struct folio *folio, struct mm_struct *mm,
				 unsigned long address, const void *owner)
{
	struct make_exclusive_args args = {
		.mm = mm,
		.address = address,
		.owner = owner,
	};

	VM_BUG_ON(!folio_test_locked(folio));
	if (!folio_test_anon(folio))
		return false;
	rmap_walk(folio, make_exclusive_one, &args);
	return args.valid && !folio_mapcount(folio);
}
