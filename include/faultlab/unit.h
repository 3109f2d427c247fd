/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unit.h - single functions of a kernel, called in their expected context
 *
 *  - fl_unit_restore_exclusive_pte()
 *  - fl_unit_try_restore_exclusive_pte()
 *  - fl_unit_remove_device_exclusive_entry()
 *  - fl_unit_make_device_exclusive()
 *  - fl_unit_remove_migration_ptes()
 *  - fl_unit_folio_mkclean()
 *  - fl_unit_ksm_write_protect_page()
 *
 * Each adapter takes the locks that the function's callers in the kernel hold,
 * calls the function, and releases what is still held.  -EOPNOTSUPP: this
 * kernel does not have the function.
 */
#ifndef FAULTLAB_UNIT_H
#define FAULTLAB_UNIT_H

#include "faultlab/types.h"

struct fl_process;
struct fl_world;

/*
 * fl_unit_restore_exclusive_pte - restore the mapping of an exclusive entry
 * @addr: of the entry
 * @pfn: the page to map there, chosen by the caller as in the kernel
 * @flags: FL_UNIT_*; 0 for the expected context: mmap lock held for reading,
 *         folio of @pfn referenced and locked, page table locked
 *
 * Return: 0; -ENOENT: no exclusive entry at @addr; -EINVAL: @pfn is not a live
 * page; -EOPNOTSUPP.
 */
int fl_unit_restore_exclusive_pte(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  unsigned int flags);

/*
 * fl_unit_try_restore_exclusive_pte - restore as fork does: without waiting for
 * the page
 * Context: the adapter takes the mmap lock for writing, and the page table
 * lock.
 * Return: 0: restored; -EBUSY: the folio is locked; -ENOENT; -EOPNOTSUPP.
 */
int fl_unit_try_restore_exclusive_pte(struct fl_process *process,
				      unsigned long addr);

/*
 * fl_unit_remove_device_exclusive_entry - handle a fault on an exclusive entry
 * @addr: of the fault
 * @entry: the entry that the fault found (fl_pte.raw); it may have changed
 *         since
 * @flags: FL_FAULT_*
 * @out: receives the handler's result, and which locks the caller still held
 *       after it
 *
 * Return: 0; -EINVAL: @entry is not an exclusive entry, or bad flags; -EFAULT:
 * no mapping at @addr; -ENOENT: no page table at @addr, because nothing near it
 * was ever mapped; -EOPNOTSUPP.
 */
int fl_unit_remove_device_exclusive_entry(struct fl_process *process,
					  unsigned long addr,
					  unsigned long entry,
					  unsigned int flags,
					  struct fl_fault *out);

/*
 * fl_unit_make_device_exclusive - replace all mappings of one page by entries
 * @addr, @pfn: address at which the caller believes page @pfn to be mapped
 * @owner: for the notification
 *
 * The adapter references and locks the folio, and releases both afterwards.  If
 * the kernel marks one page (struct fl_traits), the function itself does so.
 * Return: 1: marked; 0: refused; -EINVAL: @pfn is not a live page; -EBUSY: its
 * folio is locked; -EOPNOTSUPP: the kernel looks up the page itself, and @pfn
 * is not mapped at @addr; or an error of the function.
 */
int fl_unit_make_device_exclusive(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  const void *owner);

/*
 * fl_unit_remove_migration_ptes - undo a migration that failed: replace each
 * migration entry of a folio by a mapping of it
 * @pfn: of any page of the folio
 *
 * Context: the adapter references and locks the folio.
 * Return: 0; -EINVAL: @pfn is not a live page; -EOPNOTSUPP.
 */
int fl_unit_remove_migration_ptes(struct fl_world *world, unsigned long pfn);

/*
 * fl_unit_folio_mkclean - prepare a file page for writeback: make each shared
 * mapping of its folio clean and read-only, so that the next store faults
 * @pfn: of any page of the folio
 *
 * Context: the adapter references and locks the folio.
 * Return: number of mappings that were dirty or writable; -EINVAL: @pfn is not
 * a live page; -EOPNOTSUPP.
 */
int fl_unit_folio_mkclean(struct fl_world *world, unsigned long pfn);

/*
 * fl_unit_ksm_write_protect_page - write-protect a page before a merge
 * @addr: any address in the mapping in which ksmd believes folio @pfn, of one
 *        page, to be; the function finds the page in it by itself
 *
 * Context: the adapter holds the mmap lock for reading, and references and
 * locks the folio.
 * Return: 0; -EFAULT: not mapped there, or the page has other users; -EINVAL:
 * @pfn is not a live page, or part of a large folio; -EOPNOTSUPP.
 */
int fl_unit_ksm_write_protect_page(struct fl_process *process,
				   unsigned long addr, unsigned long pfn);

#endif /* FAULTLAB_UNIT_H */
