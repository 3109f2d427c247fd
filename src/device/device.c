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
				      FL_FLAW_ASK_EARLY;
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
	if (flaws & ~(both | (driver == FL_DRIVER_SEQ ? seq_only :
						       mirror_only)))
		return -EINVAL;
	d->driver = driver;
	d->flaws = flaws;
	return 0;
}

static int do_attach(void *arg)
{
	struct fl_device *d = arg;

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
	ret = fl_world_run(d->world, do_attach, d);
	if (ret)
		forget(d);
	return ret;
}

static int do_detach(void *arg)
{
	struct fl_device *d = arg;

	if (d->driver == FL_DRIVER_TEST_HMM)
		fl_test_hmm_detach(d);
	else
		d->world->kernel->notifier->unmirror(d->listener);
	return 0;
}

int fl_device_detach(struct fl_device *d)
{
	int ret;

	if (!d->process)
		return -ENOTCONN;
	ret = fl_world_run(d->world, do_detach, d);
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

/* Arguments of a driver's function on a range. */
struct range_call {
	struct fl_device *device;
	unsigned long start, len;
	long (*fn)(struct fl_device *d, unsigned long start, unsigned long len);
	long ret;
};

static int do_range(void *arg)
{
	struct range_call *c = arg;

	c->ret = c->fn(c->device, c->start, c->len);
	return 0;
}

static long ranged(struct fl_device *d, unsigned long start, unsigned long len,
		   long (*fn)(struct fl_device *d, unsigned long start,
			      unsigned long len))
{
	struct range_call call = { d, start, len, fn, 0 };
	int ret;

	if (!d->process)
		return -ENOTCONN;
	if (!fl_range_ok(start, len) || start < d->start ||
	    start + len > d->start + d->len)
		return -EINVAL;
	ret = fl_world_run(d->world, do_range, &call);
	return ret ? ret : call.ret;
}

long fl_device_make_exclusive(struct fl_device *d, unsigned long start,
			      unsigned long len)
{
	static long (*const drivers[])(struct fl_device *d, unsigned long start,
				       unsigned long len) = {
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

struct access_call {
	struct fl_device *device;
	unsigned long addr, value;
	unsigned long *out;
	void (*fn)(struct access_call *call, unsigned long *place);
};

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
		fl_machine_violate("C8 lifetime: device %s accesses frame %#lx for %#lx, which is free",
				   d->name, pte.pfn, addr);
	return (unsigned long *)(fl_hw.direct_map + pte.pfn * FL_PAGE +
				 addr % FL_PAGE);
}

static void read_place(struct access_call *c, unsigned long *place)
{
	fl_hw_access(FL_HW_LOAD, place, sizeof(*place));
	*c->out = *place;
}

static void write_place(struct access_call *c, unsigned long *place)
{
	fl_hw_access(FL_HW_STORE, place, sizeof(*place));
	*place = c->value;
}

static void add_to_place(struct access_call *c, unsigned long *place)
{
	unsigned long old;

	fl_hw_access(FL_HW_LOAD, place, sizeof(*place));
	old = *place;
	fl_hw_access(FL_HW_STORE, place, sizeof(*place));
	*place = old + c->value;
	if (c->out)
		*c->out = old;
}

/* An access that was allowed finishes before its right is revoked. */
static int do_access(void *arg)
{
	struct access_call *c = arg;
	struct fl_device *d = c->device;
	unsigned long *place;

	if (d->file)
		d->world->kernel->test_hmm->lock(d->file);
	fl_machine_hold(&d->busy);
	place = translate(d, c->addr, c->fn != read_place);
	if (place)
		c->fn(c, place);
	fl_machine_release(&d->busy);
	if (d->file)
		d->world->kernel->test_hmm->unlock(d->file);
	return place ? 0 : -EFAULT;
}

static int access_memory(struct access_call *call)
{
	if (!call->device->process)
		return -ENOTCONN;
	if (call->addr % sizeof(unsigned long))
		return -EINVAL;
	return fl_world_run(call->device->world, do_access, call);
}

int fl_device_read(struct fl_device *d, unsigned long addr,
		   unsigned long *value)
{
	struct access_call call = { d, addr, 0, value, read_place };

	return value ? access_memory(&call) : -EINVAL;
}

int fl_device_write(struct fl_device *d, unsigned long addr,
		    unsigned long value)
{
	struct access_call call = { d, addr, value, NULL, write_place };

	return access_memory(&call);
}

int fl_device_atomic_add(struct fl_device *d, unsigned long addr,
			 unsigned long addend, unsigned long *old)
{
	struct access_call call = { d, addr, addend, old, add_to_place };

	return access_memory(&call);
}

struct view_call {
	struct fl_device *device;
	unsigned long addr;
	struct fl_device_pte pte;
};

static int view(void *arg)
{
	struct view_call *c = arg;

	fl_machine_quiet(1);
	c->pte = fl_test_hmm_entry(c->device, c->addr);
	fl_machine_quiet(0);
	return 0;
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
	if (d->file) {
		struct view_call call = { d, addr, { 0 } };
		int ret = fl_world_run(d->world, view, &call);

		*pte = call.pte;
		return ret;
	}
	return 0;
}
