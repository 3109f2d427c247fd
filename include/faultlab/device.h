/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - devices that use exclusive access to pages
 *
 *  - life      fl_device_create(), _set_driver(), _attach(), _destroy()
 *  - rights    fl_device_make_exclusive(), _map_read()
 *  - pages     fl_device_migrate()
 *  - accesses  fl_device_read(), _write(), _atomic_add()
 *  - view      fl_device_pte_view()
 *
 * A device has its own page table.  It gets access rights only through its
 * driver, whose interval notifier revokes them.  There are two drivers, because
 * each hides kernel bugs that the other one shows; the kernel's own test driver
 * is a third.
 */
#ifndef FAULTLAB_DEVICE_H
#define FAULTLAB_DEVICE_H

struct fl_world;
struct fl_process;
struct fl_device;

/* fl_device_create - create a device with driver `mirror`
 * @name: for reports; copied.  Return: 0, -EINVAL, -ENOMEM. */
int fl_device_create(struct fl_world *world, const char *name,
		     struct fl_device **device);

enum fl_driver {
	/* Built like the kernel's test driver: it marks and programs under the
	 * mmap lock, many pages at once, and does not check the sequence. */
	FL_DRIVER_MIRROR,
	/* Built like a GPU driver: it programs without the mmap lock, one page
	 * at a time, and marks the page again if the sequence has changed
	 * meanwhile. */
	FL_DRIVER_SEQ,
	/*
	 * The kernel's test driver itself, if the tree has it (struct
	 * fl_kernel_info).  The first device created in the world is the
	 * driver's device 0, any other its device 1.  It mirrors the whole
	 * process, uses 64 pages at FL_TEST_HMM_BUFFER, and takes no more at
	 * once.  It does not report what it programs, so checkers see only the
	 * effects of its accesses.
	 */
	FL_DRIVER_TEST_HMM,
};

#define FL_TEST_HMM_BUFFER 0x7e0000000000UL

/* Seeded driver bugs, to show that they are detected. */
#define FL_FLAW_NO_FILTER	      0x01u /* does not ignore own marking */
#define FL_FLAW_FILTER_EVENT	      0x02u /* ignores markings of any owner */
#define FL_FLAW_NO_SEQ_CHECK	      0x04u /* seq: never checks the sequence */
#define FL_FLAW_KEEP_LOCKED	      0x08u /* seq: retries with folio locked */
#define FL_FLAW_UNLOCK_EARLY	      0x10u /* mirror: unlocks, then programs */
#define FL_FLAW_NO_FAULT	      0x20u /* seq: marks without faulting in */
#define FL_FLAW_FILTER_OWNER	      0x40u /* ignores all events it owns */
/* seq: checks the sequence, then takes its mutex */
#define FL_FLAW_CHECK_SEQ_BEFORE_LOCK 0x80u
/* mirror: keeps all folios of a range locked, for kernels that mark one page */
#define FL_FLAW_KEEP_ALL	      0x100u
/* mirror: programs pages it was not given, too, for kernels that mark many */
#define FL_FLAW_MAP_ALL		      0x200u

/*
 * fl_device_set_driver - choose the driver; a new device has `mirror`, no flaws
 * Context: not attached.
 * Return: 0; -EBUSY: attached; -ENODEV: destroyed; -EINVAL: no such driver, or
 * it cannot have that flaw; -EOPNOTSUPP: the kernel has no test driver, or the
 * world has no device memory for it (config.device_frames, 131072).
 */
int fl_device_set_driver(struct fl_device *device, enum fl_driver driver,
			 unsigned int flaws);

/* fl_device_destroy - detach @device and end it
 * Its memory is freed at shutdown, since the event log refers to it.
 * Return: 0; -ENODEV: already destroyed. */
int fl_device_destroy(struct fl_device *device);

/*
 * fl_device_attach - mirror [start, start + len) of a process
 * Return: 0; -EINVAL: bad range; -EBUSY: already attached; -ENODEV: destroyed;
 * -ESRCH: the process has exited; -ENOMEM; -EINTR.
 */
int fl_device_attach(struct fl_device *device, struct fl_process *process,
		     unsigned long start, unsigned long len);

/* fl_device_detach - stop mirroring and drop all rights
 * Return: 0; -ENOTCONN: not attached. */
int fl_device_detach(struct fl_device *device);

/*
 * fl_device_make_exclusive - mark pages exclusive and map them in the device
 * @start, @len: page aligned, within the mirrored range
 *
 * Return: number of pages that the device got, from 0: a page that cannot be
 * marked is skipped, as in the kernel; -ENOTCONN: not attached; -EINVAL: bad
 * range; -EFAULT: nothing accessible at @start; -ENOMEM; -EOPNOTSUPP: no
 * anonymous memory at @start, for a kernel that marks one page (struct
 * fl_traits); -EBUSY: `seq` was invalidated too often, or `test_hmm` did not
 * get all pages.
 */
long fl_device_make_exclusive(struct fl_device *device, unsigned long start,
			      unsigned long len);

/*
 * fl_device_map_read - map pages in the device for reading; CPUs keep them
 *
 * Works as hmm_range_fault() is used: missing pages are faulted in, and
 * everything is repeated if the range was invalidated meanwhile.
 * Return: 0; -ENOTCONN; -EINVAL; -EFAULT: a hole, or not readable; -EBUSY:
 * invalidated too often; -ENOMEM; -EINTR.
 */
int fl_device_map_read(struct fl_device *device, unsigned long start,
		       unsigned long len);

/*
 * fl_device_migrate - move pages to other frames by migrate_vma_*()
 * @start, @len: within the mirrored range, and within one mapping
 *
 * The notification names the device as owner.
 * Return: number of pages moved, from 0: a page that cannot be moved is
 * skipped; -ENOTCONN; -EINVAL.
 */
long fl_device_migrate(struct fl_device *device, unsigned long start,
		       unsigned long len);

/*
 * fl_device_read - read 8 bytes through the device's page table
 * Return: 0; -ENOTCONN; -EINVAL: @addr is not aligned to 8; -EFAULT: the device
 * does not map the page for this access (the caller may make the page exclusive
 * and retry).
 */
int fl_device_read(struct fl_device *device, unsigned long addr,
		   unsigned long *value);

/* fl_device_write - write 8 bytes.  As fl_device_read(). */
int fl_device_write(struct fl_device *device, unsigned long addr,
		    unsigned long value);

/*
 * fl_device_atomic_add - add to 8 bytes with an atomic operation of the device
 * @old: NULL, or receives the previous value
 *
 * The device takes a read step and a write step: if exclusivity is broken, an
 * update is lost.
 * Return: as fl_device_read().
 */
int fl_device_atomic_add(struct fl_device *device, unsigned long addr,
			 unsigned long addend, unsigned long *old);

/* A page's entry in the device's page table. */
struct fl_device_pte {
	_Bool mapped;
	_Bool writable; /* exclusive access; otherwise read-only */
	unsigned long pfn;
};

/* fl_device_pte_view - read an entry, without side effects
 * Return: 0; -ENOTCONN; -EINVAL: @addr is outside the mirrored range. */
int fl_device_pte_view(struct fl_device *device, unsigned long addr,
		       struct fl_device_pte *pte);

/* fl_device_owner - Return: the owner that the driver passes to the kernel when
 * it marks; compare with fl_event.owner. */
const void *fl_device_owner(struct fl_device *device);

#endif /* FAULTLAB_DEVICE_H */
