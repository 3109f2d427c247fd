/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * space.c - address spaces: life cycle, as in kernel/fork.c, and system calls
 *
 *  - creating and freeing an mm_struct
 *  - fl_space_*()  mmap, munmap, mprotect, MADV_DONTNEED by the tree's own code
 *  - fl_sys_*()    system calls with unchecked arguments of user code
 *
 * same: the life of an address space.  Hides: exec, security modules.
 */
#include <linux/mman.h>
#include <linux/syscalls.h>
#include <linux/sched/mm.h>
#include <linux/sched/coredump.h>
#include <linux/huge_mm.h>
#include <linux/mmu_notifier.h>
#include <linux/percpu_counter.h>
#include <linux/userfaultfd_k.h>
#include <linux/fs.h>
#include <linux/swapops.h>
#include <linux/khugepaged.h>
#include <linux/ksm.h>
#include <asm/pgalloc.h>
#include <asm/tlb.h>
#include "port.h"
#include "mm/internal.h"

pgd_t swapper_pg_dir[PTRS_PER_PGD];
struct mm_struct init_mm = { .mmlist = LIST_HEAD_INIT(init_mm.mmlist) };
__cacheline_aligned_in_smp DEFINE_SPINLOCK(mmlist_lock);

void fl_vma_flags(struct vm_area_struct *vma, unsigned long set,
		  unsigned long clear)
{
#ifdef FL_HAVE_VM_FLAGS_INIT
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags & ~clear) | set;
#endif
}

/* -- mm_struct -- */

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	return (pgd_t *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
}

/* IDs by which a folio counts its mappings per mm.  They are reused. */
#ifdef FL_HAVE_MM_ID
#define NR_MM_IDS 1024

static DECLARE_BITMAP(mm_ids, NR_MM_IDS);

static bool mm_id_get(struct mm_struct *mm)
{
	unsigned long id;

	do {
		id = find_next_zero_bit(mm_ids, NR_MM_IDS, MM_ID_MIN);
		if (id == NR_MM_IDS)
			return false;
	} while (test_and_set_bit(id, mm_ids));
	mm->mm_id = id;
	return true;
}

static void mm_id_put(struct mm_struct *mm)
{
	clear_bit(mm->mm_id, mm_ids);
}
#else
static bool mm_id_get(struct mm_struct *mm)
{
	return true;
}
static void mm_id_put(struct mm_struct *mm)
{
}
#endif

struct mm_struct *fl_mm_new(void)
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
#ifdef FL_HAVE_MMAP_INIT_LOCK
	mmap_init_lock(mm);
#else
	init_rwsem(&mm->mmap_lock);
	mm_lock_seqcount_init(mm);
	rcuwait_init(&mm->vma_writer_wait);
#endif
	INIT_LIST_HEAD(&mm->mmlist);
	spin_lock_init(&mm->page_table_lock);
	spin_lock_init(&mm->arg_lock);
	mm_init_cpumask(mm);
	mm->task_size = TASK_SIZE;
	mm->mmap_base = TASK_UNMAPPED_BASE;
#ifdef FL_HAVE_MM_GET_AREA
	mm->get_unmapped_area = arch_get_unmapped_area;
#endif
	mm->context.asid = fl_hw_asid_alloc();
#ifdef FL_HAVE_RSS_PERCPU
	percpu_counter_init_many(mm->rss_stat, 0, GFP_KERNEL, NR_MM_COUNTERS);
#endif
	if (mm_id_get(mm)) {
		mm->pgd = pgd_alloc(mm);
		if (mm->pgd)
			return mm;
		mm_id_put(mm);
	}
	fl_hw_free(mm);
	return NULL;
}

static void check_counters(struct mm_struct *mm)
{
	int i;

	for (i = 0; i < NR_MM_COUNTERS; i++)
		if (get_mm_counter(mm, i))
			fl_hw_panic("Bad rss-counter state: counter %d is %ld",
				    i, (long)get_mm_counter(mm, i));
	if (mm_pgtables_bytes(mm))
		fl_hw_panic("%lu bytes of page tables are left",
			    mm_pgtables_bytes(mm));
}

