/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_race.c - the PTE changes while the fault waits for the folio lock
 *
 *   holder                              fault
 *   locks the folio
 *                                       reads the entry
 *                                       waits for the folio lock
 *   changes the PTE
 *   unlocks the folio
 *                                       checks again: not the entry it read
 *
 * Expect that nothing is restored over the new state, and that every lock and
 * reference is released.
 */
#include "suite.h"

static struct {
	void (*change)(void);
	unsigned int flags;
	int faulter;
	unsigned long pfn;
	struct fl_fault out;
} race;

static void holder(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, race.pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, race.pfn), 0);
	fl_thread_yield();
	EXPECT(fl_thread_waits(t.world, race.faulter) != NULL);
	race.change();
	EXPECT_EQ(fl_folio_unlock(t.world, race.pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, race.pfn), 0);
}

static void faulter(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_fault(t.process, PAGE(0), race.flags, &race.out), 0);
}

/* Run @change while a fault with @flags waits. */
static void run_race(void (*change)(void), unsigned int flags)
{
	memset(&race, 0, sizeof(race));
	race.change = change;
	race.flags = flags;
	store_and_mark(PAGE(0), 5);
	race.pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "holder", holder, NULL) > 0);
	race.faulter = fl_thread_spawn(t.world, 1, "fault", faulter, NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT_EQ(race.out.result, 0);
	EXPECT(race.out.mmap_locked);
}

/* v8 waits for a folio without holding a reference to it. */
static void know_v8(void)
{
	if (t.kernel->traits.restores_by_walk)
		suite_known_bug("v8 takes no reference", FL_END_VIOLATION,
				"C8 lifetime: folio lock");
}

static void zap(void)
{
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
}

TEST(race, zapped_entry_is_not_restored)
{
	know_v8();
	run_race(zap, 0);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(folio_of(race.pfn).refcount, 0);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(load(PAGE(0)), 0);
}

TEST(race, write_fault_does_not_restore_a_zapped_entry)
{
	know_v8();
	run_race(zap, FL_FAULT_WRITE);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(folio_of(race.pfn).refcount, 0);
	EXPECT_EQ(rss_anon(), 0);
}

static void restore(void)
{
	EXPECT_EQ(fl_unit_restore_exclusive_pte(t.process, PAGE(0), race.pfn,
						FL_UNIT_FOLIO_UNLOCKED),
		  0);
}

/*
 * The holder restores it, with the folio locked as required.  Expect one
 * mapping.
 */
TEST(race, entry_is_not_restored_twice)
{
	run_race(restore, 0);
	expect_mapped(PAGE(0), race.pfn, 1);
	EXPECT_EQ(load(PAGE(0)), 5);
}

static void zap_touch_mark(void)
{
	zap();
	EXPECT_EQ(fl_store(t.process, PAGE(0), 6), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
}

/*
 * Another page is marked at the address meanwhile.  Expect its entry to stay.
 * The device is notified before the entry is checked, so it may have lost its
 * right for nothing; it never has a right to the old page.
 */
TEST(race, entry_of_another_page_is_not_restored)
{
	unsigned long pfn;

	know_v8();
	run_race(zap_touch_mark, 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(pfn != race.pfn);
	expect_exclusive(PAGE(0), pfn, 1);
	EXPECT(!device_at(PAGE(0)).mapped || device_at(PAGE(0)).pfn == pfn);
	EXPECT_EQ(folio_of(race.pfn).refcount, 0);
	EXPECT_EQ(load(PAGE(0)), 6);
}

static unsigned long values[2];

static void load_page_0(void *arg)
{
	*(unsigned long *)arg = load(PAGE(0));
}

/*
 * Two CPUs fault on the page that the device has.  Expect both to read the
 * value, and one mapping.
 */
TEST(race, two_cpus_fault_on_one_page)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 5);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "CPU0", load_page_0, &values[0]) >
	       0);
	EXPECT(fl_thread_spawn(t.world, 1, "CPU1", load_page_0, &values[1]) >
	       0);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT_EQ(values[0], 6);
	EXPECT_EQ(values[1], 6);
	expect_mapped(PAGE(0), pfn, 1);
}

/* -- the whole page table is removed -- */

#define TABLE 0x80000000UL /* an address for a huge page */

static struct {
	unsigned long pfn;
	int faulter, collapser, ret;
	_Bool collapsed;
	struct fl_fault out;
} gone;

static void fault_slowly(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_fault(t.process, TABLE,
			   t.kernel->has_vma_lock ? FL_FAULT_VMA_LOCK : 0,
			   &gone.out),
		  0);
}

static void zap_and_collapse(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_zap(t.process, TABLE, FL_PAGE), 0);
	gone.ret = fl_collapse(t.process, TABLE, FL_HUGE_PAGE);
	gone.collapsed = 1;
}

static void hold_meanwhile(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, gone.pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, gone.pfn), 0);
	do {
		fl_thread_yield();
	} while (!gone.collapsed && !fl_thread_waits(t.world, gone.collapser));
	EXPECT(fl_thread_waits(t.world, gone.faulter) != NULL);
	EXPECT(!pte_at(TABLE).exclusive);
	EXPECT_EQ(fl_folio_unlock(t.world, gone.pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, gone.pfn), 0);
}

/*
 *   holder                  fault                      zap
 *   locks the folio
 *                           reads the entry
 *                           waits for the folio lock
 *                                                      clears the entry
 *                                                      puts a huge page there
 *   unlocks the folio
 *                           checks again
 *
 * The fault either holds the lock of its VMA, so that the huge page has to
 * wait; or finds that the page table is gone.
 */
TEST(race, huge_page_replaces_the_table_of_the_entry)
{
	struct fl_device *device = NULL;

	EXPECT_EQ(fl_mmap(t.process, TABLE, FL_HUGE_PAGE, RW, FL_MAP_ANON), 0);
	if (fl_collapse(t.process, TABLE, FL_HUGE_PAGE) == -EOPNOTSUPP)
		suite_skip("this kernel does not collapse pages");
	EXPECT_EQ(fl_device_create(t.world, "table", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, TABLE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, TABLE, 5), 0);
	EXPECT_EQ(fl_store(t.process, TABLE + FL_PAGE, 6), 0);
	EXPECT_EQ(fl_device_make_exclusive(device, TABLE, FL_PAGE), 1);
	memset(&gone, 0, sizeof(gone));
	gone.pfn = pte_at(TABLE).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "holder", hold_meanwhile, NULL) > 0);
	gone.faulter = fl_thread_spawn(t.world, 1, "fault", fault_slowly, NULL);
	gone.collapser = fl_thread_spawn(t.world, 0, "zap", zap_and_collapse,
					 NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT_EQ(gone.out.result, 0);
	EXPECT(t.kernel->has_vma_lock ? gone.out.vma_locked :
					gone.out.mmap_locked);
	EXPECT_EQ(gone.ret, 0);
	EXPECT(pte_at(TABLE).huge);
	EXPECT_EQ(folio_of(gone.pfn).refcount, 0);
	EXPECT_EQ(load(TABLE), 0);
	EXPECT_EQ(load(TABLE + FL_PAGE), 6);
}
