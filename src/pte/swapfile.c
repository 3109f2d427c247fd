/* SPDX-License-Identifier: GPL-2.0-only */
/* swapfile.c - the swap file, and the swap cache */
#include <string.h>

#include "pte/swapfile.h"

static void *slot_address(unsigned long slot)
{
	return model.swap_data + slot * PAGE_SIZE;
}

void swap_init(void)
{
	spin_lock_init(&model.swap_lock, "swap_lock");
	model.swap_slots = fl_hw_boot_alloc(
		SWAP_SLOTS * sizeof(*model.swap_slots), 8);
	model.swap_data = fl_hw_boot_alloc(SWAP_SLOTS * PAGE_SIZE, PAGE_SIZE);
}

static bool is_free(const struct swap_slot *slot)
{
	return !slot->count && !slot->folio;
}

bool swap_alloc(struct folio *folio)
{
	unsigned long i;

	VM_BUG_ON(!folio_test_locked(folio) || folio->swap);
	spin_lock(&model.swap_lock);
	for (i = 1; i < SWAP_SLOTS && !is_free(&model.swap_slots[i]); i++)
		;
	if (i < SWAP_SLOTS) {
		model.swap_slots[i].folio = folio;
		folio_get(folio);
		/* Pairs with free_swap_cache(), which does not hold the
		 * folio lock yet. */
		WRITE_ONCE(folio->swap, i);
	}
	spin_unlock(&model.swap_lock);
	return i < SWAP_SLOTS;
}

void swap_duplicate(unsigned long slot)
{
	spin_lock(&model.swap_lock);
	VM_BUG_ON(is_free(&model.swap_slots[slot]));
	model.swap_slots[slot].count++;
	spin_unlock(&model.swap_lock);
}

void swap_free(unsigned long slot)
{
	struct folio *folio = NULL;

	spin_lock(&model.swap_lock);
	VM_BUG_ON(!model.swap_slots[slot].count);
	if (!--model.swap_slots[slot].count)
		folio = model.swap_slots[slot].folio;
	if (folio && !folio_try_get(folio))
		folio = NULL;
	spin_unlock(&model.swap_lock);
	if (!folio)
		return;
	free_swap_cache(folio);
	folio_put(folio);
}

struct folio *swap_cache_get(unsigned long slot)
{
	struct folio *folio;

	spin_lock(&model.swap_lock);
	folio = model.swap_slots[slot].folio;
	if (folio && !folio_try_get(folio))
		folio = NULL;
	spin_unlock(&model.swap_lock);
	return folio;
}

bool swap_cache_add(unsigned long slot, struct folio *folio)
{
	struct swap_slot *s = &model.swap_slots[slot];
	bool ret;

	VM_BUG_ON(!folio_test_locked(folio));
	spin_lock(&model.swap_lock);
	ret = s->count && !s->folio;
	if (ret) {
		s->folio = folio;
		folio_get(folio);
		folio->swap = slot;
	}
	spin_unlock(&model.swap_lock);
	return ret;
}

/* Context: swap_lock held; the caller drops the cache's reference. */
static void forget(struct folio *folio)
{
	model.swap_slots[folio->swap].folio = NULL;
	WRITE_ONCE(folio->swap, 0);
}

void folio_free_swap(struct folio *folio)
{
	bool gone = false;

	VM_BUG_ON(!folio_test_locked(folio));
	if (!folio->swap)
		return;
	spin_lock(&model.swap_lock);
	if (!model.swap_slots[folio->swap].count) {
		forget(folio);
		gone = true;
	}
	spin_unlock(&model.swap_lock);
	if (!gone)
		return;
	/* From now on only memory has these contents. */
	folio_mark_dirty(folio);
	folio_put(folio);
}

void free_swap_cache(struct folio *folio)
{
	if (!READ_ONCE(folio->swap) || READ_ONCE(folio->mapcount) ||
	    !folio_trylock(folio))
		return;
	folio_free_swap(folio);
	folio_unlock(folio);
}

bool swap_cache_move(struct folio *dst, struct folio *src)
{
	bool alone;

	spin_lock(&model.swap_lock);
	alone = READ_ONCE(src->refcount) == 2;
	if (alone) {
		dst->swap = src->swap;
		model.swap_slots[dst->swap].folio = dst;
		src->swap = 0;
		folio_get(dst);
	}
	spin_unlock(&model.swap_lock);
	if (alone)
		folio_put(src);
	return alone;
}

bool swap_cache_del(struct folio *folio)
{
	bool alone;

	VM_BUG_ON(!folio_test_locked(folio));
	/* A fault that finds the folio in the cache takes its reference
	 * under this lock. */
	spin_lock(&model.swap_lock);
	alone = READ_ONCE(folio->refcount) == 2;
	if (alone)
		forget(folio);
	spin_unlock(&model.swap_lock);
	if (alone)
		folio_put(folio);
	return alone;
}

void swap_write(struct folio *folio)
{
	memcpy(slot_address(folio->swap), pfn_address(folio_pfn(folio)),
	       PAGE_SIZE);
	fetch_and(&folio->flags, ~FOLIO_DIRTY);
}

void swap_read(struct folio *folio, unsigned long slot)
{
	memcpy(pfn_address(folio_pfn(folio)), slot_address(slot), PAGE_SIZE);
}

unsigned long swap_used(void)
{
	unsigned long i, n = 0;

	for (i = 1; i < SWAP_SLOTS; i++)
		n += !is_free(&model.swap_slots[i]);
	return n;
}

void swap_shrink(void)
{
	unsigned long i;

	for (i = 1; i < SWAP_SLOTS; i++) {
		struct folio *folio = swap_cache_get(i);

		if (!folio)
			continue;
		/* The cache's reference, and the one taken above. */
		if (READ_ONCE(folio->refcount) == 2)
			free_swap_cache(folio);
		folio_put(folio);
	}
}
