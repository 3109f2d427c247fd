/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.c - the model's boot, and its struct fl_kernel */
#include "fault/fault.h"
#include "fault/operations.h"
#include "fault/unit.h"
#include "fault/view.h"
#include "notifier/notifier.h"
#include "pte/swapfile.h"
#include "rmap/rmap.h"

#define CACHE(type)                                                           \
	fl_hw_cache_create(#type, sizeof(struct type), _Alignof(struct type), \
			   NULL)

static int boot(void)
{
	fl_hw_source(FL_SOURCE_DIR);
	model.mm_cache = CACHE(mm_struct);
	model.vma_cache = CACHE(vm_area_struct);
	model.anon_vma_cache = CACHE(anon_vma);
	model.subscriptions_cache = fl_hw_cache_create(
		"notifiers", sizeof(struct notifier_subscriptions),
		_Alignof(struct notifier_subscriptions), NULL);
	interval_init();
	page_init();
	swap_init();
	return 0;
}

static int task_begin(void)
{
	return 0;
}

static void task_end(void)
{
}

/* A killable wait checks for a fatal signal whenever the thread is woken. */
static void task_kill(struct fl_hw_thread *thread)
{
	fl_hw_kill(thread);
	fl_hw_wake(thread);
}

static const struct fl_task_ops task_ops = {
	.begin = task_begin,
	.end = task_end,
	.kill = task_kill,
};

/* FL_MODEL: model or v8; only the fault on an exclusive entry differs. */
#define NAME_(name)  #name
#define NAME(name)   NAME_(name)
#define TABLE_(name) fl_kernel_##name
#define TABLE(name)  TABLE_(name)

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
	.task = &task_ops,
	.mm = &mm_ops,
	.fault = &fault_ops,
	.notifier = &notifier_ops,
	.folio = &folio_ops,
	.gup = &gup_ops,
	.hmm = &hmm_ops,
	.actor = &actor_ops,
	.memory = &memory_ops,
	.rmap = &rmap_ops,
	.view = &view_ops,
};
