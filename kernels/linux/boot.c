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
extern char _binary_leaves_start[], _binary_leaves_end[];
extern const char _binary_provenance_start[], _binary_provenance_end[];

extern void fl_page_init(void);
extern void vma_state_init(void);
extern void fl_file_init(void);
extern void anon_vma_init(void);
extern void mmap_init(void);
extern bool no_hash_pointers;

/* Bytes in each per-CPU area for dynamic allocations. */
#define PERCPU_ROOM	128

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

static int boot(void)
{
	fl_hw_name_leaves(_binary_leaves_start,
			  _binary_leaves_end - _binary_leaves_start);
	fl_hw_source(FL_KERNEL_SRC);
#ifdef FL_MUTANT_SRC
	fl_hw_source(FL_MUTANT_SRC);
#endif
	fl_task_init();
	fl_task_begin();
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
#ifdef FL_HAVE_MARK_ONE
	/* Traits follow from the API and the release, never from observed
	 * behaviour: a change of behaviour alone is not excused. */
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
		.swapin_copies_tail_pages =
			LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0),
		.migration_soft_dirties =
			LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0),
		.uprobes_take_entries =
			LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0),
		.restores_shared_writable =
			LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0),
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
	.boot = boot,
	.thread_begin = fl_task_begin,
	.thread_end = fl_task_end,
	.kill = fl_task_kill,
	.mm_create = fl_space_create,
	.mm_destroy = fl_space_destroy,
	.fork = fl_fork,
	.mm_pgd = fl_space_pgd,
	.mm_asid = fl_space_asid,
	.mm_rss = fl_view_rss,
	.mmap = fl_space_mmap,
	.munmap = fl_space_munmap,
	.mprotect = fl_space_mprotect,
	.zap = fl_space_zap,
	.lazyfree = fl_space_lazyfree,
	.clear_soft_dirty = fl_space_clear_soft_dirty,
	.uffd_wp = fl_space_uffd_wp,
	.split_huge = fl_space_split_huge,
	.collapse = fl_space_collapse,
	.fault = fl_fault_full,
	.fault_once = fl_fault_once,
	.mirror = fl_notify_mirror,
	.unmirror = fl_notify_unmirror,
	.mirror_begin = fl_notify_begin,
	.mirror_retry = fl_notify_retry,
	.mirror_set_seq = fl_notify_set_seq,
	.listen = fl_notify_listen,
	.mmap_lock = fl_space_lock,
	.mmap_unlock = fl_space_unlock,
	.mark = fl_mark_range,
	.folio_get = fl_mark_folio_get,
	.folio_put = fl_mark_folio_put,
	.folio_lock = fl_mark_folio_lock,
	.folio_trylock = fl_mark_folio_trylock,
	.folio_unlock = fl_mark_folio_unlock,
	.pin = fl_pin,
	.unpin = fl_unpin,
	.range_fault = fl_hmm_range_fault,
	.migrate_range = fl_hmm_migrate,
	.folio_migrate = fl_actor_migrate,
	.folio_reclaim = fl_actor_reclaim,
	.folio_split = fl_actor_split,
	.ksm_merge = fl_ksm_merge,
	.ksm_exit = fl_ksm_exit,
	.huge_zero_shrink = fl_huge_zero_shrink,
	.uprobe = fl_uprobe,
	.swap_used = fl_swap_used,
	.swap_shrink = fl_actor_shrink,
	.sys_mmap = fl_sys_mmap,
	.space_hole = fl_space_hole,
	.sys_setrlimit = fl_sys_setrlimit,
	.sys_mprotect = fl_sys_mprotect,
	.sys_madvise = fl_sys_madvise,
#ifdef FL_HAVE_MREMAP
	.sys_mremap = fl_sys_mremap,
#endif
#ifdef FL_HAVE_TEST_HMM
	.test_hmm = fl_test_hmm,
	.test_hmm_exit = fl_test_hmm_exit,
	.dmirror_exclusive = fl_dmirror_exclusive,
	.dmirror_lock = fl_dmirror_lock,
	.dmirror_unlock = fl_dmirror_unlock,
	.dmirror_entry = fl_dmirror_entry,
#endif
	.file_open = fl_file_open,
	.file_create = fl_file_new,
	.proc_open = fl_proc_open,
	.proc_seek = fl_proc_seek,
#ifdef FL_HAVE_USERFAULTFD
	.userfaultfd = fl_userfaultfd,
#endif
	.file_poll = fl_file_poll,
	.file_get = fl_file_get,
	.file_put = fl_file_put,
	.file_ioctl = fl_file_ioctl,
	.file_read = fl_file_read,
	.file_write = fl_file_write,
	.file_truncate = fl_file_truncate,
	.file_size = fl_file_size,
	.unit_restore = fl_unit_restore,
	.unit_try_restore = fl_unit_try_restore,
	.unit_remove = fl_unit_remove,
	.unit_mark = fl_unit_mark,
	.unit_remove_migration = fl_unit_remove_migration,
	.unit_mkclean = fl_unit_mkclean,
	.unit_ksm_protect = fl_unit_ksm_protect,
	.pte = fl_view_pte,
	.folio = fl_view_folio,
	.prot = fl_view_prot,
	.field = fl_view_field,
};
