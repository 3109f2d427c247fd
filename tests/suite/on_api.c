/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_api.c - wrong use of the public API: a documented error, without side
 * effects
 */
#include "suite.h"

#define TOP (1UL << 47)

TEST(api, worlds)
{
	struct fl_world_config config = { .kernel = t.kernel->name };
	struct fl_world *other = NULL;

	EXPECT_EQ(fl_world_boot(&config, &other), -EBUSY);
	EXPECT_EQ(fl_world_boot(&config, NULL), -EINVAL);
	config.kernel = "linux-0.01";
	EXPECT_EQ(fl_world_boot(&config, &other), -ENOENT);
	config.kernel = t.kernel->name;
	config.cpus = 9;
	EXPECT_EQ(fl_world_boot(&config, &other), -EINVAL);
	config.cpus = 0;
	config.swap_pages = 7;
	EXPECT_EQ(fl_world_boot(&config, &other), -EINVAL);
	config.swap_pages = 4097;
	EXPECT_EQ(fl_world_boot(&config, &other), -EINVAL);
	EXPECT(other == NULL);
	EXPECT_EQ(fl_world_shutdown(NULL, NULL), 0);
	EXPECT(fl_kernel_info(fl_kernel_count()) == NULL);
	EXPECT(!strcmp(fl_world_kernel(t.world)->name, t.kernel->name));
	EXPECT(fl_world_end(t.world) == NULL);
}

TEST(api, mappings)
{
	struct fl_process *p = t.process;

	EXPECT_EQ(fl_mmap(p, PAGE(0) + 1, FL_PAGE, RW, 0), -EINVAL);
	EXPECT_EQ(fl_mmap(p, 0x90000000UL, 0, RW, 0), -EINVAL);
	EXPECT_EQ(fl_mmap(p, TOP, FL_PAGE, RW, 0), -EINVAL);
	EXPECT_EQ(fl_mmap(p, TOP - FL_PAGE, 2 * FL_PAGE, RW, 0), -EINVAL);
	EXPECT_EQ(fl_mmap(p, 0x90000000UL, ~(FL_PAGE - 1), RW, 0), -EINVAL);
	EXPECT_EQ(fl_mmap(p, 0x90000000UL, FL_PAGE, 8, 0), -EINVAL);
	EXPECT_EQ(fl_mmap(p, 0x90000000UL, FL_PAGE, RW, 8), -EINVAL);
	EXPECT_EQ(fl_mmap(p, PAGE(0), FL_PAGE, RW, 0), -EEXIST);
	EXPECT_EQ(fl_mprotect(p, 0x90000000UL, FL_PAGE, RW), -ENOMEM);
	EXPECT_EQ(fl_mprotect(p, PAGE(0), FL_PAGE, 8), -EINVAL);
	EXPECT_EQ(fl_munmap(p, PAGE(0) + 8, FL_PAGE), -EINVAL);
	EXPECT_EQ(fl_munmap(p, 0x90000000UL, FL_PAGE), 0);
	EXPECT_EQ(fl_zap(p, 0x90000000UL, FL_PAGE), -ENOMEM);
	EXPECT_EQ(fl_clear_soft_dirty(p, 0x90000000UL, FL_PAGE), -ENOMEM);
	EXPECT_EQ(fl_uffd_wp(p, 0x90000000UL, FL_PAGE, 1), -ENOMEM);
}

TEST(api, accesses)
{
	struct fl_fault out;
	unsigned long value;

	EXPECT_EQ(fl_load(t.process, PAGE(0) + 1, &value), -EINVAL);
	EXPECT_EQ(fl_load(t.process, 0x90000000UL, &value), -EFAULT);
	EXPECT_EQ(fl_store(t.process, TOP, 1), -EFAULT);
	EXPECT_EQ(fl_fault(t.process, 0x90000000UL, 0, &out), -EFAULT);
	EXPECT_EQ(fl_fault(t.process, PAGE(0), 0x1000, &out), -EINVAL);
	EXPECT_EQ(fl_fault(t.process, PAGE(0), FL_FAULT_RETRY_NOWAIT, &out),
		  -EINVAL);
	if (!t.kernel->has_vma_lock)
		EXPECT_EQ(fl_fault(t.process, PAGE(0), FL_FAULT_VMA_LOCK, &out),
			  -EOPNOTSUPP);
	EXPECT_EQ(fl_mmap(t.process, 0x90000000UL, FL_PAGE, FL_PROT_NONE, 0),
		  0);
	EXPECT_EQ(fl_load(t.process, 0x90000000UL, &value), -EFAULT);
}

