/* SPDX-License-Identifier: GPL-2.0-only */
/* view.c - read a kernel's state into the types of types.h, without locks or
 * side effects */
#include "port.h"
#include "entry.h"

static unsigned long fl_view_pgd(struct fl_mm *mm)
{
	return virt_to_pfn(mm_of(mm)->pgd);
}

static unsigned int fl_view_asid(struct fl_mm *mm)
{
	return mm_of(mm)->context.asid;
}

static void present(pte_t pte, struct fl_pte *out)
{
	out->present = true;
	out->writable = pte_write(pte);
	out->dirty = pte_dirty(pte);
	out->accessed = pte_young(pte);
	out->soft_dirty = pte_soft_dirty(pte);
	out->uffd_wp = pte_uffd_wp(pte);
	out->pfn = pte_pfn(pte);
}

static void absent(pte_t pte, struct fl_pte *out)
{
	out->soft_dirty = pte_swp_soft_dirty(pte);
	out->uffd_wp = pte_swp_uffd_wp(pte);
	out->exclusive = fl_entry_is_exclusive(pte);
	out->exclusive_writable = fl_entry_is_writable(pte);
	out->swap = fl_entry_is_swap(pte);
	out->migration = fl_entry_is_migration(pte);
	if (out->exclusive || out->migration)
		out->pfn = fl_entry_pfn(pte);
}

void fl_view_pte(struct fl_mm *mm, unsigned long addr, struct fl_pte *out)
{
	p4d_t *p4d = p4d_offset(pgd_offset(mm_of(mm), addr), addr);
	pud_t *pud;
	pmd_t *pmd;
	pte_t pte;

	memset(out, 0, sizeof(*out));
	if (p4d_none(*p4d))
		return;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_trans_huge(*pmd)) {
		pte = __pte(pmd_val(*pmd));
		out->raw = pte_val(pte);
		out->huge = true;
		present(pte, out);
		out->pfn += (addr & ~PMD_MASK) >> PAGE_SHIFT;
		return;
	}
	if (!pmd_present(*pmd)) {
		/* A huge page that is being migrated, or in device memory. */
		out->raw = pmd_val(*pmd);
		return;
	}
	pte = READ_ONCE(*pte_offset_kernel(pmd, addr));
	out->raw = pte_val(pte);
	if (pte_present(pte))
		present(pte, out);
	else if (!pte_none(pte))
		absent(pte, out);
}

/* The count of mappings of a large folio as a whole. */
static atomic_t *entire_mapcount(struct folio *folio)
{
#ifdef FL_HAVE_PAGE_DTORS
	return folio_mapcount_ptr(folio);
#else
	return &folio->_entire_mapcount;
#endif
}

static bool is_huge_zero(struct folio *folio)
{
#ifdef FL_HAVE_HUGE_ZERO_FOLIO
	return is_huge_zero_folio(folio);
#else
	return is_huge_zero_page(&folio->page);
#endif
}

static void fl_view_folio(unsigned long pfn, struct fl_folio *out)
{
	struct page *page = pfn_to_page(pfn);
	struct folio *folio = page_folio(page);

	memset(out, 0, sizeof(*out));
	out->head = folio_pfn(folio);
	out->order = folio_order(folio);
	out->refcount = folio_ref_count(folio);
	out->mapcount = atomic_read(&page->_mapcount) + 1;
	if (folio_test_large(folio))
		out->mapcount += atomic_read(entire_mapcount(folio)) + 1;
	out->locked = folio_test_locked(folio);
	out->anon = folio_test_anon(folio);
	out->dirty = folio_test_dirty(folio);
	out->swap_cache = folio_test_swapcache(folio);
	out->huge_zero = is_huge_zero(folio);
	out->anon_exclusive = out->anon && PageAnonExclusive(page);
}

/* Reads the maple tree directly: find_vma() asserts that a lock is held. */
static unsigned int fl_view_prot(struct fl_mm *mm, unsigned long addr)
{
	const struct vm_area_struct *vma = mtree_load(&mm_of(mm)->mm_mt, addr);

	if (!vma)
		return ~0u;
	return (vma->vm_flags & VM_READ ? FL_PROT_READ : 0) |
	       (vma->vm_flags & VM_WRITE ? FL_PROT_WRITE : 0);
}

/* Tail pages have other fields at these offsets.  Those have no names here. */
static const char *fl_view_field(unsigned long addr, unsigned long *pfn)
{
	unsigned long at = addr - (unsigned long)pfn_to_page(0);

	*pfn = at / sizeof(struct page);
	if (!pfn_valid(*pfn))
		return NULL;
	switch (at % sizeof(struct page)) {
	case offsetof(struct page, flags):
		return "flags";
	case offsetof(struct page, mapping):
		return "mapping";
	case offsetof(struct page, _mapcount):
		return "mapcount";
	case offsetof(struct page, _refcount):
		return "refcount";
	default:
		return NULL;
	}
}

static long rss_of(struct mm_struct *mm, int member)
{
#ifdef SPLIT_RSS_COUNTING
	/* One task's additions may be cached while another's subtractions are
	 * not.  Only the sum is right: get_mm_counter() would clamp the
	 * negative part to 0. */
	return atomic_long_read(&mm->rss_stat.count[member]) +
	       fl_task_rss(mm, member);
#else
	return get_mm_counter(mm, member);
#endif
}

static void fl_view_rss(struct fl_mm *mm, struct fl_rss *rss)
{
	rss->anon = rss_of(mm_of(mm), MM_ANONPAGES);
	rss->file = rss_of(mm_of(mm), MM_FILEPAGES) +
		    rss_of(mm_of(mm), MM_SHMEMPAGES);
	rss->swap = rss_of(mm_of(mm), MM_SWAPENTS);
}

/* Pages of the swap file that hold data, or are allocated for it. */
static unsigned long fl_view_swap_used(void)
{
	return total_swap_pages - get_nr_swap_pages();
}

const struct fl_view_ops fl_view_ops = {
	.pgd = fl_view_pgd,
	.asid = fl_view_asid,
	.rss = fl_view_rss,
	.pte = fl_view_pte,
	.prot = fl_view_prot,
	.folio = fl_view_folio,
	.field = fl_view_field,
	.swap_used = fl_view_swap_used,
};
