/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault.c - page-fault handling of this architecture
 *
 *  - fl_fault_full()  handle a fault until the access can be retried
 *  - fl_fault_once()  call the kernel's handler once
 *
 * same: the order of locks, the access checks, the retry.
 *
 *   VMA lock (if the tree has one)  --busy or retry-->  mmap lock
 *                                         ^               |
 *                                         +----- retry ---+
 */
#include <linux/sched/signal.h>
#include "port.h"

static const struct {
	unsigned int ours, kernel;
} fault_flags[] = {
	{ FL_FAULT_WRITE, FAULT_FLAG_WRITE },
	{ FL_FAULT_ALLOW_RETRY, FAULT_FLAG_ALLOW_RETRY },
	{ FL_FAULT_RETRY_NOWAIT, FAULT_FLAG_RETRY_NOWAIT },
	{ FL_FAULT_KILLABLE, FAULT_FLAG_KILLABLE },
	{ FL_FAULT_TRIED, FAULT_FLAG_TRIED },
#ifdef FL_HAVE_LOCK_VMA_UNDER_RCU
	{ FL_FAULT_VMA_LOCK, FAULT_FLAG_VMA_LOCK },
#endif
};

int fl_fault_flags(unsigned int flags, unsigned int *out)
{
	unsigned int i;

	*out = FAULT_FLAG_USER;
	for (i = 0; i < ARRAY_SIZE(fault_flags); i++)
		if (flags & fault_flags[i].ours) {
			*out |= fault_flags[i].kernel;
			flags &= ~fault_flags[i].ours;
		}
	if (flags & FL_FAULT_VMA_LOCK)
		return -EOPNOTSUPP;
	return flags ? -EINVAL : 0;
}

static const struct {
	unsigned int ours, kernel;
} fault_results[] = {
	{ FL_VM_FAULT_OOM, VM_FAULT_OOM },
	{ FL_VM_FAULT_SIGBUS, VM_FAULT_SIGBUS },
	{ FL_VM_FAULT_SIGSEGV, VM_FAULT_SIGSEGV },
	{ FL_VM_FAULT_HWPOISON, VM_FAULT_HWPOISON },
	{ FL_VM_FAULT_RETRY, VM_FAULT_RETRY },
	{ FL_VM_FAULT_COMPLETED, VM_FAULT_COMPLETED },
	{ FL_VM_FAULT_MAJOR, VM_FAULT_MAJOR },
};

unsigned int fl_fault_result(vm_fault_t result)
{
	unsigned int i, out = 0, left = (__force unsigned int)result;

	for (i = 0; i < ARRAY_SIZE(fault_results); i++)
		if (left & fault_results[i].kernel) {
			out |= fault_results[i].ours;
			left &= ~fault_results[i].kernel;
		}
	return out | (left ? FL_VM_FAULT_OTHER : 0);
}

/* As on x86-64, a page that may be written or executed may also be read. */
static bool may_access(struct vm_area_struct *vma, unsigned int flags)
{
	return vma->vm_flags &
	       (flags & FL_FAULT_WRITE ? VM_WRITE : VM_ACCESS_FLAGS);
}

#ifdef FL_HAVE_LOCK_VMA_UNDER_RCU
static int lock_vma(struct mm_struct *mm, unsigned long addr,
		    unsigned int flags, struct vm_area_struct **out)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return -EAGAIN;
	if (!may_access(vma, flags)) {
		vma_end_read(vma);
		return -EFAULT;
	}
	*out = vma;
	return 0;
}

/* The key of @vma's lock for fl_hw_lock_held().  @vma may have been freed. */
static const void *vma_key(struct vm_area_struct *vma)
{
#ifdef FL_HAVE_VMA_REFCNT
	return &vma->vmlock_dep_map;
#else
	return &vma->vm_lock->lock.dep_map;
#endif
}
#endif

/*
 * Like architectures without CONFIG_LOCK_MM_AND_FIND_VMA: expand a stack.
 * Return: the mapping above @addr, expanded down to it, mmap lock held; NULL:
 * it must not be expanded, and the lock is dropped.
 */
