/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_moving.c - operations on a page that is being migrated
 *
 *   migration                      another
 *                                  takes the mmap lock, notifies
 *   sets the migration entry
 *                                  finds the entry
 *   copies, sets the new PTE
 *
 * Expect each operation to have the same effect as on a mapped page, and the
 * page to move anyway.
 */
#include "suite.h"

#define AT PAGE(0)

static struct {
	void (*change)(void);
	int changer;
	unsigned long addr; /* of the page that moves */
	_Bool first, begun, moving, over;
	unsigned long pfn; /* before the migration */
} move;

/*
 * The operation stops after its START notification, the migration after setting
 * its entry.
 */
static void take_turns(void *cookie, const struct fl_event *event)
{
	(void)cookie;
	if (event->thread == move.changer && event->phase == FL_EVENT_START &&
	    move.first && !move.begun) {
		move.begun = 1;
		fl_thread_yield();
	} else if (event->thread != move.changer &&
		   event->phase == FL_EVENT_END && !move.moving) {
		move.moving = 1;
		EXPECT(!pte_at(move.addr).present);
		fl_thread_yield();
	}
}

static void change(void *arg)
{
	(void)arg;
	move.change();
	move.over = 1;
}

static void migrate(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_migrate(t.world, move.pfn), 0);
}

static int spawn(unsigned int cpu, const char *name, fl_thread_fn *fn)
{
	int thread = fl_thread_spawn(t.world, cpu, name, fn, NULL);

	EXPECT(thread > 0);
	return thread;
}

/*
 * Run @fn while the page at @addr moves.  @first: @fn starts first, as it would
 * wait for a lock that the migration holds.
 */
static void while_moving(unsigned long addr, void (*fn)(void), _Bool first)
{
	memset(&move, 0, sizeof(move));
	move.change = fn;
	move.addr = addr;
	move.first = first;
	move.pfn = pte_at(addr).pfn;
	if (first)
		move.changer = spawn(1, "change", change);
	spawn(0, "migration", migrate);
	if (!first)
		move.changer = spawn(1, "change", change);
	fl_events_watch(t.world, take_turns, NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	fl_events_watch(t.world, NULL, NULL);
	EXPECT(move.begun == first && move.moving && move.over);
	EXPECT_EQ(folio_of(move.pfn).refcount, 0);
}

static struct fl_process *child;

static void do_fork(void)
{
	EXPECT_EQ(fl_fork(t.process, &child), 0);
}

static unsigned long load_of(struct fl_process *process, unsigned long addr)
{
	unsigned long value = ~0UL;

	EXPECT_EQ(fl_load(process, addr, &value), 0);
	return value;
}

/*
 *   parent   | migration, may write |  fork  | migration, may read |
 *   child                                    | migration, may read |
 * Expect one page for both afterwards, which neither may write.
 */
TEST(moving, fork_shares_the_page)
{
	struct fl_pte there = { 0 };

	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, do_fork, 1);
	EXPECT_EQ(fl_pte_view(child, AT, &there), 0);
	EXPECT(there.present && !there.writable && there.soft_dirty);
	EXPECT_EQ(there.pfn, pte_at(AT).pfn);
	EXPECT(pte_at(AT).present && !pte_at(AT).writable);
	EXPECT(pte_at(AT).soft_dirty);
	EXPECT_EQ(folio_at(AT).mapcount, 2);
	EXPECT_EQ(folio_at(AT).refcount, 2);
	EXPECT(!folio_at(AT).anon_exclusive);
	EXPECT_EQ(fl_store(t.process, AT, 8), 0);
	EXPECT_EQ(load_of(child, AT), 7);
	EXPECT_EQ(load(AT), 8);
}

/* Expect the parent to keep its protection. */
TEST(moving, fork_keeps_uffd_wp_in_the_parent)
{
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, AT, FL_PAGE, 1), 0);
	while_moving(AT, do_fork, 1);
	EXPECT(pte_at(AT).uffd_wp && !pte_at(AT).writable);
	EXPECT_EQ(folio_at(AT).mapcount, 2);
	EXPECT_EQ(fl_store(t.process, AT, 8), -EFAULT);
	EXPECT_EQ(load(AT), 7);
	EXPECT_EQ(load_of(child, AT), 7);
}

static void protect(void)
{
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), NR_PAGES * FL_PAGE,
			      FL_PROT_READ),
		  0);
}

/*
 * Expect the PTE to lose its write permission, and to get it back with the
 * VMA's, without a copy.
 */
TEST(moving, mprotect_removes_write_permission)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, protect, 1);
	pfn = pte_at(AT).pfn;
	expect_mapped(AT, pfn, 0);
	EXPECT(pte_at(AT).soft_dirty);
	EXPECT_EQ(fl_store(t.process, AT, 8), -EFAULT);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), NR_PAGES * FL_PAGE, RW), 0);
	EXPECT_EQ(fl_store(t.process, AT, 8), 0);
	expect_mapped(AT, pfn, 1);
}

static void mark(void)
{
	EXPECT_EQ(fl_uffd_wp(t.process, AT, FL_PAGE, 1), 0);
}

static void unmark(void)
{
	EXPECT_EQ(fl_uffd_wp(t.process, AT, FL_PAGE, 0), 0);
}

TEST(moving, uffd_wp_is_set_on_a_migration_entry)
{
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, mark, 1);
	EXPECT(pte_at(AT).uffd_wp && !pte_at(AT).writable);
	EXPECT_EQ(fl_store(t.process, AT, 8), -EFAULT);
	EXPECT_EQ(load(AT), 7);
}

