/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_fork.c - fork while a device has pages
 *
 *   parent   | exclusive | pfn |   fork   | P | - | pfn |  shared until written
 *   child                          ---->  | P | - | pfn |
 *   device       mapped                       no right
 *
 * A child must never get an entry (I11): the device works for the parent.
 */
#include "suite.h"

static struct fl_process *do_fork(void)
{
	struct fl_process *child = NULL;

	EXPECT_EQ(fl_fork(t.process, &child), 0);
	return child;
}

static struct fl_pte pte_of(struct fl_process *p, unsigned long addr)
{
	struct fl_pte pte = { 0 };

	EXPECT_EQ(fl_pte_view(p, addr, &pte), 0);
	return pte;
}

static unsigned long load_of(struct fl_process *p, unsigned long addr)
{
	unsigned long value = ~0UL;

	EXPECT_EQ(fl_load(p, addr, &value), 0);
	return value;
}

/*
 * Expect one page for both, read-only, with two mappings; then a copy for the
 * process that writes first, and none for the other.
 */
TEST(fork, pages_are_shared_until_written)
{
	struct fl_process *child;
	struct fl_rss rss = { 0 };
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	pfn = pte_at(PAGE(0)).pfn;
	child = do_fork();
	EXPECT_EQ(pte_of(child, PAGE(0)).pfn, pfn);
	EXPECT(!pte_at(PAGE(0)).writable && !pte_of(child, PAGE(0)).writable);
	EXPECT(!tlb_at(0, PAGE(0)).writable);
	EXPECT_EQ(folio_of(pfn).refcount, 2);
	EXPECT_EQ(folio_of(pfn).mapcount, 2);
	EXPECT_EQ(fl_rss_view(child, &rss), 0);
	EXPECT_EQ(rss.anon, 1);

	EXPECT_EQ(fl_store(t.process, PAGE(0), 8), 0);
	EXPECT(pte_at(PAGE(0)).pfn != pfn);
	EXPECT_EQ(load_of(child, PAGE(0)), 7);
	EXPECT_EQ(fl_store(child, PAGE(0), 9), 0);
	EXPECT_EQ(pte_of(child, PAGE(0)).pfn, pfn);
	EXPECT_EQ(load(PAGE(0)), 8);
	expect_mapped(PAGE(0), pte_at(PAGE(0)).pfn, 1);
}

/* Expect (I11, C3) the mapping back in the parent, the same page in the child,
 * no entry anywhere, the device without its right, and its addition in both. */
TEST(fork, exclusive_page_is_restored_first)
{
	struct fl_process *child;
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	child = do_fork();
	EXPECT(pte_at(PAGE(0)).present && pte_at(PAGE(0)).pfn == pfn);
	EXPECT(!pte_at(PAGE(0)).writable);
	EXPECT(pte_of(child, PAGE(0)).present);
	EXPECT_EQ(pte_of(child, PAGE(0)).pfn, pfn);
	EXPECT(!device_at(PAGE(0)).mapped);
	EXPECT_EQ(folio_of(pfn).refcount, 2);
	EXPECT_EQ(folio_of(pfn).mapcount, 2);
	EXPECT_EQ(load(PAGE(0)), 2);
	EXPECT_EQ(load_of(child, PAGE(0)), 2);
}

/*
 * Expect neither process to see the other's stores, nor the child to see what
 * the device adds for the parent.
 */
TEST(fork, parent_and_child_diverge_after_fork)
{
	struct fl_process *child;

	store_and_mark(PAGE(0), 1);
	child = do_fork();
	EXPECT_EQ(fl_store(t.process, PAGE(0), 2), 0);
	EXPECT_EQ(load_of(child, PAGE(0)), 1);
	EXPECT_EQ(fl_store(child, PAGE(0), 3), 0);
	EXPECT_EQ(load(PAGE(0)), 2);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 40, NULL), 0);
	EXPECT_EQ(load_of(child, PAGE(0)), 3);
	EXPECT_EQ(load(PAGE(0)), 42);
}

