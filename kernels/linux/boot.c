/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.c - a tree's kernel as a struct fl_kernel
 *
 * Boots the static state, makes address spaces, takes faults as an
 * architecture's fault handler does, and offers the marking function.  What
 * differs between releases is decided by what the tree declares (fl_probe.h).
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/rmap.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/mmu_notifier.h>
#include <linux/maple_tree.h>
#include <linux/utsname.h>
#include <generated/utsrelease.h>
#include <asm/pgalloc.h>
#include <asm/hw.h>
#include "../../src/kernel.h"

extern void fl_port_page_init(void);
extern void anon_vma_init(void);

pgd_t swapper_pg_dir[PTRS_PER_PGD];
struct mm_struct init_mm;

static struct mm_struct *mm_of(struct fl_mm *mm)
{
	return (struct mm_struct *)mm;
}

/* -- boot -- */

extern char __fl_state_start[], __fl_state_end[];
extern char _binary_leaves_start[], _binary_leaves_end[];
extern char __fl_percpu_start[], __fl_percpu_end[];

static void percpu_init(void)
{
	unsigned long size = __fl_percpu_end - __fl_percpu_start;
	unsigned int cpu;

	for (cpu = 0; cpu < fl_hw.nr_cpus; cpu++) {
		char *area = fl_hw_boot_alloc(size + 64, 64);

		memcpy(area, __fl_percpu_start, size);
		__per_cpu_offset[cpu] = area - __fl_percpu_start;
		cpumask_set_cpu(cpu, (struct cpumask *)&__cpu_possible_mask);
	}
}

static int boot(void)
{
	struct task_struct *task;

	task = fl_hw_boot_alloc(sizeof(*task), 64);
	task->__state = TASK_RUNNING;
	fl_hw_current->task = task;
	fl_hw_name_leaves(_binary_leaves_start,
			  _binary_leaves_end - _binary_leaves_start);
	percpu_init();
	fl_port_page_init();
#if ALLOC_SPLIT_PTLOCKS
	ptlock_cache_init();
#endif
	anon_vma_init();
	maple_tree_init();
	return 0;
}

/* -- address spaces -- */

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	return (pgd_t *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
}

static struct fl_mm *mm_create(void)
{
	struct mm_struct *mm = fl_hw_alloc(sizeof(*mm) + cpumask_size(),
					   FL_ALLOC_ZERO);

	if (!mm)
		return NULL;
	mt_init_flags(&mm->mm_mt, MM_MT_FLAGS);
	mt_set_external_lock(&mm->mm_mt, &mm->mmap_lock);
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	seqcount_init(&mm->write_protect_seq);
	init_rwsem(&mm->mmap_lock);
	INIT_LIST_HEAD(&mm->mmlist);
	spin_lock_init(&mm->page_table_lock);
	mm->task_size = TASK_SIZE;
	mm->context.asid = fl_hw_asid_alloc();
#ifdef FL_HAVE_RSS_PERCPU
	percpu_counter_init_many(mm->rss_stat, 0, GFP_KERNEL, NR_MM_COUNTERS);
#endif
	mm->pgd = pgd_alloc(mm);
	if (!mm->pgd) {
		fl_hw_free(mm);
		return NULL;
	}
	current->mm = current->active_mm = mm;
	return (struct fl_mm *)mm;
}

static unsigned long mm_pgd(struct fl_mm *mm)
{
	return virt_to_pfn(mm_of(mm)->pgd);
}

static unsigned int mm_asid(struct fl_mm *mm)
{
	return mm_of(mm)->context.asid;
}

static long mm_rss(struct fl_mm *mm)
{
	long pages = get_mm_counter(mm_of(mm), MM_ANONPAGES);

#ifdef SPLIT_RSS_COUNTING
	/* Until 6.1 a task keeps what it has not yet added to its mm. */
	if (current->mm == mm_of(mm))
		pages += current->rss_stat.count[MM_ANONPAGES];
#endif
	return pages;
}

/*
 * custom: the VMA is stored in the tree of the mm directly, in place of
 * do_mmap().  Hides: merging, limits, security hooks.
 */