TEST(moving, uffd_wp_is_cleared_on_a_migration_entry)
{
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	mark();
	while_moving(AT, unmark, 1);
	EXPECT(!pte_at(AT).uffd_wp);
	EXPECT_EQ(fl_store(t.process, AT, 8), 0);
	EXPECT_EQ(load(AT), 8);
}

static void zap(void)
{
	EXPECT_EQ(fl_zap(t.process, AT, FL_PAGE), 0);
}

/* Expect no page to be mapped, and none leaked: shutdown checks. */
TEST(moving, zap_drops_the_page)
{
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, zap, 1);
	EXPECT_EQ(pte_at(AT).raw, 0);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(load(AT), 0);
}

static void unmap(void)
{
	EXPECT_EQ(fl_munmap(t.process, PAGE(0), NR_PAGES * FL_PAGE), 0);
}

TEST(moving, munmap_drops_the_page)
{
	unsigned long value;

	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, unmap, 1);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(fl_load(t.process, AT, &value), -EFAULT);
}

/* -- operations that wait for the end of the migration -- */

static void store(void)
{
	EXPECT_EQ(fl_store(t.process, AT, 8), 0);
}

TEST(moving, store_goes_to_the_new_page)
{
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, store, 0);
	EXPECT_EQ(load(AT), 8);
	expect_mapped(AT, pte_at(AT).pfn, 1);
}

static void map_in_device(void)
{
	EXPECT_EQ(fl_device_map_read(t.device, AT, FL_PAGE), 0);
}

TEST(moving, reading_device_gets_the_new_page)
{
	unsigned long value = 0;

	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, map_in_device, 0);
	EXPECT_EQ(device_at(AT).pfn, pte_at(AT).pfn);
	EXPECT_EQ(fl_device_read(t.device, AT, &value), 0);
	EXPECT_EQ(value, 7);
}

static void make_exclusive(void)
{
	EXPECT_EQ(fl_device_make_exclusive(t.device, AT, FL_PAGE), 1);
}

TEST(moving, marking_gets_the_new_page)
{
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, make_exclusive, 0);
	EXPECT(pte_at(AT).exclusive);
	EXPECT_EQ(device_at(AT).pfn, pte_at(AT).pfn);
	EXPECT_EQ(fl_device_atomic_add(t.device, AT, 1, NULL), 0);
	EXPECT_EQ(load(AT), 8);
}

static unsigned long pinned;

static void pin(void)
{
	EXPECT_EQ(fl_folio_pin(t.process, AT, &pinned), 0);
}

TEST(moving, pin_gets_the_new_page)
{
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	while_moving(AT, pin, 0);
	EXPECT_EQ(pinned, pte_at(AT).pfn);
	EXPECT_EQ(fl_folio_unpin(t.world, pinned), 0);
	EXPECT_EQ(load(AT), 7);
}

/* -- a huge page, mapped as one -- */

#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))

static void make_huge(void)
{
	unsigned long k;

	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	for (k = 0; k < 512; k++)
		EXPECT_EQ(fl_store(t.process, SUB(k), k + 1), 0);
	EXPECT(pte_at(HUGE).huge);
}

static void expect_contents(struct fl_process *process)
{
	unsigned long k;

	for (k = 0; k < 512; k++)
		EXPECT_EQ(load_of(process, SUB(k)), k + 1);
}

/* Expect the 512 pages at new frames, in their order. */
TEST(moving, huge_page_is_migrated_as_a_whole)
{
	unsigned long pfn;

	make_huge();
	pfn = pte_at(HUGE).pfn;
	EXPECT_EQ(fl_folio_migrate(t.world, pfn), 0);
	EXPECT(pte_at(HUGE).pfn != pfn);
	EXPECT_EQ(pte_at(SUB(37)).pfn, pte_at(HUGE).pfn + 37);
	EXPECT_EQ(folio_at(HUGE).order, 9);
	EXPECT_EQ(folio_of(pfn).refcount, 0);
	expect_contents(t.process);
}

static void load_sub(void)
{
	EXPECT_EQ(load(SUB(37)), 38);
}

TEST(moving, load_waits_for_a_huge_page)
{
	make_huge();
	while_moving(HUGE, load_sub, 0);
	expect_contents(t.process);
}

TEST(moving, fork_shares_a_huge_page)
{
	make_huge();
	while_moving(HUGE, do_fork, 1);
	EXPECT(!pte_at(HUGE).writable);
	EXPECT_EQ(folio_at(HUGE).mapcount, 2);
	EXPECT_EQ(fl_store(t.process, SUB(37), 1), 0);
	expect_contents(child);
}

static void protect_huge(void)
{
	EXPECT_EQ(fl_mprotect(t.process, HUGE, FL_HUGE_PAGE, FL_PROT_READ), 0);
}

TEST(moving, mprotect_removes_write_permission_of_a_huge_page)
{
	make_huge();
	while_moving(HUGE, protect_huge, 1);
	EXPECT_EQ(fl_store(t.process, SUB(37), 1), -EFAULT);
	expect_contents(t.process);
}

static void zap_huge(void)
{
	EXPECT_EQ(fl_zap(t.process, HUGE, FL_HUGE_PAGE), 0);
}

TEST(moving, zap_drops_a_huge_page)
{
	make_huge();
	while_moving(HUGE, zap_huge, 1);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(load(SUB(37)), 0);
}

static struct fl_device *device;

static void map_huge(void)
{
	EXPECT_EQ(fl_device_map_read(device, SUB(36), 2 * FL_PAGE), 0);
}

TEST(moving, reading_device_waits_for_a_huge_page)
{
	unsigned long value = 0;

	make_huge();
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	while_moving(HUGE, map_huge, 0);
	EXPECT_EQ(fl_device_read(device, SUB(37), &value), 0);
	EXPECT_EQ(value, 38);
}
