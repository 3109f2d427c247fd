/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swapfile.h - the swap file, and the swap cache
 *
 *  - swap_alloc(), swap_duplicate(), swap_free()   slots and their counts
 *  - swap_cache_get(), swap_cache_add(), folio_free_swap()
 *  - swap_write(), swap_read()
 *
 * A slot holds one page, and counts the entries that name it.  While a folio
 * has the same contents, the slot also points to that folio and holds a
 * reference to it.  So two processes that fault on the page get the same folio,
 * and a fault on a page that is still being written finds it.
 *
 * swap_lock guards everything; a folio is also locked when it joins or
 * leaves the swap cache.
 */
#ifndef FL_MODEL_SWAPFILE_H
#define FL_MODEL_SWAPFILE_H

#include "pte/page.h"

#define SWAP_SLOTS (fl_hw.nr_swap_pages) /* slot 0: none */

struct swap_slot {
	int count;	     /* entries that name it */
	struct folio *folio; /* in the swap cache; or NULL */
};

/* swap_init - set up the swap file; at boot */
void swap_init(void);

/* swap_alloc - find a slot for @folio, which is locked and has none
 * Return: whether there was one; folio->swap is its number. */
bool swap_alloc(struct folio *folio);

/* Add or remove one entry that names the slot.  When swap_free() removes the
 * last one, it frees the cached folio unless another thread uses it. */
void swap_duplicate(unsigned long slot);
void swap_free(unsigned long slot);

/* swap_cache_get - Return: the slot's folio, referenced, or NULL. */
struct folio *swap_cache_get(unsigned long slot);

/* swap_cache_add - put @folio into the swap cache of the slot; the caller then
 * reads the contents into it.  Context: folio locked.  Return: false if the
 * slot has a folio already, or no entry names it any more. */
bool swap_cache_add(unsigned long slot, struct folio *folio);

/* folio_free_swap - remove the folio from the swap cache if no entry names its
 * slot.  Context: locked, and referenced by the caller. */
void folio_free_swap(struct folio *folio);

/* free_swap_cache - folio_free_swap() if nothing maps the folio and its lock is
 * free; for the thread that removes the last mapping */
void free_swap_cache(struct folio *folio);

/* swap_cache_move - replace @src by @dst, if only the caller and the cache hold
 * references to @src.  Context: both locked.  Return: whether it did. */
bool swap_cache_move(struct folio *dst, struct folio *src);

/* swap_cache_del - remove the folio, whose contents have been written, if
 * only the caller and the cache hold references.  Context: locked.
 * Return: whether it did. */
bool swap_cache_del(struct folio *folio);

/* Context: the folio is locked and in the swap cache. */
void swap_write(struct folio *folio);
void swap_read(struct folio *folio, unsigned long slot);

/* As swap_used in struct fl_view_ops, and shrink_swap_cache in struct
 * fl_actor_ops. */
unsigned long swap_used(void);
void swap_shrink(void);

#endif /* FL_MODEL_SWAPFILE_H */
