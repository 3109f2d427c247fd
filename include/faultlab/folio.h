/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folio.h - other users of a page, which is named by the frame of any page of
 * its folio
 *
 *  - fl_folio_get(), _put(), _lock(), _trylock(), _unlock()   a kernel user
 *  - fl_folio_pin(), _unpin()                                 hardware
 *  - fl_folio_migrate(), _reclaim(), _split()                 memory management
 *
 * -EINVAL: @pfn is not a live page.  -ENOTRECOVERABLE as in world.h.
 */
#ifndef FAULTLAB_FOLIO_H
#define FAULTLAB_FOLIO_H

struct fl_world;
struct fl_process;

/*
 * Another user in the kernel: takes a reference with fl_folio_get(), then may
 * lock the folio. fl_folio_lock() sleeps.  Unlocking a folio that the thread
 * did not lock is a violation (C9).
 * Return: 0; -EINVAL; fl_folio_trylock(): -EBUSY.
 */
int fl_folio_get(struct fl_world *world, unsigned long pfn);
int fl_folio_put(struct fl_world *world, unsigned long pfn);
int fl_folio_lock(struct fl_world *world, unsigned long pfn);
int fl_folio_trylock(struct fl_world *world, unsigned long pfn);
int fl_folio_unlock(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_pin - pin a page for hardware that knows only its frame, as RDMA
 * does
 * @addr: of the page, which is faulted in for writing
 * @pfn: receives its frame
 *
 * While pinned, the page stays the page at @addr: it is neither moved nor
 * reclaimed, and fork copies it for the child at once.  A pin counts as one or
 * more references.
 * Return: 0; -EFAULT: no writable mapping; -EINVAL; -ENOMEM; -EINTR; -ESRCH;
 * -EOPNOTSUPP: this kernel does not support pinning.
 */
int fl_folio_pin(struct fl_process *process, unsigned long addr,
		 unsigned long *pfn);

/* fl_folio_unpin - Return: 0; -EINVAL, also if it is not pinned;
 * -EOPNOTSUPP. */
int fl_folio_unpin(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_migrate - move a folio to other frames, as compaction does
 * Context: sleeps; waits for the folio lock.
 * Return: 0; -EAGAIN: there are references that mappings do not explain;
 * -EBUSY: the folio must not be moved (such as a file page in a kernel without
 * tmpfs); -ENOMEM; -EINVAL.
 */
int fl_folio_migrate(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_reclaim - swap out a folio and free it, as kswapd does
 *
 * The swap file has 63 usable pages, unless the world was booted with more.  A
 * large folio is split first, unless there is room for it as a whole.
 * Return: 0: it is free; -EBUSY: it is in use or locked, it belongs to a file
 * in a kernel without tmpfs, or the swap file is full; -EINVAL.
 */
int fl_folio_reclaim(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_split - split a large folio into folios of one page
 * Context: sleeps; waits for the folio lock.
 * Return: 0; -EAGAIN, -EBUSY: there are references that mappings do not
 * explain; -EINVAL, also if it is not large.
 */
int fl_folio_split(struct fl_world *world, unsigned long pfn);

#endif /* FAULTLAB_FOLIO_H */
