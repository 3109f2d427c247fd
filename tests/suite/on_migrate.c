/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_migrate.c - a page moves to another frame
 *
 *   PTE -> frame A      PTE: migration entry       PTE -> frame B
 *                       both frames locked         frame A free
 *
 * Only the frame number may show it.  A page that a device has exclusively does
 * not move (until 6.14), or is taken from the device first.
 */
#include <string.h>

#include "suite.h"

/* The kernel's error for references that the mappings do not explain. */
static _Bool refused(int ret)
{
	return ret == -EAGAIN || ret == -EBUSY;
}

TEST(migrate, page_gets_another_frame_and_keeps_its_contents)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT(pte_at(PAGE(0)).pfn != pfn);
	EXPECT_EQ(load(PAGE(0)), 7);
	expect_mapped(PAGE(0), pte_at(PAGE(0)).pfn, 1);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), -EINVAL);
	EXPECT_EQ(rss_anon(), 1);
}

TEST(migrate, tlb_entry_is_flushed)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT(tlb_at(0, PAGE(0)).valid);
	EXPECT_EQ(fl_folio_migrate(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT(!tlb_at(0, PAGE(0)).valid);
}

TEST(migrate, pte_bits_are_kept)
{
	struct fl_pte before, after;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_clear_soft_dirty(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 1), 0);
	before = pte_at(PAGE(0));
	EXPECT_EQ(fl_folio_migrate(t.world, before.pfn), 0);
	after = pte_at(PAGE(0));
	EXPECT_EQ(after.soft_dirty, t.kernel->traits.migration_soft_dirties);
	EXPECT_EQ(after.uffd_wp, 1);
	EXPECT_EQ(after.writable, 0);
	EXPECT_EQ(after.dirty, before.dirty);
	EXPECT_EQ(after.accessed, before.accessed);
}

