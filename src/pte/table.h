/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h - page tables: how the kernel finds and creates an entry
 *
 *  - find_pmd(), pmd_alloc(), pte_alloc()
 *  - pte_offset_map_lock(), table_lock()
 *  - deposit_table(), withdraw_table()   a spare one for each huge page
 *  - free_tables()
 *
 * Four levels: PGD, PUD, PMD, PTE.  Each table has its own lock (a "split"
 * page-table lock), held for every change of one of its entries, so faults on
 * different tables do not contend.
 *
 * Context: the mmap lock is held, at least for reading.  Tables may be
 * added under it, but are freed only under the mmap lock for writing, or
 * when the mm ends.
 */
#ifndef FL_MODEL_TABLE_H
#define FL_MODEL_TABLE_H

#include "pte/pte.h"

struct mm_struct;

/* Return: the lock of the table that contains @entry. */
struct spinlock *table_lock(pte_t *entry);

/* table_alloc - Return: the frame of an empty table, or FL_NO_FRAME. */
unsigned long table_alloc(struct mm_struct *mm);
void table_free(struct mm_struct *mm, unsigned long pfn);

/* find_pmd - Return: the PMD entry for @addr, whatever its contents; NULL if
 * there is no table for it. */
pmd_t *find_pmd(struct mm_struct *mm, unsigned long addr);

/* pmd_alloc - as find_pmd(), but allocates missing tables.  NULL: no memory. */
pmd_t *pmd_alloc(struct mm_struct *mm, unsigned long addr);

/* pte_alloc - give @pmd a PTE table if it is none.  Return: 0, -ENOMEM. */
int pte_alloc(struct mm_struct *mm, pmd_t *pmd);

/*
 * pte_offset_map_lock - find the PTE for @addr and lock its table
 * Return: the entry; the caller unlocks *@ptl.  NULL, nothing locked, if
 * @pmd has no PTE table (any more): the caller backs out and lets the
 * access fault again.
 */
pte_t *pte_offset_map_lock(pmd_t *pmd, unsigned long addr,
			   struct spinlock **ptl);

/* pte_offset - the same, without the lock */
pte_t *pte_offset(pmd_t *pmd, unsigned long addr);

/* Make @pmd point to a PTE table.  Context: the PMD's table is locked. */
void pmd_populate(pmd_t *pmd, unsigned long table);

/* deposit_table - keep a table for the split of the huge @pmd, which must not
 * fail.  Context: the PMD's table is locked, as for withdraw_table(). */
void deposit_table(pmd_t *pmd, unsigned long table);
unsigned long withdraw_table(pmd_t *pmd);

/* free_tables - free tables that serve no address outside [floor, ceiling)
 * Context: nothing is mapped there, TLBs flushed, mmap lock
 * held for writing. */
void free_tables(struct mm_struct *mm, unsigned long floor,
		 unsigned long ceiling);

#endif /* FL_MODEL_TABLE_H */
