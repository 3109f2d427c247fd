/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pgalloc.h - page tables are allocated by the page allocator
 *
 * A table is freed through the mmu_gather, after the TLB flush, so that a CPU
 * which still walks it finds a table.  The mmu_gather takes a struct page until
 * 6.4, and a struct ptdesc since.  In 7.2 all levels have one destructor, which
 * is called when the table is freed.
 */
#ifndef _ASM_PGALLOC_H
#define _ASM_PGALLOC_H
#include <linux/mm.h>
#include <asm-generic/pgalloc.h>

#define pmd_populate_kernel(mm, pmdp, ptep) \
	set_pmd(pmdp, __pmd(_PAGE_TABLE | __pa(ptep)))
#define pmd_populate(mm, pmdp, page) \
	set_pmd(pmdp, __pmd(_PAGE_TABLE | (page_to_pfn(page) << PAGE_SHIFT)))
#define pud_populate(mm, pudp, pmd) \
	set_pud(pudp, __pud(_PAGE_TABLE | __pa(pmd)))
#define p4d_populate(mm, p4dp, pud) \
	set_p4d(p4dp, __p4d(_PAGE_TABLE | __pa(pud)))

#ifndef pgd_alloc
extern pgd_t *pgd_alloc(struct mm_struct *mm);
#endif

#ifdef FL_HAVE_TABLE_DTOR
#define __pte_free_tlb(tlb, pte, addr) tlb_remove_ptdesc(tlb, page_ptdesc(pte))
#define __pmd_free_tlb(tlb, pmd, addr) \
	tlb_remove_ptdesc(tlb, virt_to_ptdesc(pmd))
#define __pud_free_tlb(tlb, pud, addr) \
	tlb_remove_ptdesc(tlb, virt_to_ptdesc(pud))
#elif defined(page_ptdesc)
#define __pte_free_tlb(tlb, pte, addr)                         \
	do {                                                   \
		pagetable_pte_dtor(page_ptdesc(pte));          \
		tlb_remove_page_ptdesc(tlb, page_ptdesc(pte)); \
	} while (0)
#define __pmd_free_tlb(tlb, pmd, addr)                            \
	do {                                                      \
		pagetable_pmd_dtor(virt_to_ptdesc(pmd));          \
		tlb_remove_page_ptdesc(tlb, virt_to_ptdesc(pmd)); \
	} while (0)
#else
#define __pte_free_tlb(tlb, pte, addr)      \
	do {                                \
		pgtable_pte_page_dtor(pte); \
		tlb_remove_page(tlb, pte);  \
	} while (0)
#define __pmd_free_tlb(tlb, pmd, addr)                    \
	do {                                              \
		pgtable_pmd_page_dtor(virt_to_page(pmd)); \
		tlb_remove_page(tlb, virt_to_page(pmd));  \
	} while (0)
#endif
#ifndef __pud_free_tlb
#define __pud_free_tlb(tlb, pud, addr) tlb_remove_page(tlb, virt_to_page(pud))
#endif
#endif
