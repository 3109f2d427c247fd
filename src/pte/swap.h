/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swap.h - swap entries: what a PTE holds that maps nothing
 *
 *  - make_exclusive_entry(), is_exclusive_entry(), ...
 *  - pte_swp_*()  the marks that such a PTE keeps of the one it replaced
 *
 *    63      12 11 9 8     4   3     2      1       0
 *   |   pfn    |  0 | type |  0  | soft  | uffd  |  0  |
 *                                  dirty   wp    not present
 *
 * The model has no swap, so the only types are the two of a device-exclusive
 * entry.  Which of them says what the CPU may do when the mapping is back; it is
 * the one thing that must be remembered, for the CPU may do nothing until then.
 * Their numbers are those of a 6.12 with our configuration.
 */
#ifndef FL_MODEL_SWAP_H
#define FL_MODEL_SWAP_H

#include "pte/pte.h"

#define SWP_EXCLUSIVE_WRITE	29UL
#define SWP_EXCLUSIVE_READ	30UL

static inline pte_t make_exclusive_entry(unsigned long pfn, bool writable)
{
	unsigned long type = writable ? SWP_EXCLUSIVE_WRITE :
					SWP_EXCLUSIVE_READ;

	return __pte(pfn << FL_SWP_OFFSET_SHIFT | type << FL_SWP_TYPE_SHIFT);
}

static inline bool is_swap_pte(pte_t pte)
{
	return !pte_none(pte) && !pte_present(pte) && !pte_huge(pte);
}

static inline unsigned long pte_swp_type(pte_t pte)
{
	return pte.val >> FL_SWP_TYPE_SHIFT & ((1UL << FL_SWP_TYPE_BITS) - 1);
}

static inline bool is_writable_exclusive_entry(pte_t pte)
{
	return is_swap_pte(pte) && pte_swp_type(pte) == SWP_EXCLUSIVE_WRITE;
}

static inline bool is_exclusive_entry(pte_t pte)
{
	return is_writable_exclusive_entry(pte) ||
	       (is_swap_pte(pte) && pte_swp_type(pte) == SWP_EXCLUSIVE_READ);
}

static inline unsigned long pte_swp_pfn(pte_t pte)
{
	return pte.val >> FL_SWP_OFFSET_SHIFT;
}

PTE_TEST(swp_soft_dirty, FL_SWP_SOFT_DIRTY)
PTE_TEST(swp_uffd_wp, FL_SWP_UFFD_WP)
PTE_CHANGE(swp_mksoft_dirty, 0UL, FL_SWP_SOFT_DIRTY)
PTE_CHANGE(swp_clear_soft_dirty, FL_SWP_SOFT_DIRTY, 0UL)
PTE_CHANGE(swp_mkuffd_wp, 0UL, FL_SWP_UFFD_WP)
PTE_CHANGE(swp_clear_uffd_wp, FL_SWP_UFFD_WP, 0UL)

/* The entry without its write right, all marks kept. */
static inline pte_t exclusive_entry_wrprotect(pte_t pte)
{
	unsigned long marks = pte.val & (FL_SWP_SOFT_DIRTY | FL_SWP_UFFD_WP);

	return __pte(make_exclusive_entry(pte_swp_pfn(pte), false).val | marks);
}

#endif /* FL_MODEL_SWAP_H */
