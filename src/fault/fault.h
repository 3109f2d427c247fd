/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault.h - a page fault in flight
 *
 *  - handle_mm_fault()                   fault.c: which case it is
 *  - remove_device_exclusive_entry()     exclusive.c, v8.c: a device's page
 *  - restore_exclusive_pte()             restore.c: one entry
 *  - folio_lock_or_retry()               retry.c
 *  - do_swap_page(), migration_entry_wait()   swap.c
 *  - do_huge_fault()                     huge.c: 2 MiB at once
 *  - do_file_fault(), struct file        file.c
 *  - fault_ops                           protocol.c: a CPU's locks, retries
 *
 * All fault handlers return FL_VM_FAULT_* bits.  0: the access may be retried,
 * whether or not the handler changed anything.
 */
#ifndef FL_MODEL_FAULT_H
#define FL_MODEL_FAULT_H

#include "pte/mm.h"

#define VM_FAULT_ERROR                                                \
	(FL_VM_FAULT_OOM | FL_VM_FAULT_SIGBUS | FL_VM_FAULT_SIGSEGV | \
	 FL_VM_FAULT_HWPOISON)

struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address; /* of the page */
	unsigned int flags;    /* FL_FAULT_* */
	pmd_t *pmd;
	pte_t orig_pte; /* the entry, read without lock */
	struct spinlock *ptl;
	pte_t *pte; /* set while ptl is locked */
};

static inline bool fault_is_write(const struct vm_fault *vmf)
{
	return vmf->flags & FL_FAULT_WRITE;
}

/* A PTE may be writable only if its VMA is. */
static inline pte_t maybe_mkwrite(pte_t pte, struct vm_area_struct *vma)
{
	return vma->flags & VM_WRITE ? pte_mkwrite(pte) : pte;
}

/*
 * handle_mm_fault - handle a fault, so that the access to
 * @address can be retried
 * @flags: FL_FAULT_*
 *
 * Context: mmap lock held for reading; the VMA contains @addr and allows
 * the access.  FL_VM_FAULT_RETRY means that the mmap lock was dropped,
 * unless FL_FAULT_RETRY_NOWAIT requested that it be kept; for all other
 * results it is still held.
 */
unsigned int handle_mm_fault(struct vm_area_struct *vma, unsigned long addr,
			     unsigned int flags);

/* lock_pte - set vmf->pte and ptl.  Return: whether the entry is
 * still orig_pte; if not, nothing is locked, and another thread has
 * handled the fault. */
bool lock_pte(struct vm_fault *vmf);
void unlock_pte(struct vm_fault *vmf);

/* -- exclusive.c, restore.c, retry.c -- */

unsigned int remove_device_exclusive_entry(struct vm_fault *vmf);
void restore_exclusive_pte(struct vm_area_struct *vma, struct page *page,
			   unsigned long addr, pte_t *ptep);
int try_restore_exclusive_pte(struct vm_area_struct *vma, unsigned long addr,
			      pte_t *ptep);

/* folio_lock_or_retry - lock the folio, waiting as vmf->flags allow
 * Return: 0, locked; or FL_VM_FAULT_RETRY, not locked, with the mmap lock as
 * for handle_mm_fault(). */
unsigned int folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf);

/* -- swap.c -- */

unsigned int do_swap_page(struct vm_fault *vmf);
/* migration_entry_wait - wait until the page has moved; the access is then
 * retried.  Context: vmf->orig_pte is a migration entry, read without lock. */
void migration_entry_wait(struct vm_fault *vmf);

/* -- huge.c -- */

/* Return: whether a huge page maps the address, or may be used to map it. */
bool wants_huge(const struct vm_fault *vmf);
/* do_huge_fault - Return: true: handled; false: use small pages. */
bool do_huge_fault(struct vm_fault *vmf);

/* -- file.c -- */

/* file_create - Return: a file in memory with one reference, or NULL. */
struct file *file_create(void);
void file_get(struct file *file);
void file_put(struct file *file);
unsigned int do_file_fault(struct vm_fault *vmf);

/* -- protocol.c -- */

extern const struct fl_fault_ops fault_ops;

/* fault_begin - take the mmap lock, and find the VMA that contains @addr
 * and allows the access.  Return: 0; or -EFAULT, -EOPNOTSUPP, -EINVAL,
 * nothing locked. */
int fault_begin(struct mm_struct *mm, unsigned long addr, unsigned int flags,
		struct vm_area_struct **out);
/* fault_end - record the result of a handler, and drop the lock that it left */
void fault_end(struct mm_struct *mm, unsigned int result, struct fl_fault *out);

#endif /* FL_MODEL_FAULT_H */
