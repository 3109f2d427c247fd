/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - devices that want exclusive access to pages
 *
 *  - life      fl_device_create(), _set_driver(), _attach(), _destroy()
 *  - rights    fl_device_make_exclusive(), _map_read()
 *  - pages     fl_device_migrate()
 *  - accesses  fl_device_read(), _write(), _atomic_add()
 *  - view      fl_device_pte_view()
 *
 * A device has a page table of its own, and gets rights only through its driver,
 * whose interval notifier takes them back.  There are two, because each hides
 * errors of a kernel that the other shows.
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

enum fl_driver {
	/* as the kernel's test driver: marks and programs under the mmap lock, many
	 * pages at once, without looking at the sequence */
	FL_DRIVER_MIRROR,
	/* as a GPU driver: programs without the mmap lock, one page, and marks it
	 * again where the sequence has changed meanwhile */
	FL_DRIVER_SEQ,
	/*
	 * the kernel's test driver itself, of a tree that has it (struct fl_kernel_info).
	 * Its device 0 or 1, by which of the world's devices this is.  It mirrors the
	 * whole process, uses 64 pages at FL_TEST_HMM_BUFFER, and takes no more at once.
	 * It tells nobody what it programs, so checkers see only what its accesses do.
	 */
	FL_DRIVER_TEST_HMM,
};

#define FL_TEST_HMM_BUFFER	0x7e0000000000UL

/* What can be wrong with a driver, so that one sees it being noticed. */
#define FL_FLAW_NO_FILTER	0x01u	/* takes its own marking as an invalidation */
#define FL_FLAW_FILTER_EVENT	0x02u	/* ignores every marking, whosever it is */
#define FL_FLAW_NO_SEQ_CHECK	0x04u	/* seq: does not ask before it programs */
#define FL_FLAW_KEEP_LOCKED	0x08u	/* seq: tries again with the folio locked */
#define FL_FLAW_UNLOCK_EARLY	0x10u	/* mirror: programs after it let go of it */
#define FL_FLAW_NO_FAULT	0x20u	/* seq: marks what it has not faulted in */
#define FL_FLAW_FILTER_OWNER	0x40u	/* ignores all that is told with its name */
#define FL_FLAW_ASK_EARLY	0x80u	/* seq: asks before it has its mutex */
#define FL_FLAW_KEEP_ALL	0x100u	/* mirror: all folios of a range locked at once,
					 * where the kernel marks one page */
#define FL_FLAW_MAP_ALL		0x200u	/* mirror: programs what it was not given, too,
					 * where the kernel marks many pages */

/*
 * fl_device_set_driver - how the device is driven; a new one has `mirror`, no flaws
 * Context: not attached.  Return: 0; -EBUSY: attached; -ENODEV: destroyed;
 * -EINVAL: no such driver, or it cannot have that flaw; -EOPNOTSUPP: the kernel has no
 * test driver, or the world no device memory (config.device_frames, 131072) for it.
 */
int fl_device_set_driver(struct fl_device *device, enum fl_driver driver,
			 unsigned int flaws);

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
 * -EINVAL: bad range; -EFAULT: nothing could be reached at @start; -ENOMEM;
 * -EOPNOTSUPP: no anonymous memory at @start, of a kernel that marks one page
 * (struct fl_traits); -EBUSY: `seq` was invalidated too often, or `test_hmm` did not
 * get all.
 */
long fl_device_make_exclusive(struct fl_device *device, unsigned long start,
			      unsigned long len);

/*
 * fl_device_map_read - map pages in the device that CPUs go on using, for reading
 *
 * As hmm_range_fault() is used: what is missing is faulted in, and all is done
 * again where it was invalidated meanwhile.
 * Return: 0; -ENOTCONN; -EINVAL; -EFAULT: a hole, or no right to read; -EBUSY:
 * invalidated too often; -ENOMEM; -EINTR.
 */
int fl_device_map_read(struct fl_device *device, unsigned long start,
		       unsigned long len);

/*
 * fl_device_migrate - the driver moves pages to other frames, by migrate_vma_*()
 * @start, @len: inside what is mirrored, and inside one mapping
 *
 * The notification names the device as owner.  Return: how many moved, from 0: one
 * that cannot is passed over; -ENOTCONN; -EINVAL.
 */
long fl_device_migrate(struct fl_device *device, unsigned long start,
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
	_Bool mapped;
	_Bool writable;		/* exclusively the device's; else, for reading */
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
