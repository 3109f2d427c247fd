/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.c - a device: its life, and accesses through its own page table
 *
 * An access reads the device's page table as hardware does, without the
 * driver's mutex.  With the kernel's test driver it takes the mutex, as that
 * driver's own accesses do.
 */
#include <errno.h>
#include <string.h>

#include "device/internal.h"

struct fl_device_pte *fl_device_entry(struct fl_device *d, unsigned long addr)
{
	if (!d->process || addr < d->start || addr - d->start >= d->len)
		return NULL;
	return &d->table[(addr - d->start) / FL_PAGE];
}

/* -- life -- */

static void exiting(void *arg, struct fl_process *process)
{
	struct fl_device *d = arg;

	/* If the world ends, the exit itself reports it. */
	if (d->process == process)
		fl_device_detach(d);
}

static const struct fl_hooks hooks = { .exiting = exiting };

int fl_device_create(struct fl_world *world, const char *name,
		     struct fl_device **out)
{
	struct fl_device *d;
	char *d_name;

	if (!name || !out)
		return -EINVAL;
	d = fl_machine_alloc(world->machine, sizeof(*d));
	d_name = fl_machine_alloc(world->machine, strlen(name) + 1);
	if (!d || !d_name)
		return -ENOMEM;
	d->name = strcpy(d_name, name);
	d->world = world;
	d->next = world->devices;
	world->devices = d;
	d->subscriber = (struct fl_subscriber){ .hooks = &hooks, .arg = d };
	fl_subscribe(world, &d->subscriber);
	*out = d;
	return 0;
}

int fl_device_set_driver(struct fl_device *d, enum fl_driver driver,
			 unsigned int flaws)
{
	const unsigned int seq_only = FL_FLAW_NO_SEQ_CHECK |
				      FL_FLAW_KEEP_LOCKED | FL_FLAW_NO_FAULT |
				      FL_FLAW_CHECK_SEQ_BEFORE_LOCK;
	const unsigned int mirror_only = FL_FLAW_UNLOCK_EARLY |
					 FL_FLAW_KEEP_ALL | FL_FLAW_MAP_ALL;
	const unsigned int both = FL_FLAW_NO_FILTER | FL_FLAW_FILTER_EVENT |
				  FL_FLAW_FILTER_OWNER;

	if (d->dead)
		return -ENODEV;
	if (d->process)
		return -EBUSY;
	if (driver == FL_DRIVER_TEST_HMM)
		return flaws ? -EINVAL : fl_test_hmm_choose(d);
	if (driver != FL_DRIVER_MIRROR && driver != FL_DRIVER_SEQ)
		return -EINVAL;
	if (flaws &
	    ~(both | (driver == FL_DRIVER_SEQ ? seq_only : mirror_only)))
		return -EINVAL;
	d->driver = driver;
	d->flaws = flaws;
	return 0;
}

/* Register the driver, in the kernel. */
static int listen(struct fl_device *d)
{
	if (d->driver == FL_DRIVER_TEST_HMM)
		return fl_test_hmm_attach(d);
	return d->world->kernel->notifier->mirror(d->process->mm, d->start,
						  d->len, fl_driver_invalidate,
						  d, &d->listener);
}

static void forget(struct fl_device *d)
{
	fl_machine_free(d->world->machine, d->table,
			d->len / FL_PAGE * sizeof(*d->table));
	d->table = NULL;
	d->process = NULL;
	d->listener = NULL;
}

int fl_device_attach(struct fl_device *d, struct fl_process *process,
		     unsigned long start, unsigned long len)
{
	int ret;

	if (d->dead)
		return -ENODEV;
	if (d->process)
		return -EBUSY;
	if (!fl_range_ok(start, len))
		return -EINVAL;
	if (!process->mm)
		return -ESRCH;
	d->table = fl_machine_alloc(d->world->machine,
				    len / FL_PAGE * sizeof(*d->table));
	if (!d->table)
		return -ENOMEM;
	d->process = process;
	d->start = start;
	d->len = len;
	ret = FL_IN_KERNEL(d->world, listen(d));
	if (ret)
		forget(d);
	return ret;
}

static void unlisten(struct fl_device *d)
{
	if (d->driver == FL_DRIVER_TEST_HMM)
		fl_test_hmm_detach(d);
	else
		d->world->kernel->notifier->unmirror(d->listener);
}

int fl_device_detach(struct fl_device *d)
{
	int ret;

	if (!d->process)
		return -ENOTCONN;
	ret = FL_IN_KERNEL(d->world, (unlisten(d), 0));
	if (!ret)
		forget(d);
	return ret;
}

int fl_device_destroy(struct fl_device *d)
{
	int ret;

	if (d->dead)
		return -ENODEV;
	ret = fl_device_detach(d);
	if (ret && ret != -ENOTCONN)
		return ret;
	d->dead = 1;
	return 0;
}

/* -- rights -- */

/* A driver's function on a range. */
typedef long range_fn(struct fl_device *d, unsigned long start,
		      unsigned long len);

