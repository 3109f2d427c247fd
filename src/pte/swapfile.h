/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swapfile.h - the swap file, and the swap cache
 *
 *  - swap_alloc(), swap_duplicate(), swap_free()   slots, by the entries that name one
 *  - swap_cache_get(), swap_cache_add(), folio_free_swap()
 *  - swap_write(), swap_read()
 *
 * A slot has room for one page, and a count of the entries that name it.  As long as
 * there is also a folio with these contents, the slot names that: two processes that
 * both want the page back get the same one, and a fault that comes while the page is
 * still being written finds it.  The slot holds a reference to it.
 *
 * All is under swap_lock, but a folio joins and leaves with its own lock held too.
 */
#ifndef FL_MODEL_SWAPFILE_H
#define FL_MODEL_SWAPFILE_H

#include "pte/page.h"

#define SWAP_SLOTS	(fl_hw.nr_swap_pages)	/* slot 0 is none */

struct swap_slot {
	int count;			/* entries that name it */
	struct folio *folio;		/* in the swap cache; or NULL */
};

/* swap_init - at boot */
void swap_init(void);

/* swap_alloc - a slot for @folio, which is locked and in none.  Return: whether there
 * was one; folio->swap is its number. */
bool swap_alloc(struct folio *folio);

/* One more entry names the slot; one less.  swap_free() frees the cached folio with
 * the last one, unless somebody uses it. */
void swap_duplicate(unsigned long slot);
void swap_free(unsigned long slot);

/* swap_cache_get - Return: the slot's folio, referenced, or NULL. */
struct folio *swap_cache_get(unsigned long slot);

/* swap_cache_add - @folio is to have the slot's contents, and is read next.  Context: locked.  Return: false
 * where another one is there already, or nobody names the slot any more. */
bool swap_cache_add(unsigned long slot, struct folio *folio);

/* folio_free_swap - leave the swap cache, if no entry names the slot.  Context:
 * locked, and referenced by the caller. */
void folio_free_swap(struct folio *folio);

/* free_swap_cache - the same where the folio can be locked at once and nothing maps
 * it: for the last who unmaps it */
void free_swap_cache(struct folio *folio);

/* swap_cache_move - @dst takes the place of @src, which has no reference but the
 * caller's and the cache's.  Context: both locked.  Return: whether it did. */
bool swap_cache_move(struct folio *dst, struct folio *src);

/* swap_cache_del - leave it for good, contents written, if the caller's reference and
 * the cache's are the only ones.  Context: locked.  Return: whether it did. */
bool swap_cache_del(struct folio *folio);

/* Context: the folio is locked, and in the swap cache. */
void swap_write(struct folio *folio);
void swap_read(struct folio *folio, unsigned long slot);

/* As struct fl_kernel's. */
unsigned long swap_used(void);
void swap_shrink(void);

#endif /* FL_MODEL_SWAPFILE_H */
