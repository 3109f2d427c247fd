/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - devices that want exclusive access to pages
 *
 *  - life      fl_device_create(), _attach(), _destroy()
 *  - rights    fl_device_make_exclusive()
 *  - accesses  fl_device_read(), _write(), _atomic_add()
 *  - view      fl_device_pte_view()
 *
 * A device has a page table of its own, and gets rights only through its driver.
 * The driver is `mirror`, built as the kernel's test driver is: it marks and
 * programs under the mmap lock and makes no sequence check.  Its interval
 * notifier takes rights back, but for its own marking, which it knows by owner.
 */
#ifndef FAULTLAB_DEVICE_H
#define FAULTLAB_DEVICE_H

struct fl_world;
struct fl_process;
struct fl_device;

/* fl_device_create - a device with driver `mirror`
 * @name: for reports, copied.  Return: 0, -EINVAL, -ENOMEM. */
int fl_device_create(struct fl_world *world, const char *name,
		     struct fl_device **device);

/* fl_device_destroy - detach, and end @device; its memory goes at shutdown, since
 * the event log names it.  Return: 0; -ENODEV: it is destroyed already. */
int fl_device_destroy(struct fl_device *device);

/*
 * fl_device_attach - mirror [start, start + len) of a process
 * Return: 0; -EINVAL: bad range; -EBUSY: attached already; -ENODEV: destroyed;
 * -ESRCH: the process has exited; -ENOMEM; -EINTR.
 */
int fl_device_attach(struct fl_device *device, struct fl_process *process,
		     unsigned long start, unsigned long len);

/* fl_device_detach - stop mirroring, drop all rights.  Return: 0; -ENOTCONN:
 * not attached. */
int fl_device_detach(struct fl_device *device);

/*
 * fl_device_make_exclusive - mark pages exclusive and map them in the device
 * @start, @len: page aligned, inside what is mirrored
 *
 * Return: how many pages the device got, from 0: a page that could not be marked
 * is passed over, as the kernel does; -ENOTCONN: the device has no process;
 * -EINVAL: bad range; -EFAULT: nothing could be reached at @start; -ENOMEM.
 */
long fl_device_make_exclusive(struct fl_device *device, unsigned long start,
			      unsigned long len);

/*
 * fl_device_read - 8 bytes, by the device's own page table
 * Return: 0; -ENOTCONN; -EINVAL: @addr is not aligned to 8; -EFAULT: the device
 * has no right there (the caller may make the page exclusive and try again).
 */
int fl_device_read(struct fl_device *device, unsigned long addr,
		   unsigned long *value);

/* fl_device_write - as fl_device_read() */
int fl_device_write(struct fl_device *device, unsigned long addr,
		    unsigned long value);

/*
 * fl_device_atomic_add - add to 8 bytes, as the device's atomic operation
 * @old: NULL, or where to put the value before
 *
 * A read step and a write step: where exclusivity is broken, an update is lost.
 * Return: as fl_device_read().
 */
int fl_device_atomic_add(struct fl_device *device, unsigned long addr,
			 unsigned long addend, unsigned long *old);

/* What the device's page table says of a page. */
struct fl_device_pte {
	_Bool mapped, writable;
	unsigned long pfn;
};

/* fl_device_pte_view - no side effect.  Return: 0; -ENOTCONN; -EINVAL: @addr is
 * outside what is mirrored. */
int fl_device_pte_view(struct fl_device *device, unsigned long addr,
		       struct fl_device_pte *pte);

/* fl_device_owner - Return: what the kernel is given as the owner of the
 * device's marks; compares with struct fl_event's owner. */
const void *fl_device_owner(struct fl_device *device);

#endif /* FAULTLAB_DEVICE_H */
