/* SPDX-License-Identifier: GPL-2.0-only */
/* table.c - page tables: walk, create, free */
#include <errno.h>

#include "pte/mm.h"
#include "pte/page.h"
#include "pte/table.h"

enum { PTE_LEVEL = 1, PMD_LEVEL = 2, PGD_LEVEL = FL_PT_LEVELS };

#define TABLE_BITS \
	(FL_PTE_PRESENT | FL_PTE_WRITE | FL_PTE_USER | FL_PTE_ACCESSED)

/* log2 of the bytes that an entry of @level covers */
static unsigned int level_shift(int level)
{
	return FL_PAGE_SHIFT + FL_PT_SHIFT * (level - 1);
}

static pte_t *entry_of(unsigned long table, unsigned long addr, int level)
{
	return (pte_t *)pfn_address(table) +
	       (addr >> level_shift(level)) % PTRS_PER_TABLE;
}

static struct page *table_of(pte_t *entry)
{
	return pfn_to_page(((unsigned long)entry - fl_hw.direct_map) >>
			   FL_PAGE_SHIFT);
}

struct spinlock *table_lock(pte_t *entry)
{
	return &table_of(entry)->ptl;
}

unsigned long table_alloc(struct mm_struct *mm)
{
	unsigned long pfn = fl_hw_frame_alloc(0,
					      FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (pfn == FL_NO_FRAME)
		return pfn;
	spin_lock_init(&pfn_to_page(pfn)->ptl, "ptlock");
	atomic_add_return(&mm->nr_tables, 1);
	return pfn;
}

void table_free(struct mm_struct *mm, unsigned long pfn)
{
	VM_BUG_ON(pfn_to_page(pfn)->ptl.word);
	VM_BUG_ON(pfn_to_page(pfn)->deposit);
	atomic_add_return(&mm->nr_tables, -1);
	fl_hw_frame_free(pfn, 0);
}

pmd_t *find_pmd(struct mm_struct *mm, unsigned long addr)
{
	unsigned long table = mm->pgd;
	int level;

	for (level = PGD_LEVEL; level > PMD_LEVEL; level--) {
		pte_t entry = ptep_get(entry_of(table, addr, level));

		if (pte_none(entry))
			return NULL;
		table = pte_pfn(entry);
	}
	return entry_of(table, addr, PMD_LEVEL);
}

/*
 * Two threads may fault below the same empty entry, each with the mmap lock
 * held for reading.  Both allocate a table without a lock; the second one finds
 * the entry filled and frees its own.
 */
static int fill(struct mm_struct *mm, pte_t *entry, struct spinlock *lock)
{
	unsigned long table;

	if (!pte_none(ptep_get(entry)))
		return 0;
	table = table_alloc(mm);
	if (table == FL_NO_FRAME)
		return -ENOMEM;
	spin_lock(lock);
	if (pte_none(ptep_get(entry))) {
		pmd_populate(entry, table);
		table = FL_NO_FRAME;
	}
	spin_unlock(lock);
	if (table != FL_NO_FRAME)
		table_free(mm, table);
	return 0;
}

pmd_t *pmd_alloc(struct mm_struct *mm, unsigned long addr)
{
	unsigned long table = mm->pgd;
	int level;

	assert_rwsem_held(&mm->mmap_lock);
	for (level = PGD_LEVEL; level > PMD_LEVEL; level--) {
		pte_t *entry = entry_of(table, addr, level);

		if (fill(mm, entry, &mm->page_table_lock))
			return NULL;
		table = pte_pfn(ptep_get(entry));
	}
	return entry_of(table, addr, PMD_LEVEL);
}

int pte_alloc(struct mm_struct *mm, pmd_t *pmd)
{
	assert_rwsem_held(&mm->mmap_lock);
	return fill(mm, pmd, table_lock(pmd));
}

pte_t *pte_offset(pmd_t *pmd, unsigned long addr)
{
	pmd_t val = ptep_get(pmd);

	if (pte_none(val) || pte_huge(val))
		return NULL;
	return entry_of(pte_pfn(val), addr, PTE_LEVEL);
}

pte_t *pte_offset_map_lock(pmd_t *pmd, unsigned long addr,
			   struct spinlock **ptl)
{
	pte_t *pte = pte_offset(pmd, addr);

	if (!pte)
		return NULL;
	*ptl = table_lock(pte);
	spin_lock_nested(*ptl);
	/* Under the mmap lock a none or huge PMD may become a table, and a
	 * table stays one.  The kernel, which does free tables here,
	 * checks again. */
	VM_BUG_ON(pte_offset(pmd, addr) != pte);
	return pte;
}

void pmd_populate(pmd_t *pmd, unsigned long table)
{
	set_pte(pmd, pfn_pte(table, TABLE_BITS));
}

void deposit_table(pmd_t *pmd, unsigned long table)
{
	struct page *pmds = table_of(pmd), *spare = pfn_to_page(table);

	assert_spin_held(&pmds->ptl);
	spare->deposit = pmds->deposit;
	pmds->deposit = spare;
}

/* Any table of the list will do: all are empty. */
unsigned long withdraw_table(pmd_t *pmd)
{
	struct page *pmds = table_of(pmd), *spare = pmds->deposit;

	assert_spin_held(&pmds->ptl);
	VM_BUG_ON(!spare);
	pmds->deposit = spare->deposit;
	spare->deposit = NULL;
	return page_to_pfn(spare);
}

/* Free the tables below the entries of @table, whose first address is @base,
 * restricted to [floor, ceiling). */
static void free_below(struct mm_struct *mm, unsigned long table, int level,
		       unsigned long base, unsigned long floor,
		       unsigned long ceiling)
{
	unsigned long size = 1UL << level_shift(level), i;

	for (i = 0; i < PTRS_PER_TABLE; i++) {
		pte_t *entry = (pte_t *)pfn_address(table) + i;
		unsigned long start = base + i * size, child;

		if (start >= ceiling || start + size <= floor ||
		    pte_none(*entry))
			continue;
		VM_BUG_ON(pte_huge(*entry));
		child = pte_pfn(*entry);
		if (level > PMD_LEVEL)
			free_below(mm, child, level - 1, start, floor, ceiling);
		if (start < floor || start + size > ceiling)
			continue; /* other addresses still need it */
		set_pte(entry, __pte(0));
		table_free(mm, child);
	}
}

void free_tables(struct mm_struct *mm, unsigned long floor,
		 unsigned long ceiling)
{
	free_below(mm, mm->pgd, PGD_LEVEL, 0, floor, ceiling);
}