TEST(migrate, extra_reference_prevents_migration)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT(refused(fl_folio_migrate(t.world, pfn)));
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(folio_of(pfn).refcount, 2);
	EXPECT_EQ(fl_folio_put(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
}

TEST(migrate, pinned_page_is_not_migrated)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pfn), 0);
	EXPECT(refused(fl_folio_migrate(t.world, pfn)));
	EXPECT_EQ(fl_device_migrate(t.device, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT(folio_of(pfn).anon_exclusive);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
}

TEST(migrate, parent_and_child_map_the_new_frame)
{
	struct fl_process *child;
	struct fl_pte there;
	unsigned long value;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_folio_migrate(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT_EQ(fl_pte_view(child, PAGE(0), &there), 0);
	EXPECT_EQ(there.pfn, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(there.writable, 0);
	EXPECT_EQ(folio_at(PAGE(0)).mapcount, 2);
	EXPECT_EQ(fl_load(child, PAGE(0), &value), 0);
	EXPECT_EQ(value, 7);
	/* Parent and child still diverge, as they would have. */
	EXPECT_EQ(fl_store(child, PAGE(0), 8), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
}

/* The model and v8 have no lists of file pages. */
static void need_tmpfs(void)
{
	if (strncmp(t.kernel->name, "linux-", 6))
		suite_skip("this kernel has no tmpfs");
}

TEST(migrate, file_page_is_migrated_with_its_contents)
{
	unsigned long pfn;

	need_tmpfs();
	EXPECT_EQ(fl_mmap(t.process, PAGE(64), FL_PAGE, RW, FL_MAP_FILE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(64), 7), 0);
	pfn = pte_at(PAGE(64)).pfn;
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT_EQ(load(PAGE(64)), 7);
	EXPECT(pte_at(PAGE(64)).pfn != pfn);
}

/* Expect reclaim to write the page to the swap file, and the next load to read
 * it. */
TEST(migrate, file_page_is_reclaimed_and_read_back)
{
	need_tmpfs();
	EXPECT_EQ(fl_mmap(t.process, PAGE(64), FL_PAGE, RW, FL_MAP_FILE), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(64), 7), 0);
	EXPECT_EQ(fl_folio_reclaim(t.world, pte_at(PAGE(64)).pfn), 0);
	EXPECT_EQ(load(PAGE(64)), 7);
}

/*
 * If an entry owns a reference but no mapcount, the reverse map does not know
 * that a device has the page: it can be neither moved nor split.
 */
#define FIX_MAPCOUNT "f495bd7e0d9b"
#define NO_MAPCOUNT  (!t.kernel->traits.entry_mapcount)

/*
 * Expect migration to restore the page first; or to give up, and the device to
 * keep the page.
 */
TEST(migrate, exclusive_page_is_restored_or_not_migrated)
{
	unsigned long pfn, value;
	int ret;

	store_and_mark(PAGE(0), 7);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	pfn = pte_at(PAGE(0)).pfn;
	ret = fl_folio_migrate(t.world, pfn);
	KNOWN_WRONG(NO_MAPCOUNT, FIX_MAPCOUNT, !ret);
	if (!ret) {
		EXPECT(!device_at(PAGE(0)).mapped);
		EXPECT(pte_at(PAGE(0)).pfn != pfn);
	} else {
		EXPECT(refused(ret));
		EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
		EXPECT(pte_at(PAGE(0)).exclusive);
		EXPECT_EQ(fl_device_read(t.device, PAGE(0), &value), 0);
	}
	EXPECT_EQ(load(PAGE(0)), 8);
	EXPECT_EQ(fl_folio_migrate(t.world, pte_at(PAGE(0)).pfn), 0);
	EXPECT_EQ(load(PAGE(0)), 8);
}

/*
 *   | exclusive |  --the end of a migration that was not made-->  the same
 * Expect remove_migration_ptes() to replace only its own entries: if it mapped
 * the page that a device has, without a notification, both could write.
 */
TEST(migrate, remove_migration_ptes_leaves_exclusive_entries)
{
	struct fl_pte entry;
	int left;

	store_and_mark(PAGE(0), 7);
	entry = pte_at(PAGE(0));
	EXPECT_EQ(fl_unit_remove_migration_ptes(t.world, entry.pfn), 0);
	left = pte_at(PAGE(0)).raw == entry.raw;
	KNOWN_WRONG(t.kernel->traits.migration_ends_at_entries, "7b2e497a42cd",
		    left);
	EXPECT(device_at(PAGE(0)).mapped);
	EXPECT_EQ(pte_at(PAGE(0)).present, !left);
	EXPECT_EQ(folio_of(entry.pfn).refcount, 1 + !left);
	if (!left)
		suite_expect_leak(1); /* by the entry's reference */
}

/* -- a fault while the page is on its way -- */

static struct {
	int faulter;
	_Bool moving;
	unsigned long value;
} race;

/* Runs between the migration entry and the new PTE. */
static void when_unmapped(void *cookie, const struct fl_event *event)
{
	(void)cookie;
	if (race.moving || event->phase != FL_EVENT_END)
		return;
	race.moving = 1;
	EXPECT(pte_at(PAGE(0)).migration);
	fl_thread_yield();
	EXPECT(fl_thread_waits(t.world, race.faulter) != NULL);
}

static void migrate(void *arg)
{
	EXPECT_EQ(fl_folio_migrate(t.world, *(unsigned long *)arg), 0);
}

static void fault(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_load(t.process, PAGE(0), &race.value), 0);
}

/*
 *   migration                      CPU
 *   sets the migration entry
 *                                  faults, waits for the folio lock
 *                                  (without a reference: with one more than the
 *                                  mappings explain, the page would not move)
 *   copies, sets the new PTE
 *   unlocks
 *                                  finds the new PTE
 */
TEST(migrate, fault_waits_until_the_page_is_migrated)
{
	unsigned long pfn;

	memset(&race, 0, sizeof(race));
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pfn = pte_at(PAGE(0)).pfn;
	fl_events_watch(t.world, when_unmapped, NULL);
	EXPECT(fl_thread_spawn(t.world, 0, "migration", migrate, &pfn) > 0);
	race.faulter = fl_thread_spawn(t.world, 1, "fault", fault, NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT(race.moving);
	EXPECT_EQ(race.value, 7);
	EXPECT(pte_at(PAGE(0)).pfn != pfn);
}

static void unlock_later(void *arg)
{
	unsigned long pfn = *(unsigned long *)arg;

	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
	fl_thread_yield();
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(fl_folio_unlock(t.world, pfn), 0);
}

TEST(migrate, migration_waits_for_a_locked_folio)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "holder", unlock_later, &pfn) > 0);
	EXPECT(fl_thread_spawn(t.world, 1, "migration", migrate, &pfn) > 0);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT(pte_at(PAGE(0)).pfn != pfn);
	EXPECT_EQ(load(PAGE(0)), 7);
}

