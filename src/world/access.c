/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * access.c - loads and stores of user code
 *
 *   TLB hit, or walk -> memory
 *                   \-> page fault -> the kernel -> retry
 */
#include <errno.h>

#include "world/internal.h"

static unsigned long *memory(unsigned long pa)
{
	return (unsigned long *)(fl_hw.direct_map + pa);
}

/*
 * Translation and access are one unit: a thread that flushes the TLB waits for
 * both.
 * @value: to store, or loaded
 * Return: whether the access was allowed.
 */
static _Bool try_access(const struct fl_kernel *k, struct fl_mm *mm,
			unsigned long addr, unsigned long *value, _Bool write)
{
	const unsigned int asid = k->view->asid(mm), cpu = fl_hw_current->cpu;
	unsigned long pa, *place, *busy = fl_mmu_busy(cpu);
	_Bool reached;

	fl_machine_hold(busy);
	reached = !fl_mmu_access(cpu, asid, k->view->pgd(mm), addr, write, &pa);
	if (reached) {
		place = memory(pa);
		fl_hw_access(write ? FL_HW_STORE : FL_HW_LOAD, place,
			     sizeof(*place));
		if (write)
			__atomic_store_n(place, *value, __ATOMIC_RELAXED);
		else
			*value = __atomic_load_n(place, __ATOMIC_RELAXED);
	}
	fl_machine_release(busy);
	return reached;
}

/* Return: the entry for the access, or NULL; *@value: its value.  No step. */
static unsigned long *look_at_entry(const struct fl_kernel *k, struct fl_mm *mm,
				    unsigned long addr, unsigned long *value)
{
	unsigned long *entry;
	int level;

	fl_machine_hold(NULL);
	entry = fl_mmu_pte(k->view->pgd(mm), addr, &level);
	*value = entry ? __atomic_load_n(entry, __ATOMIC_ACQUIRE) : 0;
	fl_machine_release(NULL);
	return entry;
}

/*
 * If a fault leaves the entry unchanged and without the right, another thread
 * is in the way, and an immediate retry would have the same result.
 * Return: 0, or the error of the fault.
 */
static int access_memory(const struct fl_kernel *k, struct fl_mm *mm,
			 unsigned long addr, unsigned long *value, _Bool write)
{
	unsigned long before = 0, now, *entry;
	unsigned int faults;
	int ret;

	for (faults = 0; faults < FL_LIMIT_FAULTS; faults++) {
		if (try_access(k, mm, addr, value, write))
			return 0;
		entry = look_at_entry(k, mm, addr, &now);
		fl_machine_attempt(faults, faults && entry && now == before);
		before = now;
		ret = k->fault->handle(mm, addr, write);
		if (ret)
			return ret;
	}
	fl_machine_violate("C14 livelock: FL_LIMIT_FAULTS = %d faults at %#lx "
			   "and no access: the handler succeeds, but the page "
			   "table does not allow the access",
			   FL_LIMIT_FAULTS, addr);
}

int fl_load(struct fl_process *process, unsigned long addr,
	    unsigned long *value)
{
	const struct fl_kernel *k = process->world->kernel;

	if (addr % sizeof(*value) || !value)
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     access_memory(k, process->mm, addr, value, 0));
}

int fl_store(struct fl_process *process, unsigned long addr,
	     unsigned long value)
{
	const struct fl_kernel *k = process->world->kernel;

	if (addr % sizeof(value))
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     access_memory(k, process->mm, addr, &value, 1));
}

int fl_fault_flags_ok(const struct fl_process *process, unsigned int flags)
{
	const unsigned int all = FL_FAULT_WRITE | FL_FAULT_ALLOW_RETRY |
				 FL_FAULT_RETRY_NOWAIT | FL_FAULT_KILLABLE |
				 FL_FAULT_TRIED | FL_FAULT_VMA_LOCK;

	if (flags & ~all || ((flags & FL_FAULT_RETRY_NOWAIT) &&
			     !(flags & FL_FAULT_ALLOW_RETRY)))
		return -EINVAL;
	if ((flags & FL_FAULT_VMA_LOCK) &&
	    !process->world->kernel->has_vma_lock)
		return -EOPNOTSUPP;
	return 0;
}

int fl_fault(struct fl_process *process, unsigned long addr, unsigned int flags,
	     struct fl_fault *out)
{
	const struct fl_kernel *k = process->world->kernel;
	int ret = out ? fl_fault_flags_ok(process, flags) : -EINVAL;

	if (ret)
		return ret;
	if (addr >> FL_VA_BITS)
		return -EFAULT;
	return FL_IN_PROCESS(process, k->fault->handle_once(process->mm, addr,
							    flags, out));
}
