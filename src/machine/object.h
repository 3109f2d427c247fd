/* SPDX-License-Identifier: GPL-2.0-only */
/* object.h - caches of objects */
#ifndef FL_MACHINE_OBJECT_H
#define FL_MACHINE_OBJECT_H

#include "machine/frame.h"

#define FL_LIMIT_CACHES	     512
/* Most objects per frame: none is smaller than 48 bytes, with its slot. */
#define FL_OBJECTS_PER_FRAME (FL_PAGE_SIZE / 48 + 1)

struct fl_slot;

struct fl_hw_cache {
	const char *name;
	unsigned long size, stride, offset;
	unsigned int order;
	void (*ctor)(void *object);
	struct fl_slot *free[FL_ZONES];
};

struct fl_objects {
	unsigned long nr_live;
	unsigned int nr_caches;
	struct fl_hw_cache *sizes[32]; /* fl_hw_alloc() */
	struct fl_hw_cache caches[FL_LIMIT_CACHES];
};

/* Free frames that contain only free objects, unless a reader may have a
 * pointer to one.  Return: whether there were any. */
int fl_object_shrink(struct fl_machine *m);

/* Print the cache's name, and the offset in an object of the byte at @at in a
 * chunk of @cache. */
void fl_object_name(const struct fl_machine *m, const struct fl_hw_cache *cache,
		    unsigned long at, char *text, unsigned long size);

/* Return: number of live objects. */
unsigned long fl_object_count(const struct fl_machine *m);

#endif /* FL_MACHINE_OBJECT_H */
