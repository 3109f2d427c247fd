/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protocol.c - how a CPU takes a page fault: lock, handle, and maybe retry
 *
 * The handler may drop the mmap lock to wait, and then asks for a retry; the
 * caller must look everything up again.
 */
#include <errno.h>

#include "fault/fault.h"

#define KNOWN_FLAGS                                                      \
	(FL_FAULT_WRITE | FL_FAULT_ALLOW_RETRY | FL_FAULT_RETRY_NOWAIT | \
	 FL_FAULT_KILLABLE | FL_FAULT_TRIED)

int fault_begin(struct mm_struct *mm, unsigned long addr, unsigned int flags,
		struct vm_area_struct **out)
{
	struct vm_area_struct *vma;

	if (flags & FL_FAULT_VMA_LOCK)
		return -EOPNOTSUPP;
	if (flags & ~KNOWN_FLAGS)
		return -EINVAL;
	read_lock(&mm->mmap_lock);
	vma = vma_lookup(mm, addr);
	if (vma && vma->flags & (flags & FL_FAULT_WRITE ? VM_WRITE :
							  VM_READ | VM_WRITE)) {
		*out = vma;
		return 0;
	}
	read_unlock(&mm->mmap_lock);
	return -EFAULT;
}

void fault_end(struct mm_struct *mm, unsigned int result, struct fl_fault *out)
{
	*out = (struct fl_fault){
		.result = result,
		.mmap_locked = fl_hw_lock_held(&mm->mmap_lock, -1),
	};
	if (out->mmap_locked)
		read_unlock(&mm->mmap_lock);
}

static int do_page_fault_once(struct fl_mm *m, unsigned long addr,
			      unsigned int flags, struct fl_fault *out)
{
	struct mm_struct *mm = mm_of(m);
	struct vm_area_struct *vma;
	int ret = fault_begin(mm, addr, flags, &vma);

	if (!ret)
		fault_end(mm, handle_mm_fault(vma, addr, flags), out);
	return ret;
}

static int do_page_fault(struct fl_mm *m, unsigned long addr, _Bool write)
{
	struct mm_struct *mm = mm_of(m);
	unsigned int flags = FL_FAULT_ALLOW_RETRY | FL_FAULT_KILLABLE |
			     (write ? FL_FAULT_WRITE : 0);
	struct vm_area_struct *vma;
	unsigned int result;
	int ret;

	for (;;) {
		ret = fault_begin(mm, addr, flags, &vma);
		if (ret)
			return ret;
		result = handle_mm_fault(vma, addr, flags);
		if (!(result & FL_VM_FAULT_RETRY))
			break;
		if (fl_hw_fatal())
			return -EINTR;
		flags |= FL_FAULT_TRIED;
	}
	read_unlock(&mm->mmap_lock);
	if (result & FL_VM_FAULT_OOM)
		return -ENOMEM;
	return result & VM_FAULT_ERROR ? -EFAULT : 0;
}

const struct fl_fault_ops fault_ops = {
	.handle = do_page_fault,
	.handle_once = do_page_fault_once,
};