void __mmdrop(struct mm_struct *mm)
{
	pgd_free(mm, mm->pgd);
	mmu_notifier_subscriptions_destroy(mm);
	check_counters(mm);
	fl_hw_tlb_flush(mm->context.asid, 0, ~0UL);
	mm_id_put(mm);
	fl_limits_free(mm);
	fl_hw_free(mm);
}

#ifdef FL_HAVE_HUGE_ZERO_FOLIO
#define mm_put_huge_zero(mm) mm_put_huge_zero_folio(mm)
#else
#define mm_put_huge_zero(mm) mm_put_huge_zero_page(mm)
#endif

void mmput(struct mm_struct *mm)
{
	if (!atomic_dec_and_test(&mm->mm_users))
		return;
	ksm_exit(mm);
	exit_mmap(mm);
	mm_put_huge_zero(mm);
	/* The mm was added to the list when a page of it was swapped out. */
	if (!list_empty(&mm->mmlist)) {
		spin_lock(&mmlist_lock);
		list_del(&mm->mmlist);
		spin_unlock(&mmlist_lock);
	}
	mmdrop(mm);
}

static int fl_space_create(struct fl_mm **out)
{
	struct mm_struct *mm = fl_mm_new();

	*out = (struct fl_mm *)mm;
	return mm ? 0 : -ENOMEM;
}

static void fl_space_destroy(struct fl_mm *m)
{
	struct mm_struct *mm = mm_of(m);

	fl_leave_mm_all(mm);
	mmput(mm);
	fl_task_work();
}

static void fl_space_lock(struct fl_mm *mm)
{
	mmap_read_lock(fl_use_mm(mm));
}

static void fl_space_unlock(struct fl_mm *mm)
{
	mmap_read_unlock(mm_of(mm));
}

/* -- system calls -- */

static unsigned long vm_prot_of(unsigned int prot)
{
	return (prot & FL_PROT_READ ? PROT_READ : 0) |
	       (prot & FL_PROT_WRITE ? PROT_WRITE : 0);
}

static int fl_space_mmap(struct fl_mm *mm, unsigned long start,
			 unsigned long len, unsigned int prot,
			 unsigned int flags)
{
	unsigned long how = MAP_FIXED | MAP_FIXED_NOREPLACE;
	struct file *file = NULL;
	unsigned long ret;

	fl_use_mm(mm);
	if (flags & FL_MAP_FILE) {
		file = fl_file_create();
		if (!file)
			return -ENOMEM;
		how |= flags & FL_MAP_PRIVATE ? MAP_PRIVATE : MAP_SHARED;
	} else {
		how |= MAP_PRIVATE | MAP_ANONYMOUS;
	}
	ret = vm_mmap_pgoff(file, start, len, vm_prot_of(prot), how, 0);
	if (file)
		fput(file);
	if (IS_ERR_VALUE(ret))
		return ret;
	return flags & FL_MAP_HUGE ?
		       do_madvise(current->mm, start, len, MADV_HUGEPAGE) :
		       0;
}

static int fl_space_munmap(struct fl_mm *mm, unsigned long start,
			   unsigned long len)
{
	int ret;

	fl_use_mm(mm);
	ret = vm_munmap(start, len);
	fl_task_work();
	return ret;
}

static int fl_space_mprotect(struct fl_mm *mm, unsigned long start,
			     unsigned long len, unsigned int prot)
{
	fl_use_mm(mm);
	return sys_mprotect(start, len, vm_prot_of(prot));
}

static int fl_space_zap(struct fl_mm *mm, unsigned long start,
			unsigned long len)
{
	return do_madvise(fl_use_mm(mm), start, len, MADV_DONTNEED);
}

