/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frame.c - page frames: a reproducible buddy allocator
 *
 *  - fl_hw_frame_alloc(), _row(), _split(), _free(), _allocated()
 *  - fl_alloc_fails()  the failure point of frames and objects
 *
 * Invariants: frame 0 is never allocated; a free block's buddy of the same
 * order is never free; contents of fresh and freed frames are junk.
 */
#include <string.h>

#include "internal.h"
#include "poison.h"

#define LARGEST (1UL << FL_MAX_ORDER) /* frames of the largest block */

enum frame_state {
	FREE_TAIL, /* or frame 0, never allocated */
	FREE,	   /* head of a free block */
	HEAD,	   /* head of a live block */
	TAIL,
};

unsigned long fl_frames_size(unsigned long nr_frames)
{
	return nr_frames * sizeof(struct fl_frame);
}

void fl_frames_place(struct fl_machine *m, void *table)
{
	m->frames.table = table;
}

void *fl_frame_address(unsigned long pfn)
{
	return (void *)(fl_hw.direct_map + (pfn << FL_PAGE_SHIFT));
}

unsigned int fl_zone(void)
{
	unsigned int id = fl_hw_current->id;

	return fl_machine_current->scheduler && id < FL_ZONES ? id : 0;
}

static void push(struct fl_machine *m, unsigned int zone, unsigned long pfn,
		 unsigned int order)
{
	struct fl_frame *f = &m->frames.table[pfn];

	f->state = FREE;
	f->order = order;
	f->zone = zone;
	f->prev = 0;
	f->next = m->frames.free[zone][order];
	if (f->next)
		m->frames.table[f->next].prev = pfn;
	m->frames.free[zone][order] = pfn;
}

static void unlink_free(struct fl_machine *m, unsigned long pfn)
{
	struct fl_frame *f = &m->frames.table[pfn];

	if (f->prev)
		m->frames.table[f->prev].next = f->next;
	else
		m->frames.free[f->zone][f->order] = f->next;
	if (f->next)
		m->frames.table[f->next].prev = f->prev;
	f->state = FREE_TAIL;
}

static void give(struct fl_machine *m, unsigned int zone, unsigned long pfn,
		 unsigned int order)
{
	while (order < FL_MAX_ORDER) {
		unsigned long buddy = pfn ^ (1UL << order);

		if (buddy >= fl_hw.nr_frames ||
		    m->frames.table[buddy].state != FREE ||
		    m->frames.table[buddy].zone != zone ||
		    m->frames.table[buddy].order != order)
			break;
		unlink_free(m, buddy);
		m->frames.table[pfn].state = FREE_TAIL;
		pfn &= ~(1UL << order);
		order++;
	}
	push(m, zone, pfn, order);
}

/* From the top down, so that low frames are found first: the largest possible
 * blocks, without frame 0. */
void fl_frame_init(struct fl_machine *m)
{
	unsigned long end = fl_hw.nr_frames;
	unsigned int order;

	for (; end > 1; end -= 1UL << order) {
		order = __builtin_ctzl(end);
		if (order > FL_MAX_ORDER)
			order = FL_MAX_ORDER;
		while (1UL << order >= end)
			order--;
		push(m, 0, end - (1UL << order), order);
	}
}

/* Return: a free block of a zone, removed from its list; or FL_NO_FRAME. */
static unsigned long take(struct fl_machine *m, unsigned int zone,
			  unsigned int order)
{
	unsigned int o = order;
	unsigned long pfn;

	while (o <= FL_MAX_ORDER && !m->frames.free[zone][o])
		o++;
	if (o > FL_MAX_ORDER)
		return FL_NO_FRAME;
	pfn = m->frames.free[zone][o];
	unlink_free(m, pfn);
	while (o > order) {
		o--;
		push(m, zone, pfn + (1UL << o), o);
	}
	return pfn;
}

/* Each zone gets the largest free block, so that a huge page can fit in it. */
void fl_frame_fill_zones(struct fl_machine *m)
{
	unsigned int zone, order;
	unsigned long pfn;

	for (zone = 1; zone < m->nr_threads && zone < FL_ZONES; zone++) {
		pfn = FL_NO_FRAME;
		for (order = FL_MAX_ORDER + 1;
		     order-- > 0 && pfn == FL_NO_FRAME;)
			pfn = take(m, 0, order);
		if (pfn != FL_NO_FRAME)
			push(m, zone, pfn, order + 1);
	}
}

