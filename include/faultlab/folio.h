/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folio.h - who else has to do with a page: by the frame of any page of its folio
 *
 *  - fl_folio_get(), _put(), _lock(), _trylock(), _unlock()   another user of it
 *  - fl_folio_pin(), _unpin()                                 hardware
 *  - fl_folio_migrate(), _reclaim(), _split()                 the kernel itself
 *
 * -EINVAL: @pfn is no live page.  -ENOTRECOVERABLE as in world.h.
 */
#ifndef FAULTLAB_FOLIO_H
#define FAULTLAB_FOLIO_H

struct fl_world;
struct fl_process;

/*
 * Another user, in the kernel's manner: takes a reference with fl_folio_get(), then
 * may lock.  Return: 0; -EINVAL; fl_folio_trylock(): -EBUSY.  fl_folio_lock()
 * sleeps.  To unlock a folio that the thread has not locked is a violation (C9).
 */
int fl_folio_get(struct fl_world *world, unsigned long pfn);
int fl_folio_put(struct fl_world *world, unsigned long pfn);
int fl_folio_lock(struct fl_world *world, unsigned long pfn);
int fl_folio_trylock(struct fl_world *world, unsigned long pfn);
int fl_folio_unlock(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_pin - let hardware know a page by its frame, as RDMA does
 * @addr: of the page, which is faulted in to be written; @pfn: its frame
 *
 * While it is pinned it stays the page at @addr: it is neither moved nor reclaimed, and
 * a fork copies it for the child at once.  A pin counts as one reference or more.
 * Return: 0; -EFAULT: no mapping that may be written; -EINVAL; -ENOMEM; -EINTR;
 * -ESRCH; -EOPNOTSUPP: this kernel pins nothing.
 */
int fl_folio_pin(struct fl_process *process, unsigned long addr,
		 unsigned long *pfn);

/* fl_folio_unpin - Return: 0; -EINVAL: also, it is not pinned; -EOPNOTSUPP. */
int fl_folio_unpin(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_migrate - move a folio to other frames, as compaction does
 * Context: sleeps; waits for the folio's lock.
 * Return: 0; -EAGAIN: somebody holds references that mappings do not explain;
 * -EBUSY: it may not be moved (a page of a file of a kernel without tmpfs, say);
 * -ENOMEM; -EINVAL.
 */
int fl_folio_migrate(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_reclaim - write a folio to the swap file and free it, as kswapd does
 *
 * The swap file has 63 pages, if the world was not booted with more.  A large folio is
 * split first, unless there is room for it as it is.
 * Return: 0: it is free; -EBUSY: it is not, because somebody uses it, it is locked,
 * it belongs to a file of a kernel without tmpfs, or the swap file is full; -EINVAL.
 */
int fl_folio_reclaim(struct fl_world *world, unsigned long pfn);

/*
 * fl_folio_split - make a large folio into folios of one page
 * Context: sleeps; waits for the folio's lock.
 * Return: 0; -EAGAIN, -EBUSY: somebody holds references that mappings do not
 * explain; -EINVAL: also, it is not large.
 */
int fl_folio_split(struct fl_world *world, unsigned long pfn);

#endif /* FAULTLAB_FOLIO_H */