static int fl_space_lazyfree(struct fl_mm *mm, unsigned long start,
			     unsigned long len)
{
	return do_madvise(fl_use_mm(mm), start, len, MADV_FREE);
}

static int fl_space_collapse(struct fl_mm *mm, unsigned long start,
			     unsigned long len)
{
	return do_madvise(fl_use_mm(mm), start, len, MADV_COLLAPSE);
}

/* custom: replaces the function of mm/khugepaged.c; there is no daemon. */
int hugepage_madvise(struct vm_area_struct *vma, unsigned long *vm_flags,
		     int advice)
{
	*vm_flags &= ~(VM_HUGEPAGE | VM_NOHUGEPAGE);
	*vm_flags |= advice == MADV_HUGEPAGE ? VM_HUGEPAGE : VM_NOHUGEPAGE;
	return 0;
}

/* -- the same for user code -- */

static long fl_sys_mmap(struct fl_mm *mm, unsigned long addr, unsigned long len,
			unsigned long prot, unsigned long flags,
			struct fl_file *file, unsigned long offset)
{
	unsigned long ret;

	fl_use_mm(mm);
	/* MAP_HUGETLB fails as in a kernel without hugetlbfs. */
	if (offset_in_page(offset) || (flags & MAP_HUGETLB))
		return -EINVAL;
	ret = vm_mmap_pgoff(flags & MAP_ANONYMOUS ? NULL : (struct file *)file,
			    addr, len, prot, flags, offset >> PAGE_SHIFT);
	fl_task_work();
	return ret;
}

static long fl_sys_unmapped_area(struct fl_mm *mm, unsigned long len,
				 unsigned long start, unsigned long end,
				 unsigned long align)
{
	struct vm_unmapped_area_info info = {
		.length = PAGE_ALIGN(len),
		.low_limit = start,
		.high_limit = end,
		.align_mask = align - 1,
	};
	long ret;

	if (info.length < len)
		return -ENOMEM;
	mmap_read_lock(fl_use_mm(mm));
	ret = vm_unmapped_area(&info);
	mmap_read_unlock(mm_of(mm));
	return ret;
}

static int fl_sys_mprotect(struct fl_mm *mm, unsigned long addr,
			   unsigned long len, unsigned long prot)
{
	fl_use_mm(mm);
	return sys_mprotect(addr, len, prot);
}

static int fl_sys_madvise(struct fl_mm *mm, unsigned long addr,
			  unsigned long len, int advice)
{
	return do_madvise(fl_use_mm(mm), addr, len, advice);
}

#ifdef FL_HAVE_MREMAP
static long fl_sys_mremap(struct fl_mm *mm, unsigned long addr,
			  unsigned long len, unsigned long new_len,
			  unsigned long flags, unsigned long new_addr)
{
	long ret;

	fl_use_mm(mm);
	ret = sys_mremap(addr, len, new_len, flags, new_addr);
	fl_task_work();
	return ret;
}
#endif

/* -- write protection by userfaultfd, and splitting of huge pages -- */

/*
 * Call @fn for each VMA in [@start, @end), until a hole or an error.
 * Context: mmap lock held.  Return: 0; -ENOMEM: a hole; or the error of @fn.
 */
static int each_vma_locked(struct mm_struct *mm, unsigned long start,
			   unsigned long end,
			   int (*fn)(struct vm_area_struct *, unsigned long,
				     unsigned long, void *),
			   void *arg)
{
	int ret = 0;

	while (start < end && !ret) {
		struct vm_area_struct *vma = vma_lookup(mm, start);
		unsigned long stop = vma ? min(end, vma->vm_end) : end;

		ret = vma ? fn(vma, start, stop, arg) : -ENOMEM;
		start = stop;
	}
	return ret;
}

