/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pte.h - one page-table entry, as a value and in memory
 *
 *  - pte_none(), _present(), _write(), ...   tests of a value
 *  - pte_mkold(), _mkdirty(), ...            a value with one change
 *  - ptep_get(), set_pte(), ptep_get_and_clear()   memory; each is a step
 *
 * Entries of all levels have this type.  A PMD with FL_PTE_HUGE maps 2 MiB with
 * the same bits; names with pmd refer to PMD entries.
 */
#ifndef FL_MODEL_PTE_H
#define FL_MODEL_PTE_H

#include "pte/model.h"

#define PAGE_SIZE      FL_PAGE_SIZE
#define PAGE_MASK      (~(PAGE_SIZE - 1))
#define PTRS_PER_TABLE 512
#define PMD_ORDER      9
#define PMD_SIZE       (PAGE_SIZE << PMD_ORDER)
#define PMD_MASK       (~(PMD_SIZE - 1))

typedef struct {
	unsigned long val;
} pte_t;
typedef pte_t pmd_t;

static inline pte_t __pte(unsigned long val)
{
	return (pte_t){ val };
}

#define PTE_TEST(name, bits)                     \
	static inline bool pte_##name(pte_t pte) \
	{                                        \
		return pte.val & (bits);         \
	}
#define PTE_CHANGE(name, clear, set)                        \
	static inline pte_t pte_##name(pte_t pte)           \
	{                                                   \
		return __pte((pte.val & ~(clear)) | (set)); \
	}

/* A page without rights (PROT_NONE) is present for the kernel, but
 * not for a CPU. */
PTE_TEST(present, FL_PTE_PRESENT | FL_PTE_PROT_NONE)
PTE_TEST(protnone, FL_PTE_PROT_NONE)
PTE_TEST(write, FL_PTE_WRITE)
PTE_TEST(dirty, FL_PTE_DIRTY)
PTE_TEST(young, FL_PTE_ACCESSED)
PTE_TEST(soft_dirty, FL_PTE_SOFT_DIRTY)
PTE_TEST(uffd_wp, FL_PTE_UFFD_WP)
PTE_TEST(special, FL_PTE_SPECIAL)
PTE_TEST(huge, FL_PTE_HUGE)

PTE_CHANGE(mkold, FL_PTE_ACCESSED, 0UL)
PTE_CHANGE(mkyoung, 0UL, FL_PTE_ACCESSED)
PTE_CHANGE(mkdirty, 0UL, FL_PTE_DIRTY | FL_PTE_SOFT_DIRTY)
PTE_CHANGE(mkwrite, 0UL, FL_PTE_WRITE)
PTE_CHANGE(wrprotect, FL_PTE_WRITE, 0UL)
PTE_CHANGE(mkspecial, 0UL, FL_PTE_SPECIAL)
PTE_CHANGE(mkhuge, 0UL, FL_PTE_HUGE)
PTE_CHANGE(mksoft_dirty, 0UL, FL_PTE_SOFT_DIRTY)
PTE_CHANGE(clear_soft_dirty, FL_PTE_SOFT_DIRTY, 0UL)
PTE_CHANGE(mkuffd_wp, FL_PTE_WRITE, FL_PTE_UFFD_WP)
PTE_CHANGE(clear_uffd_wp, FL_PTE_UFFD_WP, 0UL)

static inline bool pte_none(pte_t pte)
{
	return !pte.val;
}
static inline bool pte_same(pte_t a, pte_t b)
{
	return a.val == b.val;
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return (pte.val & FL_PTE_PFN_MASK) >> FL_PTE_PFN_SHIFT;
}

/* @prot: rights, in the bits of vma->page_prot */
static inline pte_t pfn_pte(unsigned long pfn, unsigned long prot)
{
	return __pte(pfn << FL_PTE_PFN_SHIFT | prot);
}

/* Change the rights; keep the page and what hardware and software
 * recorded of it. */
static inline pte_t pte_modify(pte_t pte, unsigned long prot)
{
	return __pte((pte.val & (FL_PTE_PFN_MASK | FL_PTE_ACCESSED |
				 FL_PTE_DIRTY | FL_PTE_HUGE | FL_PTE_SPECIAL |
				 FL_PTE_SOFT_DIRTY | FL_PTE_UFFD_WP)) |
		     prot);
}

static inline pte_t ptep_get(pte_t *ptep)
{
	return __pte(READ_ONCE(ptep->val));
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	fl_hw_access(FL_HW_PT_STORE, ptep, sizeof(*ptep));
	__atomic_store_n(&ptep->val, pte.val, __ATOMIC_RELEASE);
}

/* Atomic, because the table walker of another CPU may set the dirty bit between
 * a load and a store. */
static inline pte_t ptep_get_and_clear(pte_t *ptep)
{
	fl_hw_access(FL_HW_PT_STORE, ptep, sizeof(*ptep));
	return __pte(__atomic_exchange_n(&ptep->val, 0UL, __ATOMIC_ACQ_REL));
}

static inline void ptep_set_wrprotect(pte_t *ptep)
{
	fl_hw_access(FL_HW_PT_STORE, ptep, sizeof(*ptep));
	__atomic_fetch_and(&ptep->val, ~FL_PTE_WRITE, __ATOMIC_ACQ_REL);
}

/* Invalidate a huge PMD that is being split: CPUs no longer use it, but it is
 * not none, so no fault populates it.  Return: the old value. */
static inline pmd_t pmdp_invalidate(pmd_t *pmdp)
{
	fl_hw_access(FL_HW_PT_STORE, pmdp, sizeof(*pmdp));
	return __pte(__atomic_fetch_and(&pmdp->val, ~FL_PTE_PRESENT,
					__ATOMIC_ACQ_REL));
}

#endif /* FL_MODEL_PTE_H */
