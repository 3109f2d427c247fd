/* SPDX-License-Identifier: GPL-2.0-only */
/* shadow.c - the expected contents of a program's pages; see shadow.h */
#include <string.h>
#include <sys/mman.h>

#include "plain.h"
#include "shadow.h"

#define FOR_EACH_PAGE(p, s, at, n) \
	for (struct page *p = &(s)->page[at]; p < &(s)->page[(at) + (n)]; p++)

int shadow_object(struct shadow *s, unsigned long size)
{
	if (s->objects == MAX_OBJECTS)
		return -1;
	s->object[s->objects].size = size;
	return s->objects++;
}

/* Reset the contents of a page that was just mapped. */
static void make_fresh(struct page *p)
{
	p->own = p->any = p->clean = p->in_device = 0;
	p->zero = p->object < 0 || p->answered;
	p->live = p->object >= 0;
}

void shadow_map(struct shadow *s, unsigned int at, unsigned int n, int prot,
		int shared, int object, unsigned int index)
{
	FOR_EACH_PAGE(p, s, at, n) {
		*p = (struct page){ .mapped = 1,
				    .prot = prot,
				    .shared = shared,
				    .object = object,
				    .index = index++ };
		make_fresh(p);
	}
}

void shadow_unmap(struct shadow *s, unsigned int at, unsigned int n)
{
	memset(&s->page[at], 0, n * sizeof(*s->page));
}

void shadow_move(struct shadow *s, unsigned int from, unsigned int n,
		 unsigned int to, unsigned int new_n, int keep)
{
	static struct page moved[SHADOW_PAGES];
	unsigned int i;

	memcpy(moved, &s->page[from], n * sizeof(*moved));
	for (i = n; i < new_n; i++) {
		moved[i] = moved[n - 1];
		moved[i].index += i - n + 1;
		moved[i].guard = 0;
		make_fresh(&moved[i]);
	}
	if (!keep)
		shadow_unmap(s, from, n);
	else
		FOR_EACH_PAGE(p, s, from, n) {
			p->guard = 0;
			make_fresh(p);
		}
	/* At holes of the range, mappings at the new place stay. */
	for (i = 0; i < new_n; i++) {
		if (moved[i].mapped || moved[i].lost)
			s->page[to + i] = moved[i];
	}
}

void shadow_protect(struct shadow *s, unsigned int at, unsigned int n, int prot)
{
	FOR_EACH_PAGE(p, s, at, n)
		p->prot = prot;
}

void shadow_fresh(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n)
		if (!p->shared)
			make_fresh(p);
}

void shadow_maybe_fresh(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n)
		if (!p->shared) {
			p->zero |= p->object < 0;
			p->live |= p->object >= 0;
		}
}

void shadow_free(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n)
		if (p->object < 0)
			p->zero = 1;
}

void shadow_guard(struct shadow *s, unsigned int at, unsigned int n, int guard)
{
	FOR_EACH_PAGE(p, s, at, n) {
		if (guard && !p->shared)
			make_fresh(p);
		p->guard = guard;
	}
}

static struct object *object_of(struct shadow *s, const struct page *p)
{
	return &s->object[p->object];
}

void shadow_populate(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n) {
		uint64_t now;

		if (!p->mapped || p->shared || p->object < 0 || !p->live)
			continue;
		now = object_of(s, p)->value[p->index];
		if (object_of(s, p)->any[p->index] ||
		    (p->own && p->value != now))
			p->any = 1;
		p->own = 1;
		p->value = now;
	}
}

void shadow_answer(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n) {
		p->answered = 1;
		p->zero |= !p->shared && p->live;
	}
}

void shadow_not_inherited(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n)
		p->not_inherited = 1;
}

void shadow_lose_content(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n) {
		p->any = 1;
		if (p->mapped && p->shared && p->index < OBJECT_PAGES)
			object_of(s, p)->any[p->index] = 1;
	}
}

void shadow_lose(struct shadow *s, unsigned int at, unsigned int n)
{
	shadow_lose_content(s, at, n);
	FOR_EACH_PAGE(p, s, at, n)
		p->lost = 1;
}

/*
 * Remove pages @index to @end - 1 of @object; @copies: also their private
 * copies.
 */
