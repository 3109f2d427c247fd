/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swap.h - swap entries: the contents of a PTE that maps nothing
 *
 *  - exclusive entries   a device has the page
 *  - migration entries   the page is moving to another frame
 *  - swapped pages       the page is in the swap file (swapfile.h)
 *  - pte_swp_*()         bits that the entry keeps of the PTE it replaced
 *
 *    63        14 13 9 8     4   3      2      1       0
 *   |~pfn or ~slot|  0 | type | anon  | soft | uffd |  0  |
 *                               excl.   dirty  wp     not present
 *
 * The first two name a page frame, the third a slot of the file.  The type
 * says what the CPU may do after the mapping is restored.  Bit 3 of a swapped
 * page says that no other process has it.  The numbers are those of 6.12 with
 * our configuration.
 */
#ifndef FL_MODEL_SWAP_H
#define FL_MODEL_SWAP_H

#include "pte/pte.h"

#define SWP_FILE		     0UL
#define SWP_MIGRATION_READ	     24UL /* shared: not writable */
#define SWP_MIGRATION_READ_EXCLUSIVE 25UL
#define SWP_MIGRATION_WRITE	     26UL
#define SWP_EXCLUSIVE_WRITE	     29UL
#define SWP_EXCLUSIVE_READ	     30UL

/* In the offset of a migration entry, above the frame number. */
#define SWP_MIGRATION_YOUNG (1UL << FL_PTE_PFN_BITS)
#define SWP_MIGRATION_DIRTY (SWP_MIGRATION_YOUNG << 1)

static inline pte_t make_entry(unsigned long type, unsigned long offset)
{
	return __pte(FL_SWP_ENTRY(type, offset));
}

static inline pte_t make_exclusive_entry(unsigned long pfn, bool writable)
{
	return make_entry(writable ? SWP_EXCLUSIVE_WRITE : SWP_EXCLUSIVE_READ,
			  pfn);
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

static inline bool is_migration_entry(pte_t pte)
{
	return is_swap_pte(pte) && pte_swp_type(pte) >= SWP_MIGRATION_READ &&
	       pte_swp_type(pte) <= SWP_MIGRATION_WRITE;
}

static inline bool is_swapped(pte_t pte)
{
	return is_swap_pte(pte) && pte_swp_type(pte) == SWP_FILE;
}

/* For an exclusive or a migration entry. */
static inline unsigned long pte_swp_pfn(pte_t pte)
{
	return FL_SWP_OFFSET(pte.val) & ((1UL << FL_PTE_PFN_BITS) - 1);
}

static inline unsigned long pte_swp_slot(pte_t pte)
{
	return FL_SWP_OFFSET(pte.val);
}

PTE_TEST(swp_soft_dirty, FL_SWP_SOFT_DIRTY)
PTE_TEST(swp_uffd_wp, FL_SWP_UFFD_WP)
PTE_TEST(swp_anon_exclusive, FL_SWP_EXCLUSIVE)
PTE_CHANGE(swp_mkanon_exclusive, 0UL, FL_SWP_EXCLUSIVE)
PTE_CHANGE(swp_clear_anon_exclusive, FL_SWP_EXCLUSIVE, 0UL)
PTE_CHANGE(swp_mksoft_dirty, 0UL, FL_SWP_SOFT_DIRTY)
PTE_CHANGE(swp_clear_soft_dirty, FL_SWP_SOFT_DIRTY, 0UL)
PTE_CHANGE(swp_mkuffd_wp, 0UL, FL_SWP_UFFD_WP)
PTE_CHANGE(swp_clear_uffd_wp, FL_SWP_UFFD_WP, 0UL)

/* Copy the bits of a mapped PTE that its entry keeps. */
static inline pte_t pte_swp_marks_of(pte_t entry, pte_t pte)
{
	if (pte_soft_dirty(pte))
		entry = pte_swp_mksoft_dirty(entry);
	if (pte_uffd_wp(pte))
		entry = pte_swp_mkuffd_wp(entry);
	return entry;
}

static inline pte_t with_type(pte_t entry, unsigned long type)
{
	entry.val &= ~(((1UL << FL_SWP_TYPE_BITS) - 1) << FL_SWP_TYPE_SHIFT);
	return __pte(entry.val | type << FL_SWP_TYPE_SHIFT);
}

/* Change the migration entry of a page that two processes share from now on. */
static inline pte_t migration_entry_share(pte_t entry)
{
	return with_type(entry, SWP_MIGRATION_READ);
}

/* Remove the right to write and keep all other bits.  A swapped page has no
 * such right: the fault that maps it again reads the VMA. */
static inline pte_t entry_wrprotect(pte_t entry)
{
	if (is_exclusive_entry(entry))
		return with_type(entry, SWP_EXCLUSIVE_READ);
	if (is_migration_entry(entry) &&
	    pte_swp_type(entry) == SWP_MIGRATION_WRITE)
		return with_type(entry, SWP_MIGRATION_READ_EXCLUSIVE);
	return entry;
}

#endif /* FL_MODEL_SWAP_H */