static int map(struct fl_mm *m, unsigned long start, unsigned long len,
	       _Bool writable)
{
	struct mm_struct *mm = mm_of(m);
	struct vm_area_struct *vma;
	unsigned long flags = VM_READ | VM_MAYREAD | VM_MAYWRITE;
	MA_STATE(mas, &mm->mm_mt, start, start + len - 1);
	int ret;

	if (!len || (start | len) & ~PAGE_MASK || start + len > TASK_SIZE)
		return -EINVAL;
	vma = fl_hw_alloc(sizeof(*vma), FL_ALLOC_ZERO);
	if (!vma)
		return -ENOMEM;
	INIT_LIST_HEAD(&vma->anon_vma_chain);
	vma->vm_mm = mm;
	vma->vm_start = start;
	vma->vm_end = start + len;
	vma->vm_pgoff = start >> PAGE_SHIFT;
	if (writable)
		flags |= VM_WRITE;
#ifdef FL_HAVE_VM_FLAGS_INIT
	vm_flags_init(vma, flags);
#else
	vma->vm_flags = flags;
#endif
	vma->vm_page_prot = PAGE_READONLY;	/* private: write comes by fault */
#ifdef CONFIG_PER_VMA_LOCK
#ifdef FL_HAVE_VM_FLAGS_INIT
	vma->vm_lock = fl_hw_alloc(sizeof(*vma->vm_lock), FL_ALLOC_ZERO |
				   FL_ALLOC_NOFAIL);
	init_rwsem(&vma->vm_lock->lock);
	vma->vm_lock_seq = -1;
#endif
#endif
	mmap_write_lock(mm);
	ret = mas_store_gfp(&mas, vma, GFP_KERNEL);
	if (!ret)
		mm->map_count++;
	mmap_write_unlock(mm);
	if (ret)
		fl_hw_free(vma);
	return ret;
}

/* -- faults -- */

static int fault(struct fl_mm *m, unsigned long addr, _Bool write)
{
	struct mm_struct *mm = mm_of(m);
	unsigned int flags = FAULT_FLAG_DEFAULT | FAULT_FLAG_USER |
			     (write ? FAULT_FLAG_WRITE : 0);
	struct vm_area_struct *vma;
	vm_fault_t ret;

	for (;;) {
		mmap_read_lock(mm);
		vma = find_vma(mm, addr);
		if (!vma || addr < vma->vm_start ||
		    !(vma->vm_flags & (write ? VM_WRITE : VM_READ))) {
			mmap_read_unlock(mm);
			return -EFAULT;
		}
		ret = handle_mm_fault(vma, addr, flags, NULL);
		if (ret & VM_FAULT_COMPLETED)
			return 0;
		if (!(ret & VM_FAULT_RETRY))
			break;
		flags |= FAULT_FLAG_TRIED;
	}
	mmap_read_unlock(mm);
	if (ret & VM_FAULT_OOM)
		return -ENOMEM;
	return ret & VM_FAULT_ERROR ? -EFAULT : 0;
}

/* -- notifications -- */

struct mirror {
	struct mmu_interval_notifier mni;
	fl_notify_fn *fn;
	void *cookie;
};

static const char *event_name(enum mmu_notifier_event event)
{
	switch (event) {
	case MMU_NOTIFY_UNMAP:
		return "UNMAP";
	case MMU_NOTIFY_CLEAR:
		return "CLEAR";
	case MMU_NOTIFY_PROTECTION_VMA:
		return "PROTECTION_VMA";
	case MMU_NOTIFY_PROTECTION_PAGE:
		return "PROTECTION_PAGE";
	case MMU_NOTIFY_SOFT_DIRTY:
		return "SOFT_DIRTY";
	case MMU_NOTIFY_RELEASE:
		return "RELEASE";
	case MMU_NOTIFY_MIGRATE:
		return "MIGRATE";
	case MMU_NOTIFY_EXCLUSIVE:
		return "EXCLUSIVE";
	default:
		return "unknown";
	}
}