/* Turn a block that was removed from its list into a live one. */
static void mark_allocated(struct fl_machine *m, unsigned long pfn,
			   unsigned int order)
{
	unsigned long i;

	for (i = 0; i < 1UL << order; i++) {
		m->frames.table[pfn + i].state = TAIL;
		m->frames.table[pfn + i].head = pfn;
	}
	m->frames.table[pfn].state = HEAD;
	m->frames.table[pfn].order = order;
	fl_unpoison(fl_frame_address(pfn), FL_PAGE_SIZE << order);
}

unsigned long __fl_frame_take(struct fl_machine *m, unsigned int order)
{
	unsigned long pfn = take(m, fl_zone(), order);

	if (pfn != FL_NO_FRAME)
		mark_allocated(m, pfn, order);
	return pfn;
}

void __fl_frame_give(struct fl_machine *m, unsigned long pfn)
{
	unsigned int order = m->frames.table[pfn].order;
	unsigned long i;

	for (i = 0; i < 1UL << order; i++) {
		m->frames.table[pfn + i].state = FREE_TAIL;
		m->frames.table[pfn + i].cache = NULL;
	}
	fl_unpoison(fl_frame_address(pfn), FL_PAGE_SIZE << order);
	memset(fl_frame_address(pfn), FL_JUNK_FREED, FL_PAGE_SIZE << order);
	fl_poison(fl_frame_address(pfn), FL_PAGE_SIZE << order);
	give(m, fl_zone(), pfn, order);
}

int fl_alloc_fails(struct fl_machine *m, unsigned int flags)
{
	if (flags & FL_ALLOC_SLEEP)
		fl_hw_might_sleep(0, "allocation", 0);
	if (flags & FL_ALLOC_NOFAIL)
		return 0;
	m->frames.allocs++;
	if (fl_choose_once(FL_CHOOSE_ALLOC, "the allocation fails", NULL))
		return 1;
	if (m->frames.allocs != m->frames.fail_at)
		return 0;
	m->frames.fail_at = 0;
	return 1;
}

void fl_machine_fail_alloc(struct fl_machine *m, unsigned long nth)
{
	m->frames.fail_at = nth ? m->frames.allocs + nth : 0;
}

unsigned long fl_machine_allocs(struct fl_machine *m)
{
	return m->frames.allocs;
}

/* Account for an allocated block, and fill it. */
static void fill(struct fl_machine *m, unsigned long pfn, unsigned int order,
		 unsigned int flags)
{
	m->frames.nr_live += 1UL << order;
	memset(fl_frame_address(pfn), flags & FL_ALLOC_ZERO ? 0 : FL_JUNK_FRESH,
	       FL_PAGE_SIZE << order);
	if (!(flags & FL_ALLOC_ZERO))
		fl_undefined(fl_frame_address(pfn), FL_PAGE_SIZE << order);
}

unsigned long fl_hw_frame_alloc(unsigned int order, unsigned int flags)
{
	struct fl_machine *m = fl_machine_current;
	unsigned long pfn;

	FL_HOLD();
	if (order > FL_MAX_ORDER)
		fl_internal("frame_alloc: order %u above FL_MAX_ORDER", order);
	if (fl_alloc_fails(m, flags))
		return FL_NO_FRAME;
	pfn = __fl_frame_take(m, order);
	if (pfn == FL_NO_FRAME && flags & FL_ALLOC_NOFAIL &&
	    fl_object_shrink(m))
		pfn = __fl_frame_take(m, order);
	if (pfn == FL_NO_FRAME) {
		if (flags & FL_ALLOC_NOFAIL)
			fl_internal("no block of order %u left: a leak, or "
				    "raise nr_frames = %lu",
				    order, fl_hw.nr_frames);
		return pfn;
	}
	fill(m, pfn, order, flags);
	return pfn;
}

/* Return: the first of the lowest @n adjacent free blocks; or FL_NO_FRAME. */
static unsigned long find_row(const struct fl_machine *m, unsigned int n)
{
	unsigned long pfn = 0, run = 0;
	const struct fl_frame *f;

	while (run < n) {
		if (pfn + LARGEST > fl_hw.nr_frames)
			return FL_NO_FRAME;
		f = &m->frames.table[pfn];
		run = f->state == FREE && f->order == FL_MAX_ORDER &&
				      f->zone == fl_zone() ?
			      run + 1 :
			      0;
		pfn += LARGEST;
	}
	return pfn - n * LARGEST;
}

