/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unit.h - single functions of a kernel, called in the context they ask for
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
 * calls it, and gives back what is left.  -EOPNOTSUPP: this kernel has no such
 * function.
 */
#ifndef FAULTLAB_UNIT_H
#define FAULTLAB_UNIT_H

#include "faultlab/types.h"

struct fl_process;
struct fl_world;

/*
 * fl_unit_restore_exclusive_pte - put the mapping of an entry back
 * @addr: of the entry; @pfn: the page to map there: the caller's choice, as it
 *        is in the kernel
 * @flags: FL_UNIT_*, 0 for the right context: mmap lock shared, folio of @pfn
 *         referenced and locked, page table locked
 *
 * Return: 0; -ENOENT: no exclusive entry at @addr; -EINVAL: @pfn is no live
 * page; -EOPNOTSUPP.
 */
int fl_unit_restore_exclusive_pte(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  unsigned int flags);

/*
 * fl_unit_try_restore_exclusive_pte - as fork does: without waiting for the page
 * Context: mmap lock exclusive, page table locked, by the adapter.
 * Return: 0: restored; -EBUSY: the folio is locked; -ENOENT; -EOPNOTSUPP.
 */
int fl_unit_try_restore_exclusive_pte(struct fl_process *process,
				      unsigned long addr);

/*
 * fl_unit_remove_device_exclusive_entry - the handler of a fault on an entry
 * @addr: of the fault
 * @entry: the entry that the fault met (struct fl_pte's raw), which need not be
 *         there any more
 * @flags: FL_FAULT_*
 * @out: its answer, and which locks the caller still held then
 *
 * Return: 0; -EINVAL: @entry is no exclusive entry, or bad flags; -EFAULT: no
 * mapping at @addr; -ENOENT: nothing was ever mapped near it, so that there is not
 * even a page table; -EOPNOTSUPP.
 */
int fl_unit_remove_device_exclusive_entry(struct fl_process *process,
					  unsigned long addr,
					  unsigned long entry,
					  unsigned int flags,
					  struct fl_fault *out);

/*
 * fl_unit_make_device_exclusive - replace all mappings of one page by entries
 * @addr, @pfn: where the caller believes page @pfn to be mapped
 * @owner: for the notification
 *
 * The adapter references and locks the folio, and gives both back.  Of a kernel
 * that marks one page (struct fl_traits) both is done by the function itself.
 * Return: 1: marked; 0: refused; -EINVAL: @pfn is no live page; -EBUSY: its
 * folio is locked; -EOPNOTSUPP: the kernel looks the page up by itself, and @pfn
 * is not what is mapped there; or an error of the function.
 */
int fl_unit_make_device_exclusive(struct fl_process *process,
				  unsigned long addr, unsigned long pfn,
				  const void *owner);

/*
 * fl_unit_remove_migration_ptes - the end of a migration that did not take place: each
 *                                 migration entry of a folio leads to it again
 * @pfn: of any page of it
 *
 * Context: folio referenced and locked, by the adapter.
 * Return: 0; -EINVAL: @pfn is no live page; -EOPNOTSUPP.
 */
int fl_unit_remove_migration_ptes(struct fl_world *world, unsigned long pfn);

/*
 * fl_unit_folio_mkclean - as before a page of a file is written back: each of its shared
 *                         mappings is made clean and read-only, so that a store is noticed
 * @pfn: of any page of the folio
 *
 * Context: folio referenced and locked, by the adapter.
 * Return: how many mappings were dirty or writable; -EINVAL: @pfn is no live page;
 * -EOPNOTSUPP.
 */
int fl_unit_folio_mkclean(struct fl_world *world, unsigned long pfn);

/*
 * fl_unit_ksm_write_protect_page - take the right to write from a page that is to be
 *                                  merged
 * @addr: in the mapping in which ksmd believes folio @pfn, of one page, to be; where in
 *        it, the function knows by itself
 *
 * Context: mmap lock shared, folio referenced and locked, by the adapter.
 * Return: 0; -EFAULT: not mapped there, or it has other users; -EINVAL: @pfn is no
 * live page, or part of a large folio; -EOPNOTSUPP.
 */
int fl_unit_ksm_write_protect_page(struct fl_process *process,
				   unsigned long addr, unsigned long pfn);

#endif /* FAULTLAB_UNIT_H */