/*
 *   START  PROTECTION_PAGE [VMA)
 *   DEVICE the same: the entries are still there
 * Expect (C2) the driver to be notified before any mapping is restored.
 */
static struct {
	unsigned int notified;
	_Bool present;
} seen;

static void look(void *cookie, const struct fl_event *event)
{
	(void)cookie;
	if (event->phase != FL_EVENT_DEVICE)
		return;
	EXPECT(!strcmp(event->name, "PROTECTION_PAGE"));
	EXPECT(event->owner == NULL);
	seen.notified++;
	seen.present |= pte_at(PAGE(0)).present || pte_at(PAGE(5)).present;
}

TEST(fork, driver_is_notified_before_the_restore)
{
	store_and_mark(PAGE(0), 1);
	store_and_mark(PAGE(5), 1);
	memset(&seen, 0, sizeof(seen));
	fl_events_watch(t.world, look, NULL);
	do_fork();
	fl_events_watch(t.world, NULL, NULL);
	EXPECT_EQ(seen.notified, 1);
	EXPECT(!seen.present);
	EXPECT(!device_at(PAGE(0)).mapped && !device_at(PAGE(5)).mapped);
}

/*
 *   parent                      holder
 *                               locks the folio of page 3
 *   fork: cannot wait
 * Expect -ENOMEM (the kernel has no other error for it, B14), no child, the
 * entry and its page unchanged, and success once the folio is unlocked.
 */
TEST(fork, busy_page_fails_fork_and_nothing_is_lost)
{
	struct fl_process *child = NULL;
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(1), 11), 0);
	store_and_mark(PAGE(3), 33);
	pfn = pte_at(PAGE(3)).pfn;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
	EXPECT_EQ(fl_fork(t.process, &child), -ENOMEM);
	EXPECT(child == NULL);
	EXPECT(pte_at(PAGE(3)).exclusive);
	EXPECT_EQ(folio_of(pfn).refcount, 2);
	EXPECT_EQ(folio_of(pte_at(PAGE(1)).pfn).refcount, 1);
	EXPECT_EQ(rss_anon(), 2);
	EXPECT_EQ(fl_folio_unlock(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, pfn), 0);
	expect_exclusive(PAGE(3), pfn, 1);

	child = do_fork();
	EXPECT_EQ(load_of(child, PAGE(3)), 33);
	EXPECT_EQ(load_of(child, PAGE(1)), 11);
}

/*
 * Parent and child share the page: expect a copy for the device, and the old
 * page for the child.
 */
TEST(fork, marking_a_shared_page_copies_it_first)
{
	struct fl_process *child;
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 5), 0);
	pfn = pte_at(PAGE(0)).pfn;
	child = do_fork();
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(pte_at(PAGE(0)).exclusive && pte_at(PAGE(0)).pfn != pfn);
	EXPECT_EQ(pte_of(child, PAGE(0)).pfn, pfn);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load_of(child, PAGE(0)), 5);
	EXPECT_EQ(load(PAGE(0)), 6);
	EXPECT_EQ(folio_of(pfn).refcount, 1);
}

/*
 *   parent   | P | W | pfn, pinned |   fork   as it was
 *   child                                     | P | another page |
 * Hardware works for the parent: expect the parent to keep the page, writable,
 * and an immediate copy for the child.
 */
static void check_pinned(unsigned long addr, unsigned long pfn,
			 unsigned long value)
{
	struct fl_process *child = do_fork();

	EXPECT(pte_at(addr).present && pte_at(addr).writable);
	EXPECT_EQ(pte_at(addr).pfn, pfn);
	EXPECT(folio_of(pfn).anon_exclusive);
	EXPECT_EQ(folio_of(pfn).mapcount, 1);
	EXPECT(pte_of(child, addr).pfn != pfn);
	EXPECT_EQ(load_of(child, addr), value);
	EXPECT_EQ(fl_store(t.process, addr, value + 1), 0);
	EXPECT_EQ(pte_at(addr).pfn, pfn);
	EXPECT_EQ(load_of(child, addr), value);
	EXPECT_EQ(fl_store(child, addr, value + 2), 0);
	EXPECT_EQ(load(addr), value + 1);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
}

