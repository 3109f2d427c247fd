/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page.c - the page allocator, over the machine's frames
 *
 * custom: no zones, no reclaim, no LRU lists.  Hides: memory pressure; a page on
 * an LRU list differs from one off it in its flag only.
 */
#include <linux/mm.h>
#include <linux/gfp.h>
#include <linux/rmap.h>
#include <linux/swap.h>
#include <linux/pagevec.h>
#include <linux/mmzone.h>
#include <asm/hw.h>
#include "alloc.h"
#include "mm/internal.h"

struct page *fl_zero_page;
struct pglist_data contig_page_data;

static void fresh(struct page *page)
{
	memset(page, 0, sizeof(*page));
	atomic_set(&page->_mapcount, -1);
}

static struct page *get_block(gfp_t gfp, unsigned int order)
{
	unsigned long pfn = fl_hw_frame_alloc(order, hw_flags(gfp));
	struct page *page;
	int i;

	if (pfn == FL_NO_FRAME)
		return NULL;
	page = pfn_to_page(pfn);
	for (i = 0; i < 1 << order; i++)
		fresh(page + i);
	set_page_count(page, 1);
	if (order && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
	return page;
}

static void put_block(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);
	int i;

	VM_BUG_ON_PAGE(page_ref_count(page), page);
	for (i = 0; i < 1 << order; i++)
		VM_BUG_ON_PAGE(page[i].flags & PAGE_FLAGS_CHECK_AT_FREE,
			       page + i);
	for (i = 0; i < 1 << order; i++)
		fresh(page + i);
	fl_hw_frame_free(pfn, order);
}

struct page *L(__alloc_pages)(gfp_t gfp, unsigned int order, int nid,
			      nodemask_t *mask)
{
	return get_block(gfp, order);
}

struct folio *L(__folio_alloc)(gfp_t gfp, unsigned int order, int nid,
			       nodemask_t *mask)
{
	return (struct folio *)get_block(gfp | __GFP_COMP, order);
}

#ifdef FL_HAVE_ALLOC_HOOKS
unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
#else
unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
#endif
{
	struct page *page = get_block(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}

#ifndef FL_HAVE_ALLOC_HOOKS
unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}
#endif

void __free_pages(struct page *page, unsigned int order)
{
	if (put_page_testzero(page))
		put_block(page, order);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

void __folio_put(struct folio *folio)
{
	folio_clear_lru(folio);
	folio_clear_active(folio);
	folio->mapping = NULL;
	put_block(&folio->page, folio_order(folio));
}

void folio_add_lru(struct folio *folio) { folio_set_lru(folio); }
void folio_add_lru_vma(struct folio *folio, struct vm_area_struct *vma)
{
	folio_set_lru(folio);
}
void lru_add_drain(void) { }
void lru_add_drain_all(void) { }
void folio_mark_accessed(struct folio *folio) { folio_set_referenced(folio); }
bool folio_mark_dirty(struct folio *folio)
{
	return !folio_test_set_dirty(folio);
}
void mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
			 long delta)
{
}
void __mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
			   long delta)
{
}

void free_page_and_swap_cache(struct page *page)
{
	if (page != fl_zero_page)
		put_page(page);
}

/* Called once, when the kernel boots: one struct page for each frame. */
void fl_port_page_init(void)
{
	unsigned long pfn;

	max_mapnr = fl_hw.nr_frames;
	highest_memmap_pfn = fl_hw.nr_frames - 1;
	mem_map = fl_hw_boot_alloc(sizeof(struct page) * max_mapnr, 64);
	for (pfn = 0; pfn < max_mapnr; pfn++)
		fresh(mem_map + pfn);
	fl_zero_page = get_block(GFP_KERNEL | __GFP_ZERO | __GFP_NOFAIL, 0);
	__SetPageReserved(fl_zero_page);
}
