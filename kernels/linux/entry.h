/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.h - device-exclusive entries, independent of the release
 *
 *  - fl_entry_is_exclusive(), fl_entry_is_writable(), fl_entry_page()
 *  - fl_entry_is_migration(), fl_entry_is_swap()
 *
 * 6.12 decodes a non-present entry as a swp_entry_t, 7.2 as a softleaf_t.
 * Since 6.15 there is one kind of exclusive entry: when it is restored, the VMA
 * decides whether the page may be written.
 */
#ifndef FL_ENTRY_H
#define FL_ENTRY_H

#include <linux/swap.h>
#include <linux/swapops.h>
#ifdef FL_HAVE_SOFTLEAF
#include <linux/leafops.h>
#endif

static inline bool fl_entry_is_exclusive(pte_t pte)
{
	if (pte_none(pte) || pte_present(pte))
		return false;
#ifdef FL_HAVE_SOFTLEAF
	return softleaf_is_device_exclusive(softleaf_from_pte(pte));
#else
	return is_device_exclusive_entry(pte_to_swp_entry(pte));
#endif
}

/* Is it an exclusive entry whose restore may make the PTE writable? */
static inline bool fl_entry_is_writable(pte_t pte)
{
#ifdef FL_HAVE_EXCLUSIVE_KINDS
	return fl_entry_is_exclusive(pte) &&
	       is_writable_device_exclusive_entry(pte_to_swp_entry(pte));
#else
	return fl_entry_is_exclusive(pte);
#endif
}

/* Is the page being migrated? */
static inline bool fl_entry_is_migration(pte_t pte)
{
	if (pte_none(pte) || pte_present(pte))
		return false;
#ifdef FL_HAVE_SOFTLEAF
	return softleaf_is_migration(softleaf_from_pte(pte));
#else
	return is_migration_entry(pte_to_swp_entry(pte));
#endif
}

/* Is the page in the swap file? */
static inline bool fl_entry_is_swap(pte_t pte)
{
	if (pte_none(pte) || pte_present(pte))
		return false;
#ifdef FL_HAVE_SOFTLEAF
	return softleaf_is_swap(softleaf_from_pte(pte));
#else
	return !non_swap_entry(pte_to_swp_entry(pte));
#endif
}

/* The frame of an exclusive or migration entry, without checking its page. */
static inline unsigned long fl_entry_pfn(pte_t pte)
{
#ifdef FL_HAVE_SOFTLEAF
	return softleaf_to_pfn(softleaf_from_pte(pte));
#else
	return swp_offset_pfn(pte_to_swp_entry(pte));
#endif
}

static inline struct page *fl_entry_page(pte_t pte)
{
#ifdef FL_HAVE_SOFTLEAF
	return softleaf_to_page(softleaf_from_pte(pte));
#else
	return pfn_swap_entry_to_page(pte_to_swp_entry(pte));
#endif
}

#ifdef FL_HAVE_PTE_UFFD
#define pte_uffd_wp(pte)     pte_uffd(pte)
#define pte_swp_uffd_wp(pte) pte_swp_uffd(pte)
#endif

#endif
