/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vma.c - allocate, copy and free VMAs, as kernel/fork.c does in 6.12.  In 7.2
 * mm/vma_init.c does so, which is compiled and overrides these functions.
 *
 * same: the VMA's lock, and freeing after an RCU grace period.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <asm/hw.h>

static struct kmem_cache *vm_area_cachep;
const struct vm_operations_struct vma_dummy_vm_ops;

void vma_state_init(void)
{
	vm_area_cachep = KMEM_CACHE(vm_area_struct, SLAB_PANIC);
}

static bool vma_lock_new(struct vm_area_struct *vma)
{
#ifdef FL_HAVE_VMA_LOCK_POINTER
	vma->vm_lock = fl_hw_alloc(sizeof(*vma->vm_lock), FL_ALLOC_ZERO);
	if (!vma->vm_lock)
		return false;
	init_rwsem(&vma->vm_lock->lock);
	vma->vm_lock_seq = -1;
#endif
	return true;
}

struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)
{
	struct vm_area_struct *vma = kmem_cache_alloc(vm_area_cachep,
						      GFP_KERNEL);

	if (!vma)
		return NULL;
	vma_init(vma, mm);
	if (vma_lock_new(vma))
		return vma;
	kmem_cache_free(vm_area_cachep, vma);
	return NULL;
}

struct vm_area_struct *vm_area_dup(struct vm_area_struct *orig)
{
	struct vm_area_struct *vma = kmem_cache_alloc(vm_area_cachep,
						      GFP_KERNEL);

	if (!vma)
		return NULL;
	memcpy(vma, orig, sizeof(*vma));
	INIT_LIST_HEAD(&vma->anon_vma_chain);
	if (vma_lock_new(vma))
		return vma;
	kmem_cache_free(vm_area_cachep, vma);
	return NULL;
}

void __vm_area_free(struct vm_area_struct *vma)
{
#ifdef FL_HAVE_VMA_LOCK_POINTER
	fl_hw_free(vma->vm_lock);
#endif
	kmem_cache_free(vm_area_cachep, vma);
}

#ifdef FL_HAVE_VMA_LOCK_POINTER
static void free_after_readers(struct rcu_head *head)
{
	struct vm_area_struct *vma = container_of(head, struct vm_area_struct,
						  vm_rcu);

	VM_BUG_ON_VMA(rwsem_is_locked(&vma->vm_lock->lock), vma);
	__vm_area_free(vma);
}
#endif

void vm_area_free(struct vm_area_struct *vma)
{
#ifdef FL_HAVE_VMA_LOCK_POINTER
	call_rcu(&vma->vm_rcu, free_after_readers);
#else
	__vm_area_free(vma);
#endif
}
