/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retry.c - waiting for a folio in a fault, with or without the mmap lock
 */
#include "fault/fault.h"

static void unlock_mmap(struct vm_fault *vmf)
{
	read_unlock(&vmf->vma->mm->mmap_lock);
}

/*
 * Another thread may hold the folio lock for long, while others wait for the
 * mmap lock for writing.  So the first wait drops the mmap lock, and the caller
 * must then look everything up again.  The second wait keeps it, so that the
 * fault makes progress.
 *
 *   ALLOW_RETRY and not TRIED:  drop the mmap lock, wait for an unlock; RETRY
 *               RETRY_NOWAIT:   keep the mmap lock, do not wait; RETRY
 *   else:                       wait for the lock; 0
 *               KILLABLE:       a fatal signal ends the wait: drop the mmap
 *                               lock; RETRY
 */
unsigned int folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf)
{
	bool killable = vmf->flags & FL_FAULT_KILLABLE;

	if (folio_trylock(folio))
		return 0;
	if (vmf->flags & FL_FAULT_ALLOW_RETRY &&
	    !(vmf->flags & FL_FAULT_TRIED)) {
		if (vmf->flags & FL_FAULT_RETRY_NOWAIT)
			return FL_VM_FAULT_RETRY;
		unlock_mmap(vmf);
		if (killable)
			folio_wait_locked_killable(folio);
		else
			folio_wait_locked(folio);
		return FL_VM_FAULT_RETRY;
	}
	if (!killable) {
		folio_lock(folio);
		return 0;
	}
	if (!folio_lock_killable(folio))
		return 0;
	unlock_mmap(vmf);
	return FL_VM_FAULT_RETRY;
}