static void drop(struct shadow *s, int object, unsigned int index,
		 unsigned int end, int copies)
{
	for (unsigned int i = index; i < end && i < OBJECT_PAGES; i++) {
		s->object[object].value[i] = 0;
		s->object[object].any[i] = 0;
		s->object[object].clean[i] = 0;
	}
	FOR_EACH_PAGE(p, s, 0, SHADOW_PAGES) {
		if (!p->mapped || p->object != object || p->index < index ||
		    p->index >= end)
			continue;
		if (p->guard)
			p->lost = p->any = 1;
		else if (copies && !p->shared && !p->lost)
			make_fresh(p);
	}
}

static unsigned int pages_of(unsigned long size)
{
	return (size + PAGE - 1) / PAGE;
}

void shadow_truncate(struct shadow *s, int object, unsigned long size)
{
	if (size < s->object[object].size)
		drop(s, object, pages_of(size), ~0U, 1);
	s->object[object].size = size;
}

void shadow_punch(struct shadow *s, unsigned int at, unsigned int n)
{
	for (unsigned int i = at; i < at + n; i++)
		drop(s, s->page[i].object, s->page[i].index,
		     s->page[i].index + 1, 0);
}

void shadow_collapse(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n)
		if (p->mapped && p->object >= 0)
			object_of(s, p)->collapsed = 1;
}

static void set_object(struct object *o, unsigned int index, uint64_t value)
{
	if (index >= OBJECT_PAGES)
		return;
	o->value[index] = value;
	o->any[index] = o->clean[index] = 0;
}

void shadow_write(struct shadow *s, int object, unsigned int index,
		  uint64_t value)
{
	struct object *o = &s->object[object];

	set_object(o, index, value);
	if (o->size < (index + 1) * PAGE)
		o->size = (index + 1) * PAGE;
}

void shadow_store(struct shadow *s, unsigned int at, uint64_t value)
{
	struct page *p = &s->page[at];

	if (p->shared) {
		set_object(object_of(s, p), p->index, value);
		return;
	}
	p->own = 1;
	p->any = p->zero = p->live = p->clean = 0;
	p->value = value;
}

void shadow_device_store(struct shadow *s, unsigned int at, uint64_t value)
{
	struct page *p = &s->page[at];

	shadow_store(s, at, value);
	if (!p->shared)
		p->clean = 1;
	else if (p->index < OBJECT_PAGES)
		object_of(s, p)->clean[p->index] = 1;
}

void shadow_reclaim(struct shadow *s, unsigned int at, unsigned int n)
{
	FOR_EACH_PAGE(p, s, at, n) {
		struct object *o = p->mapped && p->object >= 0 ?
					   object_of(s, p) :
					   NULL;

		p->any |= p->clean;
		if (o && p->index < OBJECT_PAGES)
			o->any[p->index] |= o->clean[p->index];
	}
}

/* Linux maps a huge page of tmpfs as a whole. */
static int may_be_beyond_end(const struct shadow *s, const struct page *p)
{
	const struct object *o = p->mapped && p->object >= 0 ?
					 &s->object[p->object] :
					 NULL;

	return o && o->collapsed && p->index >= pages_of(o->size);
}

enum reach shadow_reach(const struct shadow *s, unsigned int at, int write)
{
	const struct page *p = &s->page[at];

	if (p->lost)
		return MAYBE;
	if (!p->mapped || p->guard || !(p->prot & (write ? PROT_WRITE : 7)))
		return NO;
	if (p->object < 0 || p->index < pages_of(s->object[p->object].size))
		return YES;
	return may_be_beyond_end(s, p) ? MAYBE : NO;
}

int shadow_may_hold(const struct shadow *s, unsigned int at, uint64_t value)
{
	const struct page *p = &s->page[at];
	const struct object *o = p->object >= 0 ? &s->object[p->object] : NULL;

	if (p->any || p->lost || may_be_beyond_end(s, p))
		return 1;
	if ((p->own && value == p->value) || (p->zero && !value))
		return 1;
	return p->live && (p->index >= OBJECT_PAGES || o->any[p->index] ||
			   o->value[p->index] == value);
}

int shadow_knows(const struct shadow *s, unsigned int at, unsigned int n)
{
	while (n--)
		if (s->page[at + n].lost ||
		    may_be_beyond_end(s, &s->page[at + n]))
			return 0;
	return 1;
}

int shadow_follows(const struct shadow *s, unsigned int a, unsigned int b)
{
	const struct page *p = &s->page[a], *q = &s->page[b];

	return p->mapped && q->mapped && !p->lost && !q->lost &&
	       p->prot == q->prot && p->shared == q->shared &&
	       p->object == q->object &&
	       (p->object < 0 || q->index == p->index + (b - a));
}
