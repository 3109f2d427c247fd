/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * process.h - address spaces, and the operations of user code in them
 *
 *  - life      fl_process_create(), fl_fork(), fl_process_exit()
 *  - mappings  fl_mmap(), fl_munmap(), fl_mprotect(), fl_zap(), fl_lazyfree()
 *  - accesses  fl_load(), fl_store(), fl_fault()
 *  - marks     fl_clear_soft_dirty(), fl_uffd_wp()
 *  - huge      fl_split_huge(), fl_collapse()
 *
 * The simulated thread that calls a function makes the operation: in a function
 * passed to fl_thread_spawn(), that thread; elsewhere, the host's own thread,
 * on CPU 0.  Ranges are page aligned and below 2^47, else -EINVAL.  Every
 * function that returns int may also return -ENOTRECOVERABLE (world.h), or
 * -ESRCH if the process has exited.  Shutting down the world frees the memory
 * of processes that have exited.
 */
#ifndef FAULTLAB_PROCESS_H
#define FAULTLAB_PROCESS_H

#include "faultlab/types.h"

struct fl_world;
struct fl_process;

#define FL_PAGE	     4096UL	     /* bytes of a page */
#define FL_HUGE_PAGE (512 * FL_PAGE) /* bytes of a huge page */

/* fl_process_create - create a process without mappings.  Return: 0,
 * -ENOMEM. */
int fl_process_create(struct fl_world *world, struct fl_process **process);

/*
 * fl_fork - create a child with a copy of every mapping; pages are shared until
 * written
 *
 * Devices stay with the parent.
 * Context: takes the parent's mmap lock.
 * Return: 0; -ENOMEM, also if an exclusive page is busy, as in the kernel;
 * -EINTR: the caller was killed; -ESRCH.
 */
int fl_fork(struct fl_process *parent, struct fl_process **child);

/*
 * fl_process_exit - unmap everything and drop the address space
 * Attached devices are detached first.
 * Context: none of the process's threads runs.  Return: 0.
 */
int fl_process_exit(struct fl_process *process);

/*
 * fl_mmap - map [start, start + len)
 * @prot: FL_PROT_*
 * @flags: FL_MAP_*
 *
 * Return: 0; -EINVAL; -EEXIST: part of the range is mapped; -ENOMEM;
 * -EOPNOTSUPP: this kernel does not support such memory.
 */
int fl_mmap(struct fl_process *process, unsigned long start, unsigned long len,
	    unsigned int prot, unsigned int flags);

/* fl_munmap - as munmap(2); holes are skipped.  Return: 0, -EINVAL, -ENOMEM. */
int fl_munmap(struct fl_process *process, unsigned long start,
	      unsigned long len);

/* fl_mprotect - change the rights of a range without holes.
 * Return: 0; -EINVAL; -ENOMEM: a hole, or out of memory. */
int fl_mprotect(struct fl_process *process, unsigned long start,
		unsigned long len, unsigned int prot);

/* fl_zap - drop the pages of a range, keep the mapping: MADV_DONTNEED.
 * Return: 0; -EINVAL; -ENOMEM: a hole. */
int fl_zap(struct fl_process *process, unsigned long start, unsigned long len);

/*
 * fl_lazyfree - allow reclaim to drop the pages of a range: MADV_FREE
 * Later stores are kept.  Only for anonymous memory.
 * Return: 0; -EINVAL, also for file memory; -ENOMEM: a hole; -EOPNOTSUPP.
 */
int fl_lazyfree(struct fl_process *process, unsigned long start,
		unsigned long len);

/*
 * fl_load - load 8 bytes as user code: TLB, walk, page fault, retry
 * @addr: aligned to 8
 * @value: receives the value
 *
 * Return: 0; -EINVAL; -EFAULT: SIGSEGV or SIGBUS; -ENOMEM; -EINTR: a fatal
 * signal ended the fault.
 */
int fl_load(struct fl_process *process, unsigned long addr,
	    unsigned long *value);

/* fl_store - store 8 bytes.  As fl_load(). */
int fl_store(struct fl_process *process, unsigned long addr,
	     unsigned long value);

/*
 * fl_fault - call the kernel's fault handler once, as an architecture does
 * @addr: any address
 * @flags: FL_FAULT_*
 * @out: receives the handler's result, and which locks the caller still held
 *       after it
 *
 * Takes the mmap lock (with FL_FAULT_VMA_LOCK, the VMA lock), and releases it
 * unless the handler did.  Does not retry.
 * Return: 0; -EFAULT: no mapping that allows it; -EINVAL: RETRY_NOWAIT without
 * ALLOW_RETRY, unknown flags, or no @out; -EOPNOTSUPP: no VMA locks in this
 * kernel; -EAGAIN: the VMA lock was not available.
 */
int fl_fault(struct fl_process *process, unsigned long addr, unsigned int flags,
	     struct fl_fault *out);

/* fl_clear_soft_dirty - as writing 4 to /proc/PID/clear_refs, for a range.
 * Return: 0, -EINVAL, -ENOMEM: a hole. */
int fl_clear_soft_dirty(struct fl_process *process, unsigned long start,
			unsigned long len);

/*
 * fl_uffd_wp - write-protect a range for userfaultfd, or remove the protection
 * Protects what is mapped at the time of the call.  A store to a protected page
 * returns -EFAULT: no userfaultfd receives it, so it is never resolved.  A
 * mapping that is not registered yet is registered, with the mmap lock held for
 * writing; the protection itself holds the lock for reading.
 * Return: 0; -EINVAL; -ENOMEM: a hole.
 */
int fl_uffd_wp(struct fl_process *process, unsigned long start,
	       unsigned long len, _Bool protect);

/* fl_split_huge - map the huge page at @addr by 512 PTEs.  The folio is not
 * split.  Return: 0; -ENOENT: no page there; -EOPNOTSUPP. */
int fl_split_huge(struct fl_process *process, unsigned long addr);

/*
 * fl_collapse - copy the pages of a range into huge pages and map those:
 * MADV_COLLAPSE
 * Pages that a device holds are restored first; missing pages become zeroes.
 * Return: 0; -EINVAL, also if there is no room for a huge page; -ENOMEM: a
 * hole, or out of memory; -EAGAIN, -EBUSY: a page is in use; -EOPNOTSUPP.
 */
int fl_collapse(struct fl_process *process, unsigned long start,
		unsigned long len);

#endif /* FAULTLAB_PROCESS_H */