TEST(api, processes_that_exited)
{
	struct fl_process *p = NULL;
	struct fl_device *d = NULL;
	unsigned long value;

	EXPECT_EQ(fl_process_create(t.world, &p), 0);
	EXPECT_EQ(fl_process_exit(p), 0);
	EXPECT_EQ(fl_process_exit(p), -ESRCH);
	EXPECT_EQ(fl_load(p, PAGE(0), &value), -ESRCH);
	EXPECT_EQ(fl_mmap(p, PAGE(0), FL_PAGE, RW, 0), -ESRCH);
	EXPECT_EQ(fl_device_create(t.world, "d", &d), 0);
	EXPECT_EQ(fl_device_attach(d, p, PAGE(0), FL_PAGE), -ESRCH);
}

TEST(api, devices)
{
	struct fl_device_pte pte;
	struct fl_device *d = NULL;
	unsigned long value;

	EXPECT_EQ(fl_device_create(t.world, NULL, &d), -EINVAL);
	EXPECT_EQ(fl_device_create(t.world, "d", &d), 0);
	EXPECT_EQ(fl_device_detach(d), -ENOTCONN);
	EXPECT_EQ(fl_device_make_exclusive(d, PAGE(0), FL_PAGE), -ENOTCONN);
	EXPECT_EQ(fl_device_read(d, PAGE(0), &value), -ENOTCONN);
	EXPECT_EQ(fl_device_pte_view(d, PAGE(0), &pte), -ENOTCONN);
	EXPECT_EQ(fl_device_attach(d, t.process, PAGE(0) + 1, FL_PAGE),
		  -EINVAL);
	EXPECT_EQ(fl_device_attach(d, t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_device_attach(d, t.process, PAGE(0), FL_PAGE), -EBUSY);
	EXPECT_EQ(fl_device_make_exclusive(d, PAGE(1), FL_PAGE), -EINVAL);
	EXPECT_EQ(fl_device_make_exclusive(d, PAGE(0), 2 * FL_PAGE), -EINVAL);
	EXPECT_EQ(fl_device_read(d, PAGE(0) + 1, &value), -EINVAL);
	EXPECT_EQ(fl_device_read(d, PAGE(0), &value), -EFAULT);
	EXPECT_EQ(fl_device_write(d, PAGE(1), 1), -EFAULT);
	EXPECT_EQ(fl_device_pte_view(d, PAGE(1), &pte), -EINVAL);
	EXPECT_EQ(fl_device_destroy(d), 0);
	EXPECT_EQ(fl_device_destroy(d), -ENODEV);
	EXPECT_EQ(fl_device_attach(d, t.process, PAGE(0), FL_PAGE), -ENODEV);
}

static void nothing(void *arg)
{
	(void)arg;
}

TEST(api, threads)
{
	EXPECT_EQ(fl_thread_spawn(t.world, 99, "x", nothing, NULL), -EINVAL);
	EXPECT_EQ(fl_thread_spawn(t.world, 0, "x", NULL, NULL), -EINVAL);
	EXPECT_EQ(fl_thread_kill(t.world, 5), -ESRCH);
	EXPECT(fl_thread_waits(t.world, 5) == NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT(fl_thread_spawn(t.world, 0, "x", nothing, NULL) > 0);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	fl_thread_yield();
}

TEST(api, views)
{
	struct fl_folio folio;
	unsigned long value, pfn;
	struct fl_tlb tlb;
	struct fl_pte pte;

	EXPECT_EQ(fl_pte_view(t.process, TOP, &pte), -EINVAL);
	EXPECT_EQ(fl_pte_view(t.process, 0x90000000UL, &pte), 0);
	EXPECT_EQ(pte.raw, 0);
	EXPECT_EQ(fl_folio_view(t.world, 0, &folio), -EINVAL);
	EXPECT_EQ(fl_folio_view(t.world, 1UL << 30, &folio), -EINVAL);
	EXPECT_EQ(fl_tlb_view(t.process, 2, PAGE(0), &tlb), -EINVAL);
	EXPECT_EQ(fl_store(t.process, PAGE(0) + 8, 77), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_frame_read(t.world, pfn, 8, &value), 0);
	EXPECT_EQ(value, 77);
	EXPECT_EQ(fl_frame_read(t.world, pfn, 4, &value), -EINVAL);
	EXPECT_EQ(fl_frame_read(t.world, pfn, FL_PAGE, &value), -EINVAL);
	EXPECT(fl_event(t.world, fl_event_count(t.world)) == NULL);
}

TEST(api, units)
{
	struct fl_fault out;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0),
						pte_at(PAGE(0)).pfn, 0),
		  -ENOENT);
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0), 0, 0),
		  -EINVAL);
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0),
						pte_at(PAGE(0)).pfn, 0x80),
		  -EINVAL);
	EXPECT_EQ(fl_unit_try_restore_exclusive_pte(t.process, 0x90000000UL),
		  -ENOENT);
	EXPECT_EQ(fl_unit_remove_device_exclusive_entry(
			  t.process, PAGE(0), pte_at(PAGE(0)).raw, 0, &out),
		  -EINVAL);
	store_and_mark(PAGE(1), 1);
	EXPECT_EQ(fl_mmap(t.process, 0x90000000UL, FL_PAGE, RW, 0), 0);
	EXPECT_EQ(fl_unit_remove_device_exclusive_entry(t.process, 0x90000000UL,
							pte_at(PAGE(1)).raw, 0,
							&out),
		  -ENOENT);
	EXPECT_EQ(fl_unit_make_device_exclusive(t.process, PAGE(0), 1UL << 30,
						NULL),
		  -EINVAL);
	EXPECT_EQ(fl_folio_get(t.world, 0), -EINVAL);
	EXPECT_EQ(fl_folio_lock(t.world, 1UL << 30), -EINVAL);
}

