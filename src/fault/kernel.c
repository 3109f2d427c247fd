/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.c - the model's boot, and its struct fl_kernel */
#include "fault/fault.h"
#include "fault/operations.h"
#include "fault/unit.h"
#include "fault/view.h"
#include "notifier/notifier.h"
#include "pte/swapfile.h"
#include "rmap/rmap.h"

#define CACHE(type) \
	fl_hw_cache_create(#type, sizeof(struct type), _Alignof(struct type), NULL)

static int boot(void)
{
	fl_hw_source(FL_SOURCE_DIR);
	model.mm_cache = CACHE(mm_struct);
	model.vma_cache = CACHE(vm_area_struct);
	model.anon_vma_cache = CACHE(anon_vma);
	model.subscriptions_cache =
		fl_hw_cache_create("notifiers",
				   sizeof(struct notifier_subscriptions),
				   _Alignof(struct notifier_subscriptions),
				   NULL);
	interval_init();
	page_init();
	swap_init();
	return 0;
}

static int thread_begin(void)
{
	return 0;
}

static void thread_end(void)
{
}

/* A killable wait checks for a fatal signal whenever the thread is woken. */
static void kill(struct fl_hw_thread *thread)
{
	fl_hw_kill(thread);
	fl_hw_wake(thread);
}

static void mmap_lock(struct fl_mm *mm)
{
	read_lock(&mm_of(mm)->mmap_lock);
}

static void mmap_unlock(struct fl_mm *mm)
{
	read_unlock(&mm_of(mm)->mmap_lock);
}

/* FL_MODEL: model or v8; only the fault on an exclusive entry differs. */
#define NAME_(name)	#name
#define NAME(name)	NAME_(name)
#define TABLE_(name)	fl_kernel_##name
#define TABLE(name)	TABLE_(name)

const struct fl_kernel TABLE(FL_MODEL) = {
	.name = NAME(FL_MODEL),
	.release = "1",
	.tree = "built in",
	.traits = {
		.has_readable_entries = true,
		.uffd_wp_upgrades = true,
#ifdef FL_V8
		.restores_by_walk = true,
		.restore_event = "CLEAR",
#else
		.restore_event = "EXCLUSIVE",
#endif
	},
	.has_huge_pages = true,
	.state_start = (char *)&model,
	.state_end = (char *)(&model + 1),
	.boot = boot,
	.thread_begin = thread_begin,
	.thread_end = thread_end,
	.kill = kill,
	.mm_create = mm_create,
	.mm_destroy = mm_destroy,
	.fork = do_fork,
	.mm_pgd = view_pgd,
	.mm_asid = view_asid,
	.mm_rss = view_rss,
	.mmap = do_mmap,
	.munmap = do_munmap,
	.mprotect = do_mprotect,
	.zap = do_zap,
	.clear_soft_dirty = do_clear_soft_dirty,
	.uffd_wp = do_uffd_wp,
	.split_huge = do_split_huge,
	.fault = do_page_fault,
	.fault_once = do_page_fault_once,
	.mirror = mirror,
	.unmirror = unmirror,
	.mirror_begin = mirror_begin,
	.mirror_retry = mirror_retry,
	.mirror_set_seq = mirror_set_seq,
	.listen = listen,
	.mmap_lock = mmap_lock,
	.mmap_unlock = mmap_unlock,
	.mark = make_device_exclusive_range,
	.folio_get = frame_folio_get,
	.folio_put = frame_folio_put,
	.folio_lock = frame_folio_lock,
	.folio_trylock = frame_folio_trylock,
	.folio_unlock = frame_folio_unlock,
	.pin = pin_user_page,
	.unpin = unpin_user_page,
	.range_fault = range_fault,
	.migrate_range = migrate_range,
	.folio_migrate = folio_migrate,
	.folio_reclaim = folio_reclaim,
	.folio_split = folio_split,
	.swap_used = swap_used,
	.swap_shrink = swap_shrink,
	.unit_restore = unit_restore,
	.unit_try_restore = unit_try_restore,
	.unit_remove = unit_remove,
	.unit_mark = unit_mark,
	.unit_remove_migration = unit_remove_migration,
	.pte = view_pte,
	.folio = view_folio,
	.prot = view_prot,
	.field = view_field,
};
