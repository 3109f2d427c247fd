/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rmap.c - counts of mappings
 *
 * A page counts the PTEs that map it.  A folio counts all mappings of its
 * pages, and a PMD's as one.  A device-exclusive entry is not a mapping: it is
 * in neither count (as in Linux before 6.14, which the model follows), but it
 * keeps the reference.
 */
#include "rmap/rmap.h"
#include "pte/table.h"

void folio_set_anon_vma(struct folio *folio, struct vm_area_struct *vma,
			unsigned long addr)
{
	folio->index = linear_page_index(vma, addr);
	folio->anon_vma = vma->anon_vma;
	get_anon_vma(vma->anon_vma);
}

void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma,
			     unsigned long addr)
{
	unsigned long i;

	VM_BUG_ON(!vma->anon_vma);
	VM_BUG_ON(folio->mapcount);
	folio_set_anon_vma(folio, vma, addr);
	for (i = 0; i < folio_nr_pages(folio); i++)
		folio_page(folio, i)->anon_exclusive = true;
	atomic_add_return(folio->order ? &folio->entire_mapcount :
					 &folio_page(folio, 0)->mapcount,
			  1);
	atomic_add_return(&folio->mapcount, 1);
}

static void add_pte(struct folio *folio, struct page *page)
{
	VM_BUG_ON(page_folio(page) != folio);
	atomic_add_return(&page->mapcount, 1);
	atomic_add_return(&folio->mapcount, 1);
}

void folio_add_anon_rmap_pte(struct folio *folio, struct page *page,
			     struct vm_area_struct *vma, unsigned long addr)
{
	unsigned long i = page - folio_page(folio, 0);

	VM_BUG_ON(!folio_test_anon(folio));
	VM_BUG_ON(!folio_test_locked(folio));
	VM_BUG_ON(folio->anon_vma != vma->anon_vma);
	VM_BUG_ON(folio->index + i != linear_page_index(vma, addr));
	add_pte(folio, page);
}

void folio_add_file_rmap_pte(struct folio *folio, struct page *page)
{
	VM_BUG_ON(folio_test_anon(folio));
	add_pte(folio, page);
}

void folio_dup_rmap_pte(struct folio *folio, struct page *page)
{
	VM_BUG_ON(!READ_ONCE(page->mapcount));
	add_pte(folio, page);
}

static void sub(int *mapcount)
{
	int left = atomic_add_return(mapcount, -1);

	VM_BUG_ON(left < 0);
}

void folio_remove_rmap_pte(struct folio *folio, struct page *page)
{
	VM_BUG_ON(page_folio(page) != folio);
	sub(&page->mapcount);
	sub(&folio->mapcount);
}

void folio_remove_rmap_pmd(struct folio *folio)
{
	sub(&folio->entire_mapcount);
	sub(&folio->mapcount);
}

void folio_split_rmap(struct folio *folio)
{
	unsigned long i, n = folio_nr_pages(folio);

	for (i = 0; i < n; i++)
		atomic_add_return(&folio_page(folio, i)->mapcount, 1);
	atomic_add_return(&folio->mapcount, n);
	folio_remove_rmap_pmd(folio);
}
