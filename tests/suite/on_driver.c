/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_driver.c - the two drivers, right and wrong
 *
 *   driver                       another thread
 *   marks: entry set
 *                                zap, store: another page is there now
 *   programs the device
 *
 * At the end, the device must have the process's page, or none.
 */
#include "suite.h"

/* Attach the suite's device again, with this driver. */
static void use_driver(enum fl_driver driver, unsigned int flaws)
{
	EXPECT_EQ(fl_device_detach(t.device), 0);
	EXPECT_EQ(fl_device_set_driver(t.device, driver, flaws), 0);
	EXPECT_EQ(fl_device_attach(t.device, t.process, PAGE(0),
				   NR_PAGES * FL_PAGE),
		  0);
}

/* C1: device and CPU must not both be able to write the page. */
static _Bool both_can_write(void)
{
	return device_at(PAGE(0)).mapped && pte_at(PAGE(0)).present;
}

static void check_cycle(enum fl_driver driver)
{
	unsigned long i;

	use_driver(driver, 0);
	for (i = 0; i < NR_PAGES; i++)
		EXPECT_EQ(fl_store(t.process, PAGE(i), 100 + i), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0),
					   NR_PAGES * FL_PAGE),
		  NR_PAGES);
	for (i = 0; i < NR_PAGES; i++)
		EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(i), 1, NULL), 0);
	for (i = 0; i < NR_PAGES; i++) {
		EXPECT_EQ(load(PAGE(i)), 101 + i);
		EXPECT(!device_at(PAGE(i)).mapped);
	}
}

TEST(driver, mirror_takes_pages_through_the_cycle)
{
	check_cycle(FL_DRIVER_MIRROR);
}

TEST(driver, seq_takes_pages_through_the_cycle)
{
	check_cycle(FL_DRIVER_SEQ);
}

/* -- another thread runs between marking and programming -- */

static struct {
	void (*interfere)(void);
	_Bool marked;
	long got;
} race;

/* At the end of the first marking, the driver's thread lets the other run. */
static void after_marking(void *cookie, const struct fl_event *event)
{
	(void)cookie;
	if (race.marked || event->phase != FL_EVENT_END ||
	    event->owner != fl_device_owner(t.device))
		return;
	race.marked = 1;
	fl_thread_yield();
}

static void drive(void *arg)
{
	(void)arg;
	race.got = fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE);
}

static void interfere(void *arg)
{
	(void)arg;
	race.interfere();
}

static void run_race(void (*with)(void))
{
	memset(&race, 0, sizeof(race));
	race.interfere = with;
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	fl_events_watch(t.world, after_marking, NULL);
	EXPECT(fl_thread_spawn(t.world, 0, "driver", drive, NULL) > 0);
	EXPECT(fl_thread_spawn(t.world, 1, "other", interfere, NULL) > 0);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	fl_events_watch(t.world, NULL, NULL);
}

static void zap_and_store(void)
{
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 50), 0);
}

/* Expect seq to notice that the page has changed, and to get the new one. */
TEST(driver, seq_marks_again_when_the_page_has_changed)
{
	use_driver(FL_DRIVER_SEQ, 0);
	run_race(zap_and_store);
	EXPECT(race.marked);
	EXPECT_EQ(race.got, 1);
	EXPECT(pte_at(PAGE(0)).exclusive);
	EXPECT_EQ(device_at(PAGE(0)).pfn, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 51);
}

/*
 * Without the check, expect the device to keep a page that is no longer the
 * process's; and (C8) its access to be detected, as the frame is free.
 */
TEST(driver, seq_without_check_keeps_a_zapped_page)
{
	use_driver(FL_DRIVER_SEQ, FL_FLAW_NO_SEQ_CHECK);
	run_race(zap_and_store);
	EXPECT(race.marked);
	EXPECT(both_can_write());
	EXPECT(device_at(PAGE(0)).pfn != pte_at(PAGE(0)).pfn);
	EXPECT_EQ(load(PAGE(0)), 50);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL),
		  -ENOTRECOVERABLE);
	suite_expect_end(FL_END_VIOLATION, "C8 lifetime: device");
}

/*
 * Mirror has no such check, and keeps the page too: a zap waits for neither the
 * folio lock nor the mmap lock.  A fault does, so mirror passes all the other
 * tests here.
 */
TEST(driver, mirror_keeps_a_zapped_page)
{
	use_driver(FL_DRIVER_MIRROR, 0);
	run_race(zap_and_store);
	EXPECT(race.marked);
	EXPECT(both_can_write());
	EXPECT(device_at(PAGE(0)).pfn != pte_at(PAGE(0)).pfn);
}

/*
 * A retry with the folio still locked (b3fefbb30a16 in a real driver).  Expect
 * a lock and a page that are never released.
 */
TEST(driver, seq_that_retries_locked_leaks_the_lock)
{
	struct fl_audit audit = { 0 };

	use_driver(FL_DRIVER_SEQ, FL_FLAW_KEEP_LOCKED);
	run_race(zap_and_store);
	EXPECT(race.marked);
	EXPECT_EQ(fl_world_audit(t.world, &audit), 0);
	EXPECT(audit.locks > 0);
	suite_expect_leak(1);
}