static long ranged(struct fl_device *d, unsigned long start, unsigned long len,
		   range_fn *fn)
{
	if (!d->process)
		return -ENOTCONN;
	if (!fl_range_ok(start, len) || start < d->start ||
	    start + len > d->start + d->len)
		return -EINVAL;
	return FL_IN_KERNEL(d->world, fn(d, start, len));
}

long fl_device_make_exclusive(struct fl_device *d, unsigned long start,
			      unsigned long len)
{
	static range_fn *const drivers[] = {
		[FL_DRIVER_MIRROR] = fl_mirror_make_exclusive,
		[FL_DRIVER_SEQ] = fl_seq_make_exclusive,
		[FL_DRIVER_TEST_HMM] = fl_test_hmm_make_exclusive,
	};

	return ranged(d, start, len, drivers[d->driver]);
}

int fl_device_map_read(struct fl_device *d, unsigned long start,
		       unsigned long len)
{
	return d->file ? -EOPNOTSUPP : ranged(d, start, len, fl_hmm_map_read);
}

long fl_device_migrate(struct fl_device *d, unsigned long start,
		       unsigned long len)
{
	return d->file ? -EOPNOTSUPP : ranged(d, start, len, fl_hmm_migrate);
}

const void *fl_device_owner(struct fl_device *d)
{
	return d;
}

/* -- accesses -- */

/* Return: the memory at @addr if the device may access it that way, or NULL. */
static unsigned long *translate(struct fl_device *d, unsigned long addr,
				_Bool write)
{
	struct fl_device_pte *entry = fl_device_entry(d, addr), pte;

	if (!entry)
		return NULL;
	if (d->file) {
		pte = fl_test_hmm_entry(d, addr);
	} else {
		fl_hw_access(FL_HW_LOAD, entry, sizeof(*entry));
		pte = *entry;
	}
	if (!pte.mapped || (write && !pte.writable))
		return NULL;
	if (!fl_hw_frame_allocated(pte.pfn))
		fl_machine_violate("C8 lifetime: device %s accesses frame "
				   "%#lx for %#lx, which is free",
				   d->name, pte.pfn, addr);
	return (unsigned long *)(fl_hw.direct_map + pte.pfn * FL_PAGE +
				 addr % FL_PAGE);
}

static void read_place(unsigned long *place, unsigned long *value)
{
	fl_hw_access(FL_HW_LOAD, place, sizeof(*place));
	*value = *place;
}

static void write_place(unsigned long *place, unsigned long *value)
{
	fl_hw_access(FL_HW_STORE, place, sizeof(*place));
	*place = *value;
}

/* Add *@value, and return the old value in it. */
static void add_to_place(unsigned long *place, unsigned long *value)
{
	unsigned long old;

	fl_hw_access(FL_HW_LOAD, place, sizeof(*place));
	old = *place;
	fl_hw_access(FL_HW_STORE, place, sizeof(*place));
	*place = old + *value;
	*value = old;
}

typedef void place_fn(unsigned long *place, unsigned long *value);

/* An access that was allowed finishes before its right is revoked. */
static int access_place(struct fl_device *d, unsigned long addr, place_fn *fn,
			unsigned long *value)
{
	unsigned long *place;

	if (d->file)
		d->world->kernel->test_hmm->lock(d->file);
	fl_machine_hold(&d->busy);
	place = translate(d, addr, fn != read_place);
	if (place)
		fn(place, value);
	fl_machine_release(&d->busy);
	if (d->file)
		d->world->kernel->test_hmm->unlock(d->file);
	return place ? 0 : -EFAULT;
}

static int access_memory(struct fl_device *d, unsigned long addr, place_fn *fn,
			 unsigned long *value)
{
	if (!d->process)
		return -ENOTCONN;
	if (addr % sizeof(*value))
		return -EINVAL;
	return FL_IN_KERNEL(d->world, access_place(d, addr, fn, value));
}

int fl_device_read(struct fl_device *d, unsigned long addr,
		   unsigned long *value)
{
	return value ? access_memory(d, addr, read_place, value) : -EINVAL;
}

int fl_device_write(struct fl_device *d, unsigned long addr,
		    unsigned long value)
{
	return access_memory(d, addr, write_place, &value);
}

int fl_device_atomic_add(struct fl_device *d, unsigned long addr,
			 unsigned long addend, unsigned long *old)
{
	int ret = access_memory(d, addr, add_to_place, &addend);

	if (!ret && old)
		*old = addend;
	return ret;
}

static void view_entry(struct fl_device *d, unsigned long addr,
		       struct fl_device_pte *pte)
{
	fl_machine_untraced(1);
	*pte = fl_test_hmm_entry(d, addr);
	fl_machine_untraced(0);
}

int fl_device_pte_view(struct fl_device *d, unsigned long addr,
		       struct fl_device_pte *pte)
{
	struct fl_device_pte *entry;

	if (!d->process)
		return -ENOTCONN;
	entry = fl_device_entry(d, addr);
	if (!entry)
		return -EINVAL;
	*pte = *entry;
	return d->file ? FL_IN_KERNEL(d->world, (view_entry(d, addr, pte), 0)) :
			 0;
}