TEST(fork, pinned_page_is_copied_at_once)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 5), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(1), 6), 0);
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pfn), 0);
	check_pinned(PAGE(0), pfn, 5);
	EXPECT_EQ(load(PAGE(1)), 6);
}

/* The same rule for a page that a device has: the entry must not bypass it. */
TEST(fork, pinned_exclusive_page_is_copied_at_once)
{
	unsigned long pfn;

	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pfn), 0);
	store_and_mark(PAGE(0), 5);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	check_pinned(PAGE(0), pfn, 6);
	EXPECT(!device_at(PAGE(0)).mapped);
}

/* The child has exited: expect the parent's store to need no copy. */
TEST(fork, last_owner_writes_without_a_copy)
{
	struct fl_process *child;
	unsigned long pfn;

	store_and_mark(PAGE(0), 5);
	pfn = pte_at(PAGE(0)).pfn;
	child = do_fork();
	EXPECT_EQ(fl_process_exit(child), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 6), 0);
	expect_mapped(PAGE(0), pfn, 1);
	EXPECT(folio_of(pfn).anon_exclusive);
}

/*
 * The device has a page of the parent while the child exits, and vice versa.
 * Expect each process to find its value, and no leak: shutdown checks.
 */
TEST(fork, parent_and_child_exit_in_any_order)
{
	struct fl_process *child, *grandchild = NULL;

	store_and_mark(PAGE(0), 5);
	child = do_fork();
	EXPECT_EQ(fl_fork(child, &grandchild), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_process_exit(child), 0);
	EXPECT_EQ(load_of(grandchild, PAGE(0)), 5);
	EXPECT_EQ(fl_process_exit(t.process), 0);
	EXPECT_EQ(fl_store(grandchild, PAGE(0), 6), 0);
	EXPECT_EQ(load_of(grandchild, PAGE(0)), 6);
}

/* -- marks -- */

/* Expect (C5) soft-dirty in parent and child, as in the entry. */
TEST(fork, soft_dirty_is_kept_in_parent_and_child)
{
	struct fl_process *child;

	store_and_mark(PAGE(0), 5);
	child = do_fork();
	EXPECT(pte_at(PAGE(0)).soft_dirty);
	EXPECT(pte_of(child, PAGE(0)).soft_dirty);
}

/*
 * Hardware may write a pinned page at any time.  Expect its soft-dirty bit to
 * stay set, and its neighbour's to be cleared.
 */
TEST(fork, soft_dirty_of_a_pinned_page_is_not_cleared)
{
	unsigned long pfn = 0;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(1), 2), 0);
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pfn), 0);
	EXPECT_EQ(fl_clear_soft_dirty(t.process, PAGE(0), 2 * FL_PAGE), 0);
	EXPECT(pte_at(PAGE(0)).soft_dirty && pte_at(PAGE(0)).writable);
	EXPECT(!pte_at(PAGE(1)).soft_dirty && !pte_at(PAGE(1)).writable);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
	EXPECT_EQ(fl_clear_soft_dirty(t.process, PAGE(0), FL_PAGE), 0);
}

/* -- a folio of 512 pages; the device has all of them, or one -- */

#define HUGE   0x80000000UL
#define SUB(k) (HUGE + FL_PAGE * (k))