static struct vm_area_struct *grow_stack(struct mm_struct *mm,
					 struct vm_area_struct *vma,
					 unsigned long addr)
{
#ifdef FL_HAVE_EXPAND_STACK_MM
	return expand_stack(mm, addr);
#else
	if (!expand_stack(vma, addr))
		return vma;
	mmap_read_unlock(mm);
	return NULL;
#endif
}

int fl_fault_lock(struct mm_struct *mm, unsigned long addr, unsigned int flags,
		  struct vm_area_struct **out)
{
	struct vm_area_struct *vma;

#ifdef FL_HAVE_LOCK_VMA_UNDER_RCU
	if (flags & FL_FAULT_VMA_LOCK)
		return lock_vma(mm, addr, flags, out);
#endif
	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (vma && addr < vma->vm_start && vma->vm_flags & VM_GROWSDOWN) {
		vma = grow_stack(mm, vma, addr);
		if (!vma)
			return -EFAULT;
	}
	if (vma && addr >= vma->vm_start && may_access(vma, flags)) {
		*out = vma;
		return 0;
	}
	mmap_read_unlock(mm);
	return -EFAULT;
}

void fl_fault_unlock(struct mm_struct *mm, struct vm_area_struct *vma,
		     unsigned int flags, vm_fault_t result,
		     struct fl_fault *out)
{
	out->result = fl_fault_result(result);
	out->mmap_locked = fl_hw_lock_held(&mm->mmap_lock.dep_map, -1);
	out->vma_locked = false;
#ifdef FL_HAVE_LOCK_VMA_UNDER_RCU
	if (flags & FL_FAULT_VMA_LOCK) {
		out->vma_locked = fl_hw_lock_held(vma_key(vma), -1);
		if (out->vma_locked)
			vma_end_read(vma);
	}
#endif
	if (out->mmap_locked)
		mmap_read_unlock(mm);
}

static int fl_fault_once(struct fl_mm *m, unsigned long addr,
			 unsigned int flags, struct fl_fault *out)
{
	struct mm_struct *mm = fl_use_mm(m);
	struct vm_area_struct *vma;
	unsigned int kernel_flags;
	int ret = fl_fault_flags(flags, &kernel_flags);

	if (!ret)
		ret = fl_fault_lock(mm, addr, flags, &vma);
	if (ret)
		return ret;
	fl_fault_unlock(mm, vma, flags,
			handle_mm_fault(vma, addr, kernel_flags, NULL), out);
	return 0;
}

static int outcome(vm_fault_t result)
{
	if (result & VM_FAULT_OOM)
		return -ENOMEM;
	return result & VM_FAULT_ERROR ? -EFAULT : 0;
}

int fl_fault_full(struct fl_mm *m, unsigned long addr, _Bool write)
{
	struct mm_struct *mm = fl_use_mm(m);
	unsigned int ours = write ? FL_FAULT_WRITE : 0;
	unsigned int flags = FAULT_FLAG_DEFAULT | FAULT_FLAG_USER |
			     (write ? FAULT_FLAG_WRITE : 0);
	struct vm_area_struct *vma;
	vm_fault_t result;
	int ret;

#ifdef FL_HAVE_LOCK_VMA_UNDER_RCU
	ret = lock_vma(mm, addr, ours, &vma);
	if (ret == -EFAULT)
		return ret;
	if (!ret) {
		result = handle_mm_fault(vma, addr, flags | FAULT_FLAG_VMA_LOCK,
					 NULL);
		if (!(result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
			vma_end_read(vma);
		if (!(result & VM_FAULT_RETRY))
			return outcome(result);
		if (result & VM_FAULT_MAJOR)
			flags |= FAULT_FLAG_TRIED;
		if (fault_signal_pending(result, NULL))
			return -EINTR;
	}
#endif
	for (;;) {
		ret = fl_fault_lock(mm, addr, ours, &vma);
		if (ret)
			return ret;
		result = handle_mm_fault(vma, addr, flags, NULL);
		if (fault_signal_pending(result, NULL))
			return -EINTR;
		if (result & VM_FAULT_COMPLETED)
			return 0;
		if (!(result & VM_FAULT_RETRY))
			break;
		flags |= FAULT_FLAG_TRIED;
	}
	mmap_read_unlock(mm);
	return outcome(result);
}

const struct fl_fault_ops fl_fault_ops = {
	.handle = fl_fault_full,
	.handle_once = fl_fault_once,
};
