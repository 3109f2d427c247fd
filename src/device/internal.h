/* SPDX-License-Identifier: GPL-2.0-only */
/* internal.h - a device, as seen by its hardware and its driver */
#ifndef FL_DEVICE_INTERNAL_H
#define FL_DEVICE_INTERNAL_H

#include "faultlab/device.h"
#include "world/internal.h"

struct fl_device {
	struct fl_world *world;
	struct fl_device *next;
	struct fl_subscriber subscriber; /* detaches from exiting ones */
	char *name;
	_Bool dead;
	enum fl_driver driver;
	unsigned long busy; /* for fl_machine_hold() */
	unsigned int flaws; /* FL_FLAW_* */

	struct fl_process *process; /* NULL: not attached */
	struct fl_listener *listener;
	unsigned long start, len; /* the mirrored range */

	unsigned long lock;	     /* the driver's mutex; guards: */
	struct fl_device_pte *table; /* one entry for each page */

	struct fl_file *file; /* test driver's; table is unused */
};

/* Return: the entry for @addr; NULL: outside the mirrored range. */
struct fl_device_pte *fl_device_entry(struct fl_device *device,
				      unsigned long addr);

/* driver.c.  @flags: FL_LOCK_*.  fl_driver_program() needs the mutex. */
int fl_driver_lock(struct fl_device *device, unsigned int flags);
void fl_driver_unlock(struct fl_device *device);
int fl_driver_invalidate(void *cookie, const struct fl_notification *n);
void fl_driver_program(struct fl_device *device, unsigned long addr,
		       unsigned long pfn, _Bool writable);
/* Unlock and put the folio of a marked page. */
void fl_driver_release(struct fl_device *device, unsigned long pfn);

/* Attempts before a driver gives up because of invalidations.  A real driver
 * uses a timeout. */
#define FL_LIMIT_ATTEMPTS 16

/* mirror.c, seq.c: as fl_device_make_exclusive(), range checked */
long fl_seq_make_exclusive(struct fl_device *device, unsigned long start,
			   unsigned long len);
long fl_mirror_make_exclusive(struct fl_device *device, unsigned long start,
			      unsigned long len);

/* test_hmm.c: the kernel's own driver.  As fl_device_set_driver(), the core of
 * fl_device_attach() and _detach(), and fl_device_make_exclusive(). */
int fl_test_hmm_choose(struct fl_device *device);
int fl_test_hmm_attach(struct fl_device *device);
void fl_test_hmm_detach(struct fl_device *device);
long fl_test_hmm_make_exclusive(struct fl_device *device, unsigned long start,
				unsigned long len);
/* Return: the driver's entry for @addr; all 0 if there is none. */
struct fl_device_pte fl_test_hmm_entry(struct fl_device *device,
				       unsigned long addr);

/* hmm.c: as fl_device_map_read() and fl_device_migrate(), range checked */
long fl_hmm_map_read(struct fl_device *device, unsigned long start,
		     unsigned long len);
long fl_hmm_migrate(struct fl_device *device, unsigned long start,
		    unsigned long len);

#endif /* FL_DEVICE_INTERNAL_H */
