/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * migrate.c - moving a folio to other frames
 *
 *   1. lock the folio and keep it locked: a fault on an entry waits
 *   2. each mapping becomes a migration entry (try_to_migrate())
 *   3. if references remain that no mapping accounted for, a thread is
 *      using the page: restore everything
 *   4. copy, and map the new folio at the entries (remove_migration_ptes())
 *
 * A device-exclusive entry is not a mapping: it stays, and so does its
 * reference.  So a folio that a device has exclusively cannot be moved.
 *
 * Source: Linux 6.12, mm/migrate.c and mm/rmap.c.
 */
#include <errno.h>
#include <string.h>

#include "pte/swap.h"
#include "pte/swapfile.h"
#include "pte/table.h"
#include "pte/tlb.h"
#include "rmap/rmap.h"

struct migrate_args {
	enum notifier_event event;
	const void *owner;
};

/* Return: a migration entry with what it keeps of the PTE. */
static pte_t entry_for(pte_t pte, const struct page *page)
{
	unsigned long type = pte_write(pte) ? SWP_MIGRATION_WRITE :
			     page->anon_exclusive ?
					      SWP_MIGRATION_READ_EXCLUSIVE :
					      SWP_MIGRATION_READ;
	unsigned long offset = pte_pfn(pte) |
			       (pte_young(pte) ? SWP_MIGRATION_YOUNG : 0) |
			       (pte_dirty(pte) ? SWP_MIGRATION_DIRTY : 0);

	return pte_swp_marks_of(make_entry(type, offset), pte);
}

/* Context: table locked, inside the notifiers' range. */
static void migrate_pte(struct page_vma_mapped_walk *walk)
{
	pte_t pte = ptep_clear_flush(walk->vma->mm, walk->address, walk->pte);
	struct page *page = pfn_to_page(pte_pfn(pte));

	if (pte_dirty(pte))
		folio_mark_dirty(walk->folio);
	set_pte(walk->pte, entry_for(pte, page));
	page->anon_exclusive = false;
	folio_remove_rmap_pte(walk->folio, page);
	folio_put(walk->folio);
}

static bool migrate_one(struct folio *folio, struct vm_area_struct *vma,
			unsigned long addr, void *arg)
{
	struct page_vma_mapped_walk walk = walk_of(folio, vma, addr);
	const struct migrate_args *args = arg;
	struct notifier_range range = {
		.mm = vma->mm,
		.event = args->event,
		.owner = args->owner,
		.start = walk.address,
		.end = walk.end,
	};

	notifier_start(&range);
	split_huge_pmd_address(vma, walk.address);
	while (page_vma_mapped_walk(&walk))
		if (pte_present(ptep_get(walk.pte)))
			migrate_pte(&walk);
	notifier_end(&range);
	return folio_mapcount(folio);
}

void try_to_migrate(struct folio *folio, enum notifier_event event,
		    const void *owner)
{
	struct migrate_args args = { event, owner };

	if (folio_mapcount(folio))
		rmap_walk(folio, migrate_one, &args);
}

/* Replace one entry by a mapping.  Context: table locked. */
static void restore_pte(struct page_vma_mapped_walk *walk, struct page *page,
			struct vm_area_struct *vma)
{
	pte_t entry = ptep_get(walk->pte);
	pte_t pte = pfn_pte(page_to_pfn(page), READ_ONCE(vma->page_prot));
	struct folio *folio = page_folio(page);

	if (FL_SWP_OFFSET(entry.val) & SWP_MIGRATION_YOUNG)
		pte = pte_mkyoung(pte);
	if (FL_SWP_OFFSET(entry.val) & SWP_MIGRATION_DIRTY)
		pte.val |= FL_PTE_DIRTY;
	if (pte_swp_soft_dirty(entry))
		pte = pte_mksoft_dirty(pte);
	if (pte_swp_type(entry) == SWP_MIGRATION_WRITE)
		pte = pte_mkwrite(pte);
	else if (pte_swp_uffd_wp(entry))
		pte = pte_mkuffd_wp(pte);
	page->anon_exclusive = pte_swp_type(entry) != SWP_MIGRATION_READ;
	folio_get(folio);
	folio_add_anon_rmap_pte(folio, page, vma, walk->address);
	set_pte(walk->pte, pte);
}

