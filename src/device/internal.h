/* SPDX-License-Identifier: GPL-2.0-only */
/* internal.h - a device, as its hardware and its driver see it */
#ifndef FL_DEVICE_INTERNAL_H
#define FL_DEVICE_INTERNAL_H

#include "world/internal.h"

struct fl_device {
	struct fl_world *world;
	struct fl_device *next;
	char *name;
	_Bool dead;

	struct fl_process *process;	/* NULL: not attached */
	struct fl_listener *listener;
	unsigned long start, len;	/* what is mirrored */

	unsigned long lock;		/* the driver's mutex guards: */
	struct fl_device_pte *table;	/* one entry for each page mirrored */
};

/* Return: the entry of @addr, or NULL outside what is mirrored. */
struct fl_device_pte *fl_device_entry(struct fl_device *device,
				      unsigned long addr);

/* mirror.c */
int fl_mirror_invalidate(void *cookie, const struct fl_notification *n);
long fl_mirror_make_exclusive(struct fl_device *device, unsigned long start,
			      unsigned long len);

#endif /* FL_DEVICE_INTERNAL_H */
