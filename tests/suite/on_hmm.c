/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_hmm.c - a device that reads pages in use by CPUs, and a driver that moves
 * pages
 *
 *   PTE -> page <- device, for reading
 *
 * Every operation that maps another page must first revoke the device's right.
 */
#include "suite.h"

static unsigned long device_reads(unsigned long addr)
{
	unsigned long value = ~0UL;

	EXPECT_EQ(fl_device_read(t.device, addr, &value), 0);
	return value;
}

static void store_and_map(unsigned long addr, unsigned long value)
{
	EXPECT_EQ(fl_store(t.process, addr, value), 0);
	EXPECT_EQ(fl_device_map_read(t.device, addr, FL_PAGE), 0);
	EXPECT(device_at(addr).mapped);
	EXPECT(!device_at(addr).writable);
	EXPECT_EQ(device_at(addr).pfn, pte_at(addr).pfn);
}

TEST(hmm, device_and_cpu_read_the_same_page)
{
	store_and_map(PAGE(0), 7);
	EXPECT_EQ(device_reads(PAGE(0)), 7);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	EXPECT_EQ(device_reads(PAGE(0)), 8);
	EXPECT_EQ(fl_device_write(t.device, PAGE(0), 9), -EFAULT);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), -EFAULT);
}

TEST(hmm, missing_pages_are_faulted_in)
{
	EXPECT_EQ(fl_store(t.process, PAGE(1), 7), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(1)).pfn), 0);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), 3 * FL_PAGE), 0);
	EXPECT_EQ(device_reads(PAGE(0)), 0);
	EXPECT_EQ(device_reads(PAGE(1)), 7);
}

TEST(hmm, hole_is_an_error)
{
	EXPECT_EQ(fl_munmap(t.process, PAGE(1), FL_PAGE), 0);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), 3 * FL_PAGE), -EFAULT);
	EXPECT(!device_at(PAGE(0)).mapped);
}

/* -- each operation that maps another page -- */

static void zap(void)
{
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
}
static void unmap(void)
{
	EXPECT_EQ(fl_munmap(t.process, PAGE(0), FL_PAGE), 0);
}
static void move(void)
{
	EXPECT_EQ(fl_folio_migrate(t.world, pte_at(PAGE(0)).pfn), 0);
}
static void swap(void)
{
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(0)).pfn), 0);
}
static void copy_after_fork(void)
{
	struct fl_process *child;

	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
}
static void mark_by_another(void)
{
	struct fl_device *other = NULL;

	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(0), FL_PAGE), 1);
}

TEST(hmm, device_right_is_revoked_when_its_page_is_replaced)
{
	static void (*const ways[])(void) = {
		zap, move, swap, copy_after_fork, mark_by_another, unmap,
	};
	unsigned long i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		store_and_map(PAGE(0), 7);
		ways[i]();
		EXPECT(!device_at(PAGE(0)).mapped);
	}
}

TEST(hmm, reading_takes_the_page_from_another_device)
{
	struct fl_device *other = NULL;

	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(other, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(device_reads(PAGE(0)), 8);
	EXPECT_EQ(fl_device_atomic_add(other, PAGE(0), 1, NULL), -EFAULT);
	EXPECT(pte_at(PAGE(0)).present);
}

TEST(hmm, marking_ends_the_devices_own_reading)
{
	store_and_map(PAGE(0), 7);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(device_at(PAGE(0)).writable);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), FL_PAGE), 0);
	EXPECT(!device_at(PAGE(0)).writable);
	EXPECT(pte_at(PAGE(0)).present);
}

/* -- the driver moves pages -- */

TEST(hmm, driver_migrates_pages)
{
	unsigned long pfn, events;

	store_and_map(PAGE(0), 7);
	EXPECT_EQ(fl_store(t.process, PAGE(2), 8), 0);
	pfn = pte_at(PAGE(0)).pfn;
	events = fl_event_count(t.world);
	EXPECT_EQ(fl_device_migrate(t.device, PAGE(0), 4 * FL_PAGE), 2);
	EXPECT(pte_at(PAGE(0)).pfn != pfn);
	EXPECT(!device_at(PAGE(0)).mapped);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(load(PAGE(2)), 8);
	EXPECT(!strcmp(fl_event(t.world, events)->name, "MIGRATE"));
	EXPECT(fl_event(t.world, events)->owner == fl_device_owner(t.device));
}

TEST(hmm, pages_of_two_vmas_cannot_be_migrated_at_once)
{
	EXPECT_EQ(fl_munmap(t.process, PAGE(1), FL_PAGE), 0);
	EXPECT_EQ(fl_device_migrate(t.device, PAGE(0), 4 * FL_PAGE), -EINVAL);
}

/*
 * A driver that filters by owner alone mistakes its own migration for its own
 * marking: its device still reads a frame that is no longer the process's.
 */
TEST(hmm, filtering_by_owner_alone_reads_a_free_page)
{
	unsigned long value;

	EXPECT_EQ(fl_device_detach(t.device), 0);
	EXPECT_EQ(fl_device_set_driver(t.device, FL_DRIVER_MIRROR,
				       FL_FLAW_FILTER_OWNER),
		  0);
	EXPECT_EQ(fl_device_attach(t.device, t.process, PAGE(0),
				   NR_PAGES * FL_PAGE),
		  0);
	store_and_map(PAGE(0), 7);
	EXPECT_EQ(fl_device_migrate(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(device_at(PAGE(0)).mapped);
	EXPECT_EQ(fl_device_read(t.device, PAGE(0), &value), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_VIOLATION, "C8 lifetime");
}
