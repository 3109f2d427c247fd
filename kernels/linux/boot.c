/* SPDX-License-Identifier: GPL-2.0-only */
/* boot.c - boot a tree's kernel, and define its struct fl_kernel */
#include <linux/mm.h>
#include <linux/cpumask.h>
#include <linux/huge_mm.h>
#include <linux/pagemap.h>
#include <linux/maple_tree.h>
#include <linux/mmzone.h>
#include <linux/shmem_fs.h>
#include <linux/version.h>
#include <generated/utsrelease.h>
#include <generated/fl_tree.h>
#include "port.h"

extern char __fl_state_start[], __fl_state_end[];
extern char __fl_percpu_start[], __fl_percpu_end[];
extern char _binary_stubs_start[], _binary_stubs_end[];
extern const char _binary_provenance_start[], _binary_provenance_end[];

extern void fl_page_init(void);
extern void vma_state_init(void);
extern void fl_file_init(void);
extern void anon_vma_init(void);
extern void mmap_init(void);
extern bool no_hash_pointers;

/* Bytes in each per-CPU area for dynamic allocations. */
#define PERCPU_ROOM 128

static unsigned long percpu_used;

static void percpu_init(void)
{
	unsigned long size = __fl_percpu_end - __fl_percpu_start;
	unsigned int cpu;

	atomic_set(&__num_online_cpus, fl_hw.nr_cpus);
	for (cpu = 0; cpu < fl_hw.nr_cpus; cpu++) {
		char *area = fl_hw_boot_alloc(size + PERCPU_ROOM, 64);

		memcpy(area, __fl_percpu_start, size);
		__per_cpu_offset[cpu] = area - __fl_percpu_start;
		cpumask_set_cpu(cpu, (struct cpumask *)&__cpu_possible_mask);
		cpumask_set_cpu(cpu, (struct cpumask *)&__cpu_online_mask);
	}
}

/* custom: allocates zeroed memory in the boot-time areas, and never frees it.
 * Hides: failure. */
#ifdef FL_HAVE_ALLOC_HOOKS
void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved,
				 gfp_t gfp)
#else
void __percpu *__alloc_percpu(size_t size, size_t align)
#endif
{
	char *at = PTR_ALIGN(__fl_percpu_end + percpu_used, align);

	percpu_used = at + size - __fl_percpu_end;
	if (percpu_used > PERCPU_ROOM)
		fl_hw_panic("no room for %zu per-CPU bytes", size);
	return (void __percpu *)at;
}

/* custom: the configured defaults, even in a machine as small as this one.
 * Hides: a kernel with less than 512 MiB of RAM disables huge pages. */
static void huge_init(void)
{
#ifdef FL_HAVE_HUGE_ORDERS
	huge_anon_orders_inherit = BIT(PMD_ORDER);
#endif
}

static int boot_tree(void)
{
	fl_hw_name_stubs(_binary_stubs_start,
			 _binary_stubs_end - _binary_stubs_start);
	fl_hw_source(FL_KERNEL_SRC);
#ifdef FL_MUTANT_SRC
	fl_hw_source(FL_MUTANT_SRC);
#endif
	fl_task_init();
	no_hash_pointers = true;
	percpu_init();
	fl_page_init();
#if ALLOC_SPLIT_PTLOCKS
	ptlock_cache_init();
#endif
	vma_state_init();
	fl_file_init();
	anon_vma_init();
	maple_tree_init();
	pagecache_init();
	mmap_init();
	huge_init();
	shmem_init();
	return fl_swap_init() ?: fl_ksm_init();
}

const struct fl_kernel FL_KERNEL_SYMBOL = {
	.name = FL_KERNEL_NAME,
	.release = UTS_RELEASE,
	.tree = FL_KERNEL_TREE,
#ifdef FL_KERNEL_MUTANT
	.mutant = FL_KERNEL_MUTANT,
#endif
	.provenance = _binary_provenance_start,
	.provenance_end = _binary_provenance_end,
/*
	 * Traits follow from the tree's declarations; from the release if the
	 * behaviour changed without them.  They never follow from observed
	 * behaviour: a tree in which a bug returns is not excused.
	 */
#ifdef FL_HAVE_MARK_ONE
	.traits = {
		.marks_one_page = true,
		.marks_tail_pages = true,
		.marking_waits = true,
		.entry_mapcount = 1,
		.restore_event = "CLEAR",
		.uffd_wp_upgrades = true,
		.swaps_large_folios = true,
	},
#else
	.traits = {
		.has_readable_entries = true,
		.migrates_entries_as_ptes = true,
		.migration_ends_at_entries = true,
		.reclaims_entries_as_ptes =
			LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0),
		.reclaim_drops_mapcount =
			LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0),
		.swaps_large_folios = true,
#ifdef FL_HAVE_KSM_COPY_PAGE
		.swapin_copies_tail_pages = true,
#endif
		.migration_soft_dirties =
			LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0),
		.uprobes_take_entries =
			LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0),
#ifdef FL_HAVE_RMAP_PTE
		.restores_shared_writable = true,
#endif
		.restore_event = "EXCLUSIVE",
#ifdef FL_HAVE_WRITE_UPGRADE
		.uffd_wp_upgrades = true,
#endif
	},
#endif
	.has_huge_pages = true,
#ifdef FL_HAVE_LOCK_VMA_UNDER_RCU
	.has_vma_lock = true,
#endif
	.state_start = __fl_state_start,
	.state_end = __fl_state_end,
	.boot = boot_tree,
	.task = &fl_task_ops,
	.mm = &fl_mm_ops,
	.fault = &fl_fault_ops,
	.notifier = &fl_notifier_ops,
	.folio = &fl_folio_ops,
	.gup = &fl_gup_ops,
	.hmm = &fl_hmm_ops,
	.actor = &fl_actor_ops,
	.memory = &fl_memory_ops,
	.rmap = &fl_rmap_ops,
	.view = &fl_view_ops,
	.sys = &fl_sys_ops,
	.file = &fl_file_ops,
	.proc = &fl_proc_ops,
#ifdef FL_HAVE_USERFAULTFD
	.userfaultfd = &fl_userfaultfd_ops,
#endif
#ifdef FL_HAVE_TEST_HMM
	.test_hmm = &fl_test_hmm_ops,
#endif
	.ksm = &fl_ksm_ops,
	.uprobe = &fl_uprobe_ops,
};