static bool invalidate(struct mmu_interval_notifier *mni,
		       const struct mmu_notifier_range *range,
		       unsigned long seq)
{
	struct mirror *mirror = container_of(mni, struct mirror, mni);
	struct fl_notification n = {
		.event = event_name(range->event),
		.start = range->start,
		.end = range->end,
		.owner = range->event == MMU_NOTIFY_EXCLUSIVE ? range->owner
							      : NULL,
		.may_block = mmu_notifier_range_blockable(range),
	};

	mmu_interval_set_seq(mni, seq);
	mirror->fn(mirror->cookie, &n);
	return true;
}

static const struct mmu_interval_notifier_ops mirror_ops = {
	.invalidate = invalidate,
};

static int mirror(struct fl_mm *m, unsigned long start, unsigned long len,
		  fl_notify_fn *fn, void *cookie)
{
	struct mirror *mirror = fl_hw_alloc(sizeof(*mirror), FL_ALLOC_ZERO);
	int ret;

	if (!mirror)
		return -ENOMEM;
	mirror->fn = fn;
	mirror->cookie = cookie;
	ret = mmu_interval_notifier_insert(&mirror->mni, mm_of(m), start, len,
					   &mirror_ops);
	if (ret)
		fl_hw_free(mirror);
	return ret;
}

/* -- marking -- */

static int mark(struct fl_mm *m, unsigned long addr, const void *owner,
		unsigned long *pfn)
{
	struct mm_struct *mm = mm_of(m);
	struct page *page = NULL;
	long ret;

	mmap_read_lock(mm);
	ret = make_device_exclusive_range(mm, addr, addr + PAGE_SIZE, &page,
					  (void *)owner);
	mmap_read_unlock(mm);
	if (ret < 0)
		return ret;
	if (!page)
		return -EBUSY;
	*pfn = page_to_pfn(page);
	return 0;
}

static void folio_release(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	unlock_page(page);
	put_page(page);
}

/* -- views -- */

static void pte_view(struct fl_mm *mm, unsigned long addr, struct fl_pte *out)
{
	pgd_t *pgd = pgd_offset(mm_of(mm), addr);
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud;
	pmd_t *pmd;
	pte_t pte;

	memset(out, 0, sizeof(*out));
	if (p4d_none(*p4d))
		return;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (!pmd_present(*pmd) || pmd_trans_huge(*pmd))
		return;
	pte = *pte_offset_kernel(pmd, addr);
	out->raw = pte_val(pte);
	if (pte_present(pte)) {
		out->present = true;
		out->writable = pte_write(pte);
		out->dirty = pte_dirty(pte);
		out->accessed = pte_young(pte);
		out->soft_dirty = pte_soft_dirty(pte);
		out->uffd_wp = pte_uffd_wp(pte);
		out->pfn = pte_pfn(pte);
	} else if (!pte_none(pte)) {
		swp_entry_t entry = pte_to_swp_entry(pte);

		out->soft_dirty = pte_swp_soft_dirty(pte);
		out->uffd_wp = pte_swp_uffd_wp(pte);
		out->exclusive = is_device_exclusive_entry(entry);
		out->exclusive_writable =
			is_writable_device_exclusive_entry(entry);
		if (out->exclusive)
			out->pfn = swp_offset_pfn(entry);
	}
}

static void folio_view(unsigned long pfn, struct fl_folio *out)
{
	struct page *page = pfn_to_page(pfn);
	struct folio *folio = page_folio(page);

	out->refcount = folio_ref_count(folio);
	out->mapcount = atomic_read(&page->_mapcount) + 1;
	out->locked = folio_test_locked(folio);
	out->anon = folio_test_anon(folio);
	out->anon_exclusive = out->anon && PageAnonExclusive(page);
}

const struct fl_kernel FL_KERNEL_SYMBOL = {
	.name = FL_KERNEL_NAME,
	.release = UTS_RELEASE,
	.entry_mapcount = 0,
	.state_start = __fl_state_start,
	.state_end = __fl_state_end,
	.boot = boot,
	.mm_create = mm_create,
	.mm_pgd = mm_pgd,
	.mm_asid = mm_asid,
	.mm_rss = mm_rss,
	.map = map,
	.fault = fault,
	.mirror = mirror,
	.mark = mark,
	.folio_release = folio_release,
	.pte = pte_view,
	.folio = folio_view,
};