/* Expect (C3) subpage k in the child for each k, never the head. */
TEST(fork, each_subpage_of_a_large_folio_is_mapped_in_the_child)
{
	static const unsigned long subs[] = { 0, 1, 37, 511 };
	struct fl_device *device;
	struct fl_process *child;
	unsigned long i, head;

	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(fl_store(t.process, SUB(subs[i]), 1000 + i), 0);
	head = folio_at(HUGE).head;
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE, FL_PAGE), 1);
	child = do_fork();
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(pte_at(SUB(subs[i])).pfn, head + subs[i]);
		EXPECT_EQ(pte_of(child, SUB(subs[i])).pfn, head + subs[i]);
		EXPECT(pte_of(child, SUB(subs[i])).present);
		EXPECT_EQ(load_of(child, SUB(subs[i])), 1000 + i);
	}
	EXPECT_EQ(folio_of(head).refcount, 1024);
	EXPECT_EQ(fl_store(t.process, SUB(37), 1), 0);
	EXPECT_EQ(load_of(child, SUB(37)), 1002);
}

/*
 * One page of the folio is pinned, which only the whole folio counts.  Expect
 * each anon-exclusive page of it to be copied, subpage 37 from subpage 37.
 */
TEST(fork, pinned_subpage_is_copied_at_once)
{
	struct fl_device *device;
	unsigned long head, pfn;

	if (!t.kernel->has_huge_pages)
		suite_skip("this kernel has no huge pages");
	EXPECT_EQ(fl_mmap(t.process, HUGE, FL_HUGE_PAGE, RW, FL_MAP_HUGE), 0);
	EXPECT_EQ(fl_device_create(t.world, "large", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, HUGE, FL_HUGE_PAGE), 0);
	EXPECT_EQ(fl_store(t.process, SUB(37), 7), 0);
	head = folio_at(HUGE).head;
	EXPECT_EQ(fl_folio_pin(t.process, SUB(37), &pfn), 0);
	EXPECT_EQ(pfn, head + 37);
	EXPECT_EQ(fl_device_make_exclusive(device, HUGE, FL_PAGE), 1);
	check_pinned(SUB(37), pfn, 7);
	EXPECT(pte_at(HUGE).present && pte_at(HUGE).pfn == head);
}

/* -- out of memory -- */

/*
 * Every allocation of a fork fails once, in turn.  Expect -ENOMEM if the kernel
 * needs the memory, an unchanged parent, and nothing leaked.
 */
TEST(fork, fork_survives_each_failed_allocation)
{
	struct fl_audit before, after;
	struct fl_process *child;
	unsigned long n, made, failed = 0;
	int ret;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 5), 0);
	for (n = 1; n < 100; n++) {
		EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE),
			  1);
		EXPECT_EQ(fl_world_audit(t.world, &before), 0);
		child = NULL;
		made = fl_world_allocs(t.world);
		fl_world_fail_alloc(t.world, n);
		ret = fl_fork(t.process, &child);
		fl_world_fail_alloc(t.world, 0);
		made = fl_world_allocs(t.world) - made;
		EXPECT_EQ(ret, child ? 0 : -ENOMEM);
		failed += !child;
		EXPECT_EQ(load(PAGE(0)), 5);
		if (child)
			EXPECT_EQ(fl_process_exit(child), 0);
		EXPECT_EQ(fl_world_audit(t.world, &after), 0);
		EXPECT_EQ(after.frames, before.frames);
		EXPECT_EQ(after.objects, before.objects);
		EXPECT_EQ(after.locks + after.rcu_callbacks, 0);
		if (made < n)
			break;
	}
	EXPECT(failed > 3 && n < 100);
}

/*
 *   rw  --fork-->  shared, r  --mprotect r, rw-->  shared, still r
 *   --store-->  a copy
 *
 * The VMA gets its write permission back; the PTE only does once the page is no
 * longer shared.
 */
TEST(fork, restoring_vma_write_permission_keeps_the_page_shared)
{
	struct fl_process *child;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 5), 0);
	child = do_fork();
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE, FL_PROT_READ), 0);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE,
			      FL_PROT_READ | FL_PROT_WRITE),
		  0);
	EXPECT(!pte_at(PAGE(0)).writable);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 6), 0);
	EXPECT_EQ(load(PAGE(0)), 6);
	EXPECT_EQ(load_of(child, PAGE(0)), 5);
}