/* Like each_vma_locked(), but take the mmap lock for writing. */
static int each_vma(struct mm_struct *mm, unsigned long start,
		    unsigned long end,
		    int (*fn)(struct vm_area_struct *, unsigned long,
			      unsigned long, void *),
		    void *arg)
{
	int ret;

	mmap_write_lock(mm);
	ret = each_vma_locked(mm, start, end, fn, arg);
	mmap_write_unlock(mm);
	return ret;
}

/* Return: the PMD entry for @addr if it maps a huge page, or NULL. */
static pmd_t *huge_pmd(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud = p4d_present(*p4d) ? pud_offset(p4d, addr) : NULL;
	pmd_t *pmd = pud && pud_present(*pud) ? pmd_offset(pud, addr) : NULL;

	return pmd && pmd_trans_huge(*pmd) ? pmd : NULL;
}

/* custom: replaces UFFDIO_REGISTER.
 * Hides: the context and its queue of faults. */
static int uffd_register(struct vm_area_struct *vma, unsigned long start,
			 unsigned long end, void *arg)
{
	fl_vma_flags(vma, VM_UFFD_WP, 0);
	return 0;
}

/* Like UFFDIO_WRITEPROTECT; mm/userfaultfd.c does the work. */
static int uffd_wp(struct vm_area_struct *vma, unsigned long start,
		   unsigned long end, void *arg)
{
	if (!(vma->vm_flags & VM_UFFD_WP))
		return -ENOENT;
#ifdef FL_HAVE_UFFD_WP_RANGE_MM
	uffd_wp_range(vma->vm_mm, vma, start, end - start, *(bool *)arg);
	return 0;
#else
	return min(uffd_wp_range(vma, start, end - start, *(bool *)arg), 0L);
#endif
}

static int fl_space_uffd_wp(struct fl_mm *mm, unsigned long start,
			    unsigned long len, _Bool protect)
{
	struct mm_struct *m = fl_use_mm(mm);
	int ret, again;

	for (again = 0;; again++) {
		mmap_read_lock(m);
		ret = each_vma_locked(m, start, start + len, uffd_wp, &protect);
		mmap_read_unlock(m);
		if (ret != -ENOENT || again)
			return ret;
		ret = each_vma(m, start, start + len, uffd_register, NULL);
		if (ret)
			return ret;
	}
}

static int split(struct vm_area_struct *vma, unsigned long start,
		 unsigned long end, void *arg)
{
	pmd_t *pmd = huge_pmd(vma->vm_mm, start);

	if (!pmd)
		return -ENOENT;
	split_huge_pmd(vma, pmd, start);
	return 0;
}

static int fl_space_split_huge(struct fl_mm *mm, unsigned long addr)
{
	addr &= PAGE_MASK;
	return each_vma(fl_use_mm(mm), addr, addr + PAGE_SIZE, split, NULL) ?
		       -ENOENT :
		       0;
}

const struct fl_mm_ops fl_mm_ops = {
	.create = fl_space_create,
	.destroy = fl_space_destroy,
	.fork = fl_fork_mm, /* fork.c */
	.mmap_read_lock = fl_space_lock,
	.mmap_read_unlock = fl_space_unlock,
	.mmap = fl_space_mmap,
	.munmap = fl_space_munmap,
	.mprotect = fl_space_mprotect,
	.zap = fl_space_zap,
	.lazyfree = fl_space_lazyfree,
	/* unit/task_mmu.c: it calls static functions of that file */
	.clear_soft_dirty = fl_space_clear_soft_dirty,
	.uffd_wp = fl_space_uffd_wp,
	.split_huge = fl_space_split_huge,
	.collapse = fl_space_collapse,
};

const struct fl_sys_ops fl_sys_ops = {
	.mmap = fl_sys_mmap,
	.mprotect = fl_sys_mprotect,
	.madvise = fl_sys_madvise,
#ifdef FL_HAVE_MREMAP
	.mremap = fl_sys_mremap,
#endif
	.unmapped_area = fl_sys_unmapped_area,
};