/*
 * An operation that only some kernels support is rejected in the same way by
 * all of them.
 */
#define EXPECT_REFUSED(call, how)                             \
	do {                                                  \
		int ret_ = (call);                            \
                                                              \
		EXPECT(ret_ == (how) || ret_ == -EOPNOTSUPP); \
	} while (0)

TEST(api, pins_and_replacements)
{
	unsigned long pfn;

	EXPECT_EQ(fl_folio_pin(t.process, 0x90000000UL, &pfn), -EFAULT);
	EXPECT_EQ(fl_folio_pin(t.process, TOP, &pfn), -EINVAL);
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), NULL), -EINVAL);
	EXPECT_EQ(fl_folio_unpin(t.world, 0), -EINVAL);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_folio_unpin(t.world, pte_at(PAGE(0)).pfn), -EINVAL);
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0) + 9, &pfn), 0);
	EXPECT_EQ(pfn, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);

	EXPECT_REFUSED(fl_ksm_merge(t.process, PAGE(0), 0), -EINVAL);
	EXPECT_REFUSED(fl_ksm_merge(t.process, PAGE(0) + 1, FL_PAGE), -EINVAL);
	EXPECT_REFUSED(fl_ksm_merge(t.process, 0x90000000UL, FL_PAGE), -ENOMEM);
	EXPECT_REFUSED(fl_uprobe_set(t.process, TOP), -EINVAL);
	EXPECT_REFUSED(fl_uprobe_set(t.process, 0x90000000UL), -EINVAL);
	EXPECT_REFUSED(fl_uprobe_clear(t.process, 0x90000000UL, 0), -EINVAL);
	EXPECT_REFUSED(fl_lazyfree(t.process, PAGE(0), 1), -EINVAL);
	EXPECT_REFUSED(fl_lazyfree(t.process, 0x90000000UL, FL_PAGE), -ENOMEM);
	EXPECT_REFUSED(fl_collapse(t.process, PAGE(0), 1), -EINVAL);
	EXPECT_REFUSED(fl_collapse(t.process, 0x90000000UL, FL_HUGE_PAGE),
		       -ENOMEM);
	EXPECT_EQ(fl_mmap(t.process, 0x90000000UL, FL_PAGE, RW, FL_MAP_PRIVATE),
		  -EINVAL);
	EXPECT_EQ(fl_mmap(t.process, 0x90000000UL, FL_HUGE_PAGE, RW,
			  FL_MAP_FILE | FL_MAP_PRIVATE | FL_MAP_HUGE),
		  -EINVAL);
	EXPECT_EQ(fl_unit_remove_migration_ptes(t.world, 1UL << 30), -EINVAL);
	EXPECT_REFUSED(fl_unit_folio_mkclean(t.world, 1UL << 30), -EINVAL);
	EXPECT_REFUSED(fl_unit_ksm_write_protect_page(t.process, PAGE(0),
						      1UL << 30),
		       -EINVAL);
	EXPECT_REFUSED(fl_unit_ksm_write_protect_page(t.process, 0x90000000UL,
						      pte_at(PAGE(0)).pfn),
		       -EFAULT);
	EXPECT_EQ(load(PAGE(0)), 1);
}
