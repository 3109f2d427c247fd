/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * process.h - address spaces, and what user code does in them
 *
 *  - life      fl_process_create(), fl_fork(), fl_process_exit()
 *  - mappings  fl_mmap(), fl_munmap(), fl_mprotect(), fl_zap(), fl_lazyfree()
 *  - accesses  fl_load(), fl_store(), fl_fault()
 *  - marks     fl_clear_soft_dirty(), fl_uffd_wp()
 *  - huge      fl_split_huge(), fl_collapse()
 *
 * Each call is made by the calling simulated thread: in a function given to
 * fl_thread_spawn() by that thread, elsewhere by the host's own, on CPU 0.
 * Ranges are page aligned and below 2^47, else -EINVAL.  Every function that
 * returns int may return -ENOTRECOVERABLE (world.h), or -ESRCH where the process
 * has exited; that is not said again.  fl_process_exit() frees a process for good
 * at the world's shutdown.
 */
#ifndef FAULTLAB_PROCESS_H
#define FAULTLAB_PROCESS_H

#include "faultlab/types.h"

struct fl_world;
struct fl_process;

#define FL_PAGE		4096UL		/* bytes of a page */
#define FL_HUGE_PAGE	(512 * FL_PAGE)	/* bytes of a huge page */

/* fl_process_create - a process without mappings.  Return: 0, -ENOMEM. */
int fl_process_create(struct fl_world *world, struct fl_process **process);

/*
 * fl_fork - a child with a copy of every mapping; pages are shared until written
 *
 * Devices stay with the parent.  Context: takes the parent's mmap lock.
 * Return: 0; -ENOMEM, also where an exclusive page is busy, as for the kernel;
 * -EINTR: the caller was killed; -ESRCH.
 */
int fl_fork(struct fl_process *parent, struct fl_process **child);

/*
 * fl_process_exit - unmap all, drop the address space
 * Devices that are attached to it are detached first.
 * Context: none of its threads runs.  Return: 0.
 */
int fl_process_exit(struct fl_process *process);

/*
 * fl_mmap - map [start, start + len)
 * @prot: FL_PROT_*; @flags: FL_MAP_*
 *
 * Return: 0; -EINVAL; -EEXIST: part of it is mapped; -ENOMEM; -EOPNOTSUPP: this
 * kernel has no such memory.
 */
int fl_mmap(struct fl_process *process, unsigned long start, unsigned long len,
	    unsigned int prot, unsigned int flags);

/* fl_munmap - as munmap(2); holes are skipped.  Return: 0, -EINVAL, -ENOMEM. */
int fl_munmap(struct fl_process *process, unsigned long start,
	      unsigned long len);

/* fl_mprotect - change the rights of a range that is mapped throughout.
 * Return: 0; -EINVAL; -ENOMEM: a hole, or memory is short. */
int fl_mprotect(struct fl_process *process, unsigned long start,
		unsigned long len, unsigned int prot);

/* fl_zap - drop the pages of a range, keep the mapping: MADV_DONTNEED.
 * Return: 0; -EINVAL; -ENOMEM: a hole. */
int fl_zap(struct fl_process *process, unsigned long start, unsigned long len);

/*
 * fl_lazyfree - let reclaim drop the pages of a range: MADV_FREE
 * What is stored afterwards is kept.  Only anonymous memory.
 * Return: 0; -EINVAL: also, it is of a file; -ENOMEM: a hole; -EOPNOTSUPP.
 */
int fl_lazyfree(struct fl_process *process, unsigned long start,
		unsigned long len);

/*
 * fl_load - load 8 bytes as user code: TLB, walk, page fault, again
 * @addr: aligned to 8
 *
 * Return: 0 and the value; -EINVAL; -EFAULT: SIGSEGV or SIGBUS; -ENOMEM;
 * -EINTR: a fatal signal ended the fault.
 */
int fl_load(struct fl_process *process, unsigned long addr,
	    unsigned long *value);

/* fl_store - store 8 bytes.  As fl_load(). */
int fl_store(struct fl_process *process, unsigned long addr,
	     unsigned long value);

/*
 * fl_fault - call the kernel's fault handler once, as an architecture does
 * @addr: any address; @flags: FL_FAULT_*
 * @out: its answer, and which locks the caller still held then
 *
 * Takes the mmap lock (or the VMA's, with FL_FAULT_VMA_LOCK) and gives back what
 * the handler left.  No retry is made.  Return: 0; -EFAULT: no mapping with that
 * right; -EINVAL: RETRY_NOWAIT without ALLOW_RETRY, unknown flags;
 * -EOPNOTSUPP: no VMA locks in this kernel; -EAGAIN: the VMA's lock could not be
 * had.
 */
int fl_fault(struct fl_process *process, unsigned long addr, unsigned int flags,
	     struct fl_fault *out);

/* fl_clear_soft_dirty - as writing 4 to /proc/PID/clear_refs, for a range.
 * Return: 0, -EINVAL, -ENOMEM: a hole. */
int fl_clear_soft_dirty(struct fl_process *process, unsigned long start,
			unsigned long len);

/*
 * fl_uffd_wp - write-protect a range for userfaultfd, or end that
 * Protects what is mapped now; a store to it is not delivered anywhere, so
 * there is no userfaultfd to resolve it: it returns -EFAULT.  A mapping is
 * registered, under the mmap lock for writing, where it was not before; to
 * protect takes that lock for reading.
 * Return: 0; -EINVAL; -ENOMEM: a hole.
 */
int fl_uffd_wp(struct fl_process *process, unsigned long start,
	       unsigned long len, _Bool protect);

/* fl_split_huge - map the huge page at @addr by 512 PTEs from now on.  The
 * folio stays one.  Return: 0; -ENOENT: no page there; -EOPNOTSUPP. */
int fl_split_huge(struct fl_process *process, unsigned long addr);

/*
 * fl_collapse - copy the pages of a range into huge ones, and map those: MADV_COLLAPSE
 * What a device has comes back first; what is not there is zeroes afterwards.
 * Return: 0; -EINVAL: also, there is no room for a huge page; -ENOMEM: a hole, or memory
 * is short; -EAGAIN, -EBUSY: somebody uses a page; -EOPNOTSUPP.
 */
int fl_collapse(struct fl_process *process, unsigned long start,
		unsigned long len);

#endif /* FAULTLAB_PROCESS_H */
