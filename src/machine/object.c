/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * object.c - objects: slots of one size, cut from blocks of frames
 *
 *  - fl_hw_cache_create(), fl_hw_cache_alloc()
 *  - fl_hw_alloc(), fl_hw_free(), fl_hw_alloc_size()
 *
 * Invariants: a header with a magic number precedes each slot; a free slot of a
 * cache without ctor holds only FL_JUNK_FREED; free slots are used last-in
 * first-out.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "poison.h"

#define SLOT_MAGIC  0x666c2d736c6f7421UL
#define MIN_SHIFT   5
#define CHUNK_ORDER 3

struct fl_slot {
	unsigned long magic;
	struct fl_hw_cache *cache;
	struct fl_slot *next;
	unsigned long live;
};

static void *object_of(struct fl_slot *slot)
{
	return slot + 1;
}

static unsigned long round_up_to(unsigned long n, unsigned long align)
{
	return (n + align - 1) & ~(align - 1);
}

struct fl_hw_cache *fl_hw_cache_create(const char *name, unsigned long size,
				       unsigned long align,
				       void (*ctor)(void *object))
{
	struct fl_machine *m = fl_machine_current;
	struct fl_hw_cache *cache;

	if (align < 16)
		align = 16;
	if (!size || (align & (align - 1)) || align > FL_PAGE_SIZE)
		fl_internal("cache %s: size %lu, align %lu", name, size, align);
	if (m->objects.nr_caches == FL_LIMIT_CACHES)
		fl_limit(FL_LIMIT_CACHES);
	cache = &m->objects.caches[m->objects.nr_caches++];
	cache->name = name;
	cache->size = size;
	cache->offset = round_up_to(sizeof(struct fl_slot), align);
	cache->stride = round_up_to(size + sizeof(struct fl_slot), align);
	_Static_assert(FL_PAGE_SIZE / (sizeof(struct fl_slot) + 16) <=
			       FL_OBJECTS_PER_FRAME,
		       "slots are smaller than the table of RCU "
		       "callbacks expects");
	cache->ctor = ctor;
	cache->order = CHUNK_ORDER;
	while (cache->order < FL_MAX_ORDER &&
	       FL_PAGE_SIZE << cache->order < cache->offset + cache->stride)
		cache->order++;
	if (FL_PAGE_SIZE << cache->order < cache->offset + size)
		fl_internal("cache %s: objects of %lu bytes are too large",
			    name, size);
	return cache;
}

/* Return: number of slots in a chunk of the cache. */
static unsigned long slots_of(const struct fl_hw_cache *cache)
{
	return ((FL_PAGE_SIZE << cache->order) - cache->offset - cache->size) /
		       cache->stride +
	       1;
}

/* Add a chunk.  Slots are pushed on the list from the last to the first.
 * Return: 1 or 0. */
static int grow(struct fl_machine *m, struct fl_hw_cache *cache)
{
	unsigned long pfn = __fl_frame_take(m, cache->order);
	unsigned int zone = fl_zone();
	unsigned long n;
	char *base;

	if (pfn == FL_NO_FRAME)
		return 0;
	base = fl_frame_address(pfn);
	fl_frame_set_cache(m, pfn, cache);
	n = slots_of(cache);
	while (n--) {
		char *object = base + cache->offset + n * cache->stride;
		struct fl_slot *slot = (struct fl_slot *)object - 1;

		slot->magic = SLOT_MAGIC;
		slot->cache = cache;
		slot->live = 0;
		slot->next = cache->free[zone];
		cache->free[zone] = slot;
		memset(object, FL_JUNK_FREED, cache->size);
		if (cache->ctor)
			cache->ctor(object);
		else
			fl_poison(object, cache->size);
	}
	return 1;
}

static int all_free(const struct fl_hw_cache *cache, char *base)
{
	unsigned long n = slots_of(cache);

	while (n--)
		if (((struct fl_slot *)(base + cache->offset +
					n * cache->stride) -
		     1)
			    ->live)
			return 0;
	return 1;
}

static void forget_chunk(struct fl_hw_cache *cache, char *base)
{
	const char *end = base + (FL_PAGE_SIZE << cache->order);
	struct fl_slot **p;
	unsigned int zone;

	for (zone = 0; zone < FL_ZONES; zone++)
		for (p = &cache->free[zone]; *p;)
			if ((char *)*p >= base && (char *)*p < end)
				*p = (*p)->next;
			else
				p = &(*p)->next;
}

int fl_object_shrink(struct fl_machine *m)
{
	unsigned long pfn;
	int any = 0;

	/* Readers may find objects of a cache after they were freed. */
	if (!fl_rcu_ready(m, NULL, ~0UL))
		return 0;
	for (pfn = 1; pfn < fl_hw.nr_frames; pfn++) {
		struct fl_hw_cache *cache = fl_frame_cache(m, pfn);
		char *base = fl_frame_address(pfn);

		if (!fl_frame_is_head(m, pfn) || !cache ||
		    !all_free(cache, base))
			continue;
		forget_chunk(cache, base);
		__fl_frame_give(m, pfn);
		any = 1;
	}
	return any;
}

static void check_freed(struct fl_hw_cache *cache, const unsigned char *p)
{
	unsigned long i;

	/* The first is, and each is as the one before. */
	if (p[0] == FL_JUNK_FREED && !memcmp(p, p + 1, cache->size - 1))
		return;
	for (i = 0; i < cache->size; i++)
		if (p[i] != FL_JUNK_FREED)
			fl_violate("C8 lifetime: write after free: %s, byte "
				   "%lu is %#x",
				   cache->name, i, p[i]);
}

