/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recur.c - check whether a kernel's memory returns to earlier contents
 *
 *  - fl_recurrence_begin(), _turn(), _end()
 *
 * The comparison covers the kernel's state: its static data, its boot memory
 * and the frames, as far as they were written since the snapshot.  State of the
 * machine and the host is excluded: a log grows whatever the kernel does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "hardware.h"
#include "snapshot.h"

/* Memory that is compared, with its contents at the end of the last turn. */
struct area {
	const char *at;
	unsigned long len;
	unsigned long *last;
	unsigned char *varies; /* of each word: changed in a turn */
};

struct fl_recurrence {
	struct fl_machine *machine;
	struct area *areas;
	unsigned long nr, limit;
	unsigned long pages; /* snapshot pages examined so far */
};

static int add(struct fl_recurrence *r, const void *at, const void *was,
	       unsigned long len)
{
	struct area *more, *a;

	if (r->nr == r->limit) {
		more = realloc(r->areas, (2 * r->limit + 64) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		r->areas = more;
		r->limit = 2 * r->limit + 64;
	}
	len &= ~(sizeof(*a->last) - 1);
	a = &r->areas[r->nr];
	*a = (struct area){
		at,
		len,
		malloc(len),
		calloc(len / sizeof(*a->last), 1),
	};
	if (!a->last || !a->varies) {
		free(a->last);
		free(a->varies);
		return -ENOMEM;
	}
	memcpy(a->last, was, len);
	r->nr++;
	return 0;
}

/* Add pages that were written for the first time.  @now: with their current
 * contents, otherwise with those of the snapshot. */
static int add_pages(struct fl_recurrence *r, _Bool now)
{
	const char *at, *was;

	for (; (at = fl_snapshot_page(r->pages, &was)); r->pages++)
		if (fl_arena_is_kernels(r->machine, at) &&
		    add(r, at, now ? at : was, FL_PAGE_SIZE))
			return -ENOMEM;
	return 0;
}

void fl_recurrence_end(struct fl_recurrence *r)
{
	unsigned long i;

	if (!r)
		return;
	for (i = 0; i < r->nr; i++) {
		free(r->areas[i].last);
		free(r->areas[i].varies);
	}
	free(r->areas);
	free(r);
}

struct fl_recurrence *fl_recurrence_begin(struct fl_machine *m)
{
	struct fl_recurrence *r = calloc(1, sizeof(*r));
	unsigned long start, len;
	unsigned int i;
	int ret = 0;

	if (!r)
		return NULL;
	r->machine = m;
	for (i = 1; i < fl_machine_regions(m) && !ret; i++) {
		fl_machine_region(m, i, &start, &len);
		ret = add(r, (void *)start, (void *)start, len);
	}
	if (!ret)
		ret = add_pages(r, 1);
	if (!ret)
		return r;
	fl_recurrence_end(r);
	return NULL;
}

/* Return: 1: a word has changed that does not vary. */
static int compare(struct area *a, _Bool learn)
{
	unsigned long i, word;
	int changed = 0;

	if (!memcmp(a->at, a->last, a->len))
		return 0;
	for (i = 0; i < a->len / sizeof(word); i++) {
		memcpy(&word, a->at + i * sizeof(word), sizeof(word));
		if (word == a->last[i])
			continue;
		a->last[i] = word;
		changed |= !a->varies[i];
		a->varies[i] |= learn;
	}
	return changed;
}

int fl_recurrence_turn(struct fl_recurrence *r, _Bool learn)
{
	unsigned long i;
	int changed = 0;

	if (add_pages(r, 0))
		return -ENOMEM;
	for (i = 0; i < r->nr; i++)
		changed |= compare(&r->areas[i], learn);
	return changed;
}
