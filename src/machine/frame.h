/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.h - the frame table, and free blocks of frames */
#ifndef FL_MACHINE_FRAME_H
#define FL_MACHINE_FRAME_H

#include "machine/lock.h"
#include "machine/machine.h"
#include "machine/port.h"

/*
 * Under a scheduler, each thread allocates from its own zone, as CPUs do from
 * their lists: what it gets does not depend on what other threads did before.
 * Without a scheduler, all threads use zone 0.
 */
#define FL_ZONES 16

struct fl_frame {
	unsigned long next, prev;  /* free list; 0 terminates it */
	unsigned long head;	   /* of a live block: first frame */
	struct fl_hw_cache *cache; /* the cache whose objects it backs */
	struct fl_folio_lock lock;
	unsigned char state; /* enum frame_state */
	unsigned char order;
	unsigned char zone; /* of a free block: zone of its list */
};

struct fl_frames {
	struct fl_frame *table;
	unsigned long free[FL_ZONES][FL_MAX_ORDER + 1];
	unsigned long nr_live;
	unsigned long allocs, fail_at; /* of frames and objects */
};

/* Return: bytes that the table of @nr_frames frames needs. */
unsigned long fl_frames_size(unsigned long nr_frames);
void fl_frames_place(struct fl_machine *m, void *table);
void fl_frame_init(struct fl_machine *m);

/* As fl_hw_frame_alloc(), without junk fill, counting or failure injection. */
unsigned long __fl_frame_take(struct fl_machine *m, unsigned int order);
/* Free the block at @pfn. */
void __fl_frame_give(struct fl_machine *m, unsigned long pfn);
/* Give each thread that will run a zone with memory. */
void fl_frame_fill_zones(struct fl_machine *m);
/* Return: the zone that the current thread allocates from. */
unsigned int fl_zone(void);
/* Return: 1 if this failable allocation must fail. */
int fl_alloc_fails(struct fl_machine *m, unsigned int flags);
void *fl_frame_address(unsigned long pfn);

/* Return: the first frame of the live block that contains @pfn. */
unsigned long fl_frame_head(const struct fl_machine *m, unsigned long pfn);
/* Return: whether @pfn is the first frame of a live block. */
_Bool fl_frame_is_head(const struct fl_machine *m, unsigned long pfn);
/* Return: the cache whose objects the frame backs, or NULL. */
struct fl_hw_cache *fl_frame_cache(const struct fl_machine *m,
				   unsigned long pfn);
/* Let the block at @pfn back objects of @cache. */
void fl_frame_set_cache(struct fl_machine *m, unsigned long pfn,
			struct fl_hw_cache *cache);
/* Return: the folio lock of the frame. */
struct fl_folio_lock *fl_frame_lock(struct fl_machine *m, unsigned long pfn);

/* Return: number of live frames, without those of the object allocator. */
unsigned long fl_frame_count(const struct fl_machine *m);

#endif /* FL_MACHINE_FRAME_H */