static void check_header(const struct fl_slot *slot,
			 const struct fl_hw_cache *cache)
{
	if (slot->magic != SLOT_MAGIC || slot->cache != cache || slot->live > 1)
		fl_violate("C8 lifetime: write beyond an object: the header "
			   "of a slot of %s is overwritten",
			   cache->name);
}

void *fl_hw_cache_alloc(struct fl_hw_cache *cache, unsigned int flags)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_slot *slot, **list = &cache->free[fl_zone()];
	void *object;

	FL_HOLD();
	if (fl_alloc_fails(m, flags))
		return NULL;
	if (!*list && !grow(m, cache) &&
	    !(flags & FL_ALLOC_NOFAIL && fl_object_shrink(m) &&
	      grow(m, cache))) {
		if (flags & FL_ALLOC_NOFAIL)
			fl_internal("no memory for %s: a leak, or raise "
				    "nr_frames = %lu",
				    cache->name, fl_hw.nr_frames);
		return NULL;
	}
	slot = *list;
	check_header(slot, cache);
	object = object_of(slot);
	if (!cache->ctor) {
		fl_unpoison(object, cache->size);
		check_freed(cache, object);
	}
	if (flags & FL_ALLOC_ZERO) {
		memset(object, 0, cache->size);
	} else if (!cache->ctor) {
		memset(object, FL_JUNK_FRESH, cache->size);
		fl_undefined(object, cache->size);
	}
	*list = slot->next;
	slot->next = NULL;
	slot->live = 1;
	m->objects.nr_live++;
	return object;
}

void *fl_hw_alloc(unsigned long size, unsigned int flags)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_hw_cache **sizes = m->objects.sizes;
	unsigned int shift = MIN_SHIFT;
	unsigned long bytes;

	FL_HOLD();
	while (shift < 31 && 1UL << shift < size)
		shift++;
	bytes = 1UL << shift;
	/* User code may ask for any size. */
	if (size > bytes || bytes > (FL_PAGE_SIZE << FL_MAX_ORDER) / 2) {
		if (flags & FL_ALLOC_NOFAIL)
			fl_internal("alloc: %lu bytes are too large", size);
		return NULL;
	}
	if (!sizes[shift])
		sizes[shift] = fl_hw_cache_create(
			"fl_hw_alloc", bytes,
			bytes < FL_PAGE_SIZE ? bytes : FL_PAGE_SIZE, NULL);
	return fl_hw_cache_alloc(sizes[shift], flags);
}

/* Return: the slot of a live object; anything else ends the world. */
static struct fl_slot *live_slot(const void *object, const char *op)
{
	struct fl_machine *m = fl_machine_current;
	unsigned long pa = (unsigned long)object - fl_hw.direct_map;
	unsigned long pfn = pa >> FL_PAGE_SHIFT, offset;
	struct fl_hw_cache *cache;
	struct fl_slot *slot;

	if ((unsigned long)object < fl_hw.direct_map ||
	    !fl_hw_frame_allocated(pfn) || !fl_frame_cache(m, pfn))
		fl_violate("C8 lifetime: %s of %p, which is not an object", op,
			   object);
	cache = fl_frame_cache(m, pfn);
	offset = pa - (fl_frame_head(m, pfn) << FL_PAGE_SHIFT);
	if (offset < cache->offset || (offset - cache->offset) % cache->stride)
		fl_violate("C8 lifetime: %s of a pointer into the middle of "
			   "an object of %s",
			   op, cache->name);
	slot = (struct fl_slot *)object - 1;
	check_header(slot, cache);
	if (!slot->live)
		fl_violate("C8 lifetime: %s of an object of %s that is free "
			   "already",
			   op, cache->name);
	return slot;
}

void fl_hw_free(const void *object)
{
	struct fl_slot *slot, **list;

	FL_HOLD();
	if (!object)
		return;
	fl_sched_freed(object, live_slot(object, "free")->cache->size);
	slot = live_slot(object, "free");
	list = &slot->cache->free[fl_zone()];
	slot->live = 0;
	if (!slot->cache->ctor) {
		memset(object_of(slot), FL_JUNK_FREED, slot->cache->size);
		fl_poison(object_of(slot), slot->cache->size);
	}
	slot->next = *list;
	*list = slot;
	fl_machine_current->objects.nr_live--;
}

unsigned long fl_hw_alloc_size(const void *object)
{
	return live_slot(object, "size")->cache->size;
}

unsigned long fl_object_count(const struct fl_machine *m)
{
	return m->objects.nr_live;
}

/* Return: whether the cache is for objects without a cache of their own. */
static int is_size(const struct fl_machine *m, const struct fl_hw_cache *cache)
{
	const unsigned int nr = sizeof(m->objects.sizes) / sizeof(cache);
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (m->objects.sizes[i] == cache)
			return 1;
	return 0;
}

void fl_object_name(const struct fl_machine *m, const struct fl_hw_cache *cache,
		    unsigned long at, char *text, unsigned long size)
{
	at = (at - cache->offset) % cache->stride;
	if (is_size(m, cache))
		snprintf(text, size, "kmalloc-%lu+%#lx", cache->size, at);
	else
		snprintf(text, size, at ? "%s+%#lx" : "%s", cache->name, at);
}