unsigned long fl_hw_frame_row(unsigned int n, unsigned int flags)
{
	struct fl_machine *m = fl_machine_current;
	unsigned long first, pfn;

	FL_HOLD();
	if (fl_alloc_fails(m, flags))
		return FL_NO_FRAME;
	first = find_row(m, n);
	if (first == FL_NO_FRAME) {
		if (flags & FL_ALLOC_NOFAIL)
			fl_internal("no %u largest blocks in a row: a leak, or "
				    "raise nr_frames = %lu",
				    n, fl_hw.nr_frames);
		return first;
	}
	for (pfn = first; pfn < first + n * LARGEST; pfn += LARGEST) {
		unlink_free(m, pfn);
		mark_allocated(m, pfn, FL_MAX_ORDER);
		fill(m, pfn, FL_MAX_ORDER, flags);
	}
	return first;
}

/* Split the block at @head into two halves. */
static void halve(struct fl_machine *m, unsigned long head)
{
	unsigned int order = --m->frames.table[head].order;
	unsigned long second = head + (1UL << order), i;

	m->frames.table[second].state = HEAD;
	m->frames.table[second].order = order;
	for (i = 0; i < 1UL << order; i++)
		m->frames.table[second + i].head = second;
}

unsigned long fl_hw_frame_block(unsigned long pfn, unsigned int *order)
{
	struct fl_machine *m = fl_machine_current;

	FL_HOLD();
	if (!fl_hw_frame_allocated(pfn))
		fl_violate("C8 lifetime: frame %#lx is not allocated", pfn);
	*order = m->frames.table[m->frames.table[pfn].head].order;
	return m->frames.table[pfn].head;
}

void fl_hw_frame_split(unsigned long pfn, unsigned int order)
{
	struct fl_machine *m = fl_machine_current;

	FL_HOLD();
	if (!fl_hw_frame_allocated(pfn) || pfn % (1UL << order) ||
	    m->frames.table[m->frames.table[pfn].head].cache)
		fl_violate("C8 lifetime: a block of order %u "
			   "cannot be split off at frame %#lx",
			   order, pfn);
	while (m->frames.table[m->frames.table[pfn].head].order > order)
		halve(m, m->frames.table[pfn].head);
}

void fl_hw_frame_free(unsigned long pfn, unsigned int order)
{
	struct fl_machine *m = fl_machine_current;
	unsigned long i;

	FL_HOLD();
	fl_sched_freed(fl_frame_address(pfn), FL_PAGE_SIZE << order);
	if (!fl_hw_frame_allocated(pfn))
		fl_violate("C8 lifetime: free of frame %#lx, which is not "
			   "allocated (double free?)",
			   pfn);
	if (m->frames.table[pfn].state != HEAD ||
	    m->frames.table[pfn].order != order || m->frames.table[pfn].cache)
		fl_violate("C8 lifetime: free of frame %#lx "
			   "with order %u is not how the frame was allocated",
			   pfn, order);
	for (i = 0; i < 1UL << order; i++) {
		if (m->frames.table[pfn + i].lock.owner)
			fl_violate("C8 lifetime: free of frame %#lx while its "
				   "folio is locked",
				   pfn + i);
		m->frames.table[pfn + i].state = FREE_TAIL;
	}
	memset(fl_frame_address(pfn), FL_JUNK_FREED, FL_PAGE_SIZE << order);
	fl_poison(fl_frame_address(pfn), FL_PAGE_SIZE << order);
	m->frames.nr_live -= 1UL << order;
	give(m, fl_zone(), pfn, order);
}

int fl_hw_frame_allocated(unsigned long pfn)
{
	struct fl_frame *f;

	FL_HOLD();
	if (!pfn || pfn >= fl_hw.nr_frames)
		return pfn && pfn - fl_hw.nr_frames < fl_hw.nr_device_frames;
	f = &fl_machine_current->frames.table[pfn];
	return f->state == HEAD || f->state == TAIL;
}

/* -- the table, for other files -- */

unsigned long fl_frame_head(const struct fl_machine *m, unsigned long pfn)
{
	return m->frames.table[pfn].head;
}

_Bool fl_frame_is_head(const struct fl_machine *m, unsigned long pfn)
{
	return m->frames.table[pfn].state == HEAD;
}

struct fl_hw_cache *fl_frame_cache(const struct fl_machine *m,
				   unsigned long pfn)
{
	return m->frames.table[pfn].cache;
}

void fl_frame_set_cache(struct fl_machine *m, unsigned long pfn,
			struct fl_hw_cache *cache)
{
	unsigned long i;

	for (i = 0; i < 1UL << m->frames.table[pfn].order; i++)
		m->frames.table[pfn + i].cache = cache;
}

struct fl_folio_lock *fl_frame_lock(struct fl_machine *m, unsigned long pfn)
{
	return &m->frames.table[pfn].lock;
}

unsigned long fl_frame_count(const struct fl_machine *m)
{
	return m->frames.nr_live;
}