static bool restore_one(struct folio *src, struct vm_area_struct *vma,
			unsigned long addr, void *arg)
{
	struct page_vma_mapped_walk walk = walk_of(src, vma, addr);
	struct page *first = arg;
	unsigned long pfn;

	walk.migration = true;
	while (page_vma_mapped_walk(&walk)) {
		pfn = pte_swp_pfn(ptep_get(walk.pte));
		restore_pte(&walk, first + (pfn - folio_pfn(src)), vma);
	}
	return true;
}

void remove_migration_ptes(struct folio *src, struct folio *dst)
{
	rmap_walk(src, restore_one, folio_page(dst, 0));
}

static void copy(struct folio *dst, struct folio *src)
{
	memcpy(pfn_address(folio_pfn(dst)), pfn_address(folio_pfn(src)),
	       PAGE_SIZE << src->order);
	if (READ_ONCE(src->flags) & FOLIO_DIRTY)
		folio_mark_dirty(dst);
	dst->index = src->index;
	dst->anon_vma = src->anon_vma;
	get_anon_vma(dst->anon_vma);
}

/* Return: whether nothing maps @src and only the caller and the swap cache hold
 * references to it.  If so, @dst replaces @src in the swap cache. */
static bool take_over(struct folio *dst, struct folio *src)
{
	if (folio_mapcount(src))
		return false;
	return src->swap ? swap_cache_move(dst, src) :
			   READ_ONCE(src->refcount) == 1;
}

/* Context: both locked, @src referenced.  Return: 0, -EAGAIN. */
static int move(struct folio *dst, struct folio *src, enum notifier_event event,
		const void *owner)
{
	int ret = -EAGAIN;

	try_to_migrate(src, event, owner);
	if (take_over(dst, src)) {
		copy(dst, src);
		ret = 0;
	}
	remove_migration_ptes(src, ret ? src : dst);
	return ret;
}

/* @src is referenced.  Return: 0, -EBUSY, -EAGAIN, -ENOMEM. */
static int migrate(struct folio *src, enum notifier_event event,
		   const void *owner)
{
	struct folio *dst;
	int ret;

	if (!folio_test_anon(src))
		return -EBUSY;
	dst = folio_alloc(src->order);
	if (!dst)
		return -ENOMEM;
	folio_lock(src);
	folio_lock(dst);
	ret = move(dst, src, event, owner);
	folio_unlock(dst);
	folio_put(dst);
	folio_unlock(src);
	return ret;
}

int folio_migrate(unsigned long pfn)
{
	struct folio *folio = folio_by_frame(pfn);
	int ret;

	if (!folio || !folio_try_get(folio))
		return -EINVAL;
	ret = migrate(folio, MMU_NOTIFY_CLEAR, NULL);
	folio_put(folio);
	return ret;
}

/* Return: the folio that a PTE maps at @addr, referenced, or NULL. */
static struct folio *mapped_folio(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd = find_pmd(mm, addr);
	struct folio *folio = NULL;
	struct spinlock *ptl;
	pte_t *ptep, pte;

	ptep = pmd ? pte_offset_map_lock(pmd, addr, &ptl) : NULL;
	if (!ptep)
		return NULL;
	pte = ptep_get(ptep);
	if (pte_present(pte) && !pte_special(pte)) {
		folio = page_folio(pfn_to_page(pte_pfn(pte)));
		folio_get(folio);
	}
	spin_unlock(ptl);
	return folio;
}

/*
 * migrate_range - let a driver move what it can of a range; notifications
 * carry its @owner
 * Return: how many pages moved; -EINVAL if the range is not in one VMA.
 */
long migrate_range(struct fl_mm *m, unsigned long start, unsigned long npages,
		   const void *owner)
{
	unsigned long addr, end = start + npages * PAGE_SIZE;
	struct mm_struct *mm = mm_of(m);
	struct vm_area_struct *vma;
	struct folio *folio;
	long moved = 0;

	read_lock(&mm->mmap_lock);
	vma = vma_lookup(mm, start);
	if (!vma || vma->end < end)
		moved = -EINVAL;
	for (addr = start; addr < end && moved >= 0; addr += PAGE_SIZE) {
		folio = mapped_folio(mm, addr);
		if (!folio)
			continue;
		moved += !migrate(folio, MMU_NOTIFY_MIGRATE, owner);
		folio_put(folio);
	}
	read_unlock(&mm->mmap_lock);
	return moved;
}
