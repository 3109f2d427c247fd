/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_assert.c - the alarms ring: assertions of the kernel, rules of the
 * machine, and the leak check
 */
#include "suite.h"

/*
 * Unlock a folio that is not locked.  Expect the kernel's assertion, or the
 * machine's rule, with place and backtrace; and that the world, not the
 * process, ended.
 */
TEST(assert, unlocking_an_unlocked_folio)
{
	const struct fl_end *end;
	unsigned long value;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_folio_unlock(t.world, pte_at(PAGE(0)).pfn),
		  -ENOTRECOVERABLE);
	end = fl_world_end(t.world);
	EXPECT(end != NULL);
	if (!end)
		return;
	suite_expect_end(end->kind, "violation: ");
	EXPECT(end->kind == FL_END_KERNEL_BUG || end->kind == FL_END_VIOLATION);
	EXPECT(strstr(end->backtrace, "folio_unlock") != NULL);
	EXPECT_EQ(fl_load(t.process, PAGE(0), &value), -ENOTRECOVERABLE);
}

static int fault_not_to_wait_under_vma_lock(struct fl_fault *out)
{
	return fl_fault(t.process, PAGE(0),
			FL_FAULT_VMA_LOCK | FL_FAULT_ALLOW_RETRY |
				FL_FAULT_RETRY_NOWAIT,
			out);
}

/*
 * A tree asserts that no fault under a VMA's lock must avoid waiting.  Expect
 * its own text, file and line, and the callers.
 */
TEST(assert, kernel_assertion_reports_place_and_callers)
{
	struct fl_fault out;
	const struct fl_end *end;

	if (!t.kernel->has_vma_lock)
		suite_skip("this kernel takes no fault under a VMA's lock");
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fault_not_to_wait_under_vma_lock(&out), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_KERNEL_BUG, "FAULT_FLAG_RETRY_NOWAIT");
	end = fl_world_end(t.world);
	EXPECT(strstr(end->where, "mm/memory.c:") != NULL);
	EXPECT(strstr(end->backtrace, "handle_mm_fault") != NULL);
}

/*
 * The same assertion is a WARN_ON_ONCE(), and this world prints warnings.
 * Expect two refused faults, one warning, and a world that continues; and that
 * a bug still ends the world.
 */
TEST(assert, printed_warning_is_counted_and_the_world_continues)
{
	struct fl_fault out;

	if (!t.kernel->has_vma_lock)
		suite_skip("this kernel takes no fault under a VMA's lock");
	suite_print_warnings();
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_world_warnings(t.world), 0);
	EXPECT_EQ(fault_not_to_wait_under_vma_lock(&out), 0);
	EXPECT_EQ(out.result, FL_VM_FAULT_SIGSEGV);
	EXPECT_EQ(fl_world_warnings(t.world), 1);
	EXPECT_EQ(fault_not_to_wait_under_vma_lock(&out), 0);
	EXPECT_EQ(out.result, FL_VM_FAULT_SIGSEGV);
	EXPECT_EQ(fl_world_warnings(t.world), 1);
	EXPECT(fl_world_end(t.world) == NULL);
	EXPECT_EQ(load(PAGE(0)), 1);
	EXPECT_EQ(fl_folio_unlock(t.world, pte_at(PAGE(0)).pfn),
		  -ENOTRECOVERABLE);
	suite_expect_end(fl_world_end(t.world)->kind, "violation: ");
}

static unsigned long pfn;

static void lock_it(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
	fl_thread_yield();
	EXPECT_EQ(fl_folio_unlock(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, pfn), 0);
}

static void unlock_anothers(void *arg)
{
	(void)arg;
	fl_folio_unlock(t.world, pfn);
	EXPECT(!"the world continues");
}

/*
 *   owner            thief
 *   locks
 *                    unlocks
 * Expect C9: the kernel itself would not notice.
 */
TEST(assert, unlocking_a_folio_locked_by_another_thread)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "owner", lock_it, NULL) > 0);
	EXPECT(fl_thread_spawn(t.world, 1, "thief", unlock_anothers, NULL) > 0);
	EXPECT_EQ(fl_threads_run(t.world), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_VIOLATION, "C9 locking");
}

static void lock_twice(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
}

/* A thread waits for a folio lock that it holds.  Expect C14. */
TEST(assert, waiting_for_a_folio_lock_already_held)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "fool", lock_twice, NULL) > 0);
	EXPECT_EQ(fl_threads_run(t.world), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_VIOLATION, "C14 deadlock");
}

static void fault_it(void *arg)
{
	struct fl_fault out;

	(void)arg;
	fl_fault(t.process, PAGE(0), 0, &out);
}

static void lock_and_mprotect(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, pfn), 0);
	fl_thread_yield();
	fl_mprotect(t.process, PAGE(0), FL_PAGE, FL_PROT_READ);
}

/*
 *   fault                           other
 *                                   folio lock
 *   mmap lock, shared
 *   waits for the folio lock
 *                                   waits for the mmap lock, exclusive
 * Expect C14, with both threads and what they wait for.
 */
TEST(assert, folio_lock_and_mmap_lock_in_the_wrong_order)
{
	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "other", lock_and_mprotect, NULL) >
	       0);
	EXPECT(fl_thread_spawn(t.world, 1, "fault", fault_it, NULL) > 0);
	EXPECT_EQ(fl_threads_run(t.world), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_VIOLATION, "C14 deadlock");
	EXPECT(strstr(fl_world_end(t.world)->text, "(other)") != NULL);
	EXPECT(strstr(fl_world_end(t.world)->text, "(fault)") != NULL);
	EXPECT(strstr(fl_world_end(t.world)->locks, "*** DEADLOCK ***") !=
	       NULL);
}

/* A reference that is never dropped.  Expect shutdown to report it. */
TEST(assert, leaked_reference_is_reported)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_folio_get(t.world, pte_at(PAGE(0)).pfn), 0);
	suite_expect_leak(1);
}