static void load_it(void)
{
	EXPECT_EQ(load(PAGE(0)), 1);
}

/*
 *   driver                       CPU
 *   marks
 *                                load: waits for the folio
 *   programs, unlocks
 *                                restores: the driver is notified
 * Expect the folio lock to hold the fault back, with either driver.
 */
TEST(driver, fault_waits_until_mirror_has_programmed)
{
	use_driver(FL_DRIVER_MIRROR, 0);
	run_race(load_it);
	EXPECT_EQ(race.got, 1);
	EXPECT(!both_can_write());
}

TEST(driver, fault_waits_until_seq_has_programmed)
{
	use_driver(FL_DRIVER_SEQ, 0);
	run_race(load_it);
	EXPECT_EQ(race.got, 1);
	EXPECT(!both_can_write());
}

/*
 * This driver unlocks the folio too early: expect the fault to run in between,
 * and the device to get a right that is never revoked.
 */
TEST(driver, mirror_that_unlocks_early_shares_the_page)
{
	use_driver(FL_DRIVER_MIRROR, FL_FLAW_UNLOCK_EARLY);
	run_race(load_it);
	EXPECT(both_can_write());
}

/* -- which notifications a driver may ignore -- */

/*
 * The driver's own marking changes its sequence.  Expect (C13) the driver to
 * give up, and to leave the page to the CPU without a leaked lock or reference.
 */
TEST(driver, seq_without_filter_never_succeeds)
{
	unsigned long pfn;

	use_driver(FL_DRIVER_SEQ, FL_FLAW_NO_FILTER);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), -EBUSY);
	expect_exclusive(PAGE(0), pfn, 1);
	EXPECT(!device_at(PAGE(0)).mapped);
	EXPECT_EQ(load(PAGE(0)), 1);
}

/*
 *   driver                       kernel
 *   s = read_begin()
 *   marks: the page is exclusive already
 *                                restores it: notification without an owner,
 *                                s changes
 *                                sets the new entry
 *   retry: the page is exclusive already ...
 * Expect the driver to give up if a device has the page, but not if a CPU has
 * it.
 */
TEST(driver, seq_without_fault_never_takes_a_page_from_a_device)
{
	struct fl_device *other;

	use_driver(FL_DRIVER_SEQ, FL_FLAW_NO_FAULT);
	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), -EBUSY);
	EXPECT_EQ(load(PAGE(0)), 1);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
}

/*
 * A driver that ignores EXCLUSIVE from every owner misses the restore in a
 * release that uses this event for it.  Expect CPU and device to have the page
 * in those releases only.
 */
TEST(driver, filtering_by_event_alone_depends_on_the_release)
{
	_Bool misses = !strcmp(t.kernel->traits.restore_event, "EXCLUSIVE");

	use_driver(FL_DRIVER_SEQ, FL_FLAW_FILTER_EVENT);
	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(load(PAGE(0)), 1);
	EXPECT_EQ(both_can_write(), misses);
}

/*
 * Two devices, two owners.  Expect each marking to take the page from the other
 * device, and no update to be lost.
 */
TEST(driver, two_devices_take_the_page_from_each_other)
{
	struct fl_device *other;
	unsigned long i;

	use_driver(FL_DRIVER_SEQ, 0);
	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 0), 0);
	for (i = 0; i < 10; i++) {
		struct fl_device *d = i % 2 ? other : t.device;
		struct fl_device_pte right = { 0 };

		EXPECT_EQ(fl_device_make_exclusive(d, PAGE(0), FL_PAGE), 1);
		EXPECT_EQ(fl_device_atomic_add(d, PAGE(0), 1, NULL), 0);
		EXPECT_EQ(fl_device_pte_view(i % 2 ? t.device : other, PAGE(0),
					     &right),
			  0);
		EXPECT(!right.mapped);
	}
	EXPECT_EQ(load(PAGE(0)), 10);
}

TEST(driver, invalid_settings_are_rejected)
{
	struct fl_device *d = NULL;

	EXPECT_EQ(fl_device_set_driver(t.device, FL_DRIVER_SEQ, 0), -EBUSY);
	EXPECT_EQ(fl_device_create(t.world, "d", &d), 0);
	EXPECT_EQ(fl_device_set_driver(d, 7, 0), -EINVAL);
	EXPECT_EQ(fl_device_set_driver(d, FL_DRIVER_SEQ, 0x100), -EINVAL);
	EXPECT_EQ(fl_device_set_driver(d, FL_DRIVER_MIRROR,
				       FL_FLAW_NO_SEQ_CHECK),
		  -EINVAL);
	EXPECT_EQ(fl_device_set_driver(d, FL_DRIVER_SEQ, FL_FLAW_UNLOCK_EARLY),
		  -EINVAL);
	EXPECT_EQ(fl_device_destroy(d), 0);
	EXPECT_EQ(fl_device_set_driver(d, FL_DRIVER_SEQ, 0), -ENODEV);
}