/* -- large folios -- */

#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))

/*
 * A folio of 512 pages at HUGE, page k holding k + 1, and a device that mirrors
 * it.
 */
static struct fl_device *make_large(void)
{
	struct fl_device *device = NULL;
	unsigned long k;

	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	for (k = 0; k < 512; k++)
		EXPECT_EQ(fl_store(t.process, SUB(k), k + 1), 0);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	return device;
}

static void expect_contents(void)
{
	unsigned long k;

	for (k = 0; k < 512; k++)
		EXPECT_EQ(load(SUB(k)), k + 1);
}

TEST(migrate, large_folio_is_migrated_as_a_whole)
{
	unsigned long pfn;

	make_large();
	EXPECT_EQ(fl_split_huge(t.process, HUGE), 0);
	pfn = pte_at(HUGE).pfn;
	EXPECT_EQ(fl_folio_migrate(t.world, pte_at(SUB(3)).pfn), 0);
	EXPECT(pte_at(HUGE).pfn != pfn);
	EXPECT_EQ(folio_at(HUGE).order, 9);
	expect_contents();
}

TEST(migrate, split_leaves_folios_of_one_page)
{
	unsigned long pfn;

	make_large();
	pfn = pte_at(HUGE).pfn;
	EXPECT_EQ(fl_folio_split(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_split(t.world, pfn), -EINVAL);
	EXPECT_EQ(folio_at(SUB(5)).order, 0);
	EXPECT_EQ(folio_at(SUB(5)).head, pfn + 5);
	EXPECT_EQ(folio_at(SUB(5)).refcount, 1);
	expect_contents();
	EXPECT_EQ(fl_zap(t.process, SUB(5), FL_PAGE), 0);
	EXPECT_EQ(rss_anon(), 511);
}

/*
 * Until 6.14, an entry is mistaken for a PTE, and its bits for a frame number;
 * bf983108be0e fixed it.
 */
static void know_wild_page(void)
{
	if (t.kernel->traits.migrates_entries_as_ptes)
		suite_known_bug("try_to_migrate() takes an "
				"exclusive entry for a PTE",
				FL_END_OOPS, "bad access");
}

/* v8 asks a tail page for its size. */
static _Bool know_v8(void)
{
	if (t.kernel->traits.restores_by_walk)
		suite_known_bug("v8 passes a tail page to its walk",
				FL_END_KERNEL_BUG, "page_is_tail(page)");
	return t.kernel->traits.restores_by_walk;
}

/* A folio with some mapped pages, and some that a device has. */
static struct fl_device *make_partly_exclusive(void)
{
	struct fl_device *device = make_large();
	_Bool one = t.kernel->traits.marks_one_page;
	unsigned long k;

	EXPECT_EQ(fl_device_make_exclusive(device, HUGE,
					   one ? 8 * FL_PAGE : FL_PAGE),
		  one ? 8 : 1);
	for (k = 8; k < 512; k++)
		EXPECT_EQ(load(SUB(k)), k + 1);
	EXPECT_EQ(load(SUB(3)), 4);
	EXPECT(pte_at(SUB(2)).exclusive);
	EXPECT(pte_at(SUB(3)).present);
	return device;
}

TEST(migrate, partly_exclusive_folio_is_migrated)
{
	struct fl_device *device;
	int ret;

	if (!know_v8())
		know_wild_page();
	device = make_partly_exclusive();
	ret = fl_folio_migrate(t.world, pte_at(SUB(3)).pfn);
	KNOWN_WRONG(NO_MAPCOUNT, FIX_MAPCOUNT, !ret);
	EXPECT(!ret || refused(ret));
	EXPECT_EQ(fl_device_detach(device), 0);
	expect_contents();
}

TEST(migrate, partly_exclusive_folio_is_split)
{
	struct fl_device *device;
	int ret;

	know_v8();
	device = make_partly_exclusive();
	ret = fl_folio_split(t.world, pte_at(SUB(3)).pfn);
	KNOWN_WRONG(NO_MAPCOUNT, FIX_MAPCOUNT, !ret);
	EXPECT(!ret || refused(ret));
	EXPECT_EQ(fl_device_detach(device), 0);
	expect_contents();
}
