/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * view.c - the model's state in the types of types.h
 *
 * A view is not a step of any thread: it reads memory without announcing the
 * access, and takes no lock.
 */
#include <string.h>

#include "fault/view.h"
#include "pte/mm.h"
#include "pte/swap.h"
#include "pte/swapfile.h"

static unsigned long view_pgd(struct fl_mm *mm)
{
	return mm_of(mm)->pgd;
}

static unsigned int view_asid(struct fl_mm *mm)
{
	return mm_of(mm)->asid;
}

static void view_rss(struct fl_mm *mm, struct fl_rss *rss)
{
	*rss = (struct fl_rss){
		.anon = mm_of(mm)->rss[MM_ANONPAGES],
		.file = mm_of(mm)->rss[MM_FILEPAGES],
		.swap = mm_of(mm)->rss[MM_SWAPENTS],
	};
}

static pte_t peek(unsigned long table, unsigned long addr, int level)
{
	unsigned int shift = FL_PAGE_SHIFT + FL_PT_SHIFT * (level - 1);
	const pte_t *entries = pfn_address(table);

	return __pte(
		__atomic_load_n(&entries[(addr >> shift) % PTRS_PER_TABLE].val,
				__ATOMIC_RELAXED));
}

/* Return: the PTE, or the huge PMD, or none. */
static pte_t find(struct mm_struct *mm, unsigned long addr)
{
	unsigned long table = mm->pgd;
	pte_t entry;
	int level;

	for (level = FL_PT_LEVELS; level > 1; level--) {
		entry = peek(table, addr, level);
		if (pte_none(entry) || pte_huge(entry))
			return entry;
		table = pte_pfn(entry);
	}
	return peek(table, addr, 1);
}

static void present(pte_t pte, unsigned long addr, struct fl_pte *out)
{
	out->present = true;
	out->writable = pte_write(pte);
	out->dirty = pte_dirty(pte);
	out->accessed = pte_young(pte);
	out->soft_dirty = pte_soft_dirty(pte);
	out->uffd_wp = pte_uffd_wp(pte);
	out->huge = pte_huge(pte);
	out->pfn = pte_pfn(pte);
	if (out->huge)
		out->pfn += (addr & ~PMD_MASK) >> FL_PAGE_SHIFT;
}

static void absent(pte_t entry, struct fl_pte *out)
{
	out->exclusive = is_exclusive_entry(entry);
	out->exclusive_writable = is_writable_exclusive_entry(entry);
	out->migration = is_migration_entry(entry);
	out->swap = is_swapped(entry);
	out->soft_dirty = pte_swp_soft_dirty(entry);
	out->uffd_wp = pte_swp_uffd_wp(entry);
	if (!out->swap)
		out->pfn = pte_swp_pfn(entry);
}

static void view_pte(struct fl_mm *mm, unsigned long addr, struct fl_pte *out)
{
	pte_t pte = find(mm_of(mm), addr);

	memset(out, 0, sizeof(*out));
	out->raw = pte.val;
	if (pte_present(pte) || pte_huge(pte))
		present(pte, addr, out);
	else if (!pte_none(pte))
		absent(pte, out);
}

static void view_folio(unsigned long pfn, struct fl_folio *out)
{
	const struct page *page = &model.mem_map[pfn];
	const struct folio *folio = page->folio;

	*out = (struct fl_folio){
		.head = container_of(folio, struct page, head) - model.mem_map,
		.order = folio->order,
		.refcount = folio->refcount,
		.mapcount = page->mapcount,
		.locked = folio->flags & FOLIO_LOCKED,
		.anon = folio->anon_vma,
		.dirty = folio->flags & FOLIO_DIRTY,
		.swap_cache = folio->swap,
		.anon_exclusive = page->anon_exclusive,
	};
	if (folio->order)
		out->mapcount += folio->entire_mapcount;
}

/* Walk the list directly: vma_lookup() asserts that the mmap lock is held. */
static unsigned int view_prot(struct fl_mm *mm, unsigned long addr)
{
	const struct vm_area_struct *vma = mm_of(mm)->mmap;

	while (vma && vma->end <= addr)
		vma = vma->next;
	if (!vma || vma->start > addr)
		return ~0u;
	return (vma->flags & VM_READ ? FL_PROT_READ : 0) |
	       (vma->flags & VM_WRITE ? FL_PROT_WRITE : 0);
}

static const char *view_field(unsigned long addr, unsigned long *pfn)
{
	unsigned long at = addr - (unsigned long)model.mem_map;

	*pfn = at / sizeof(struct page);
	if (*pfn >= fl_hw.nr_frames)
		return NULL;
	switch (at % sizeof(struct page)) {
	case offsetof(struct page, folio):
		return "folio";
	case offsetof(struct page, anon_exclusive):
		return "anon_exclusive";
	case offsetof(struct page, head.flags):
		return "flags";
	case offsetof(struct page, head.refcount):
		return "refcount";
	case offsetof(struct page, head.mapcount):
		return "folio mapcount";
	case offsetof(struct page, mapcount):
		return "mapcount";
	case offsetof(struct page, ptl):
		return "page-table lock";
	default:
		return NULL;
	}
}

const struct fl_view_ops view_ops = {
	.pgd = view_pgd,
	.asid = view_asid,
	.rss = view_rss,
	.pte = view_pte,
	.prot = view_prot,
	.folio = view_folio,
	.field = view_field,
	.swap_used = swap_used, /* pte/swapfile.c has the slots */
};
