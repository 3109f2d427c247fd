/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_retry.c - the folio lock is busy: which faults wait or retry, and which
 * keep the mmap lock
 *
 *   ALLOW_RETRY  RETRY_NOWAIT  KILLABLE  TRIED  |  waits  result  mmap lock
 *        -             -           -       -    |  yes    0       kept
 *        yes           -           -       -    |  yes    RETRY   dropped
 *        yes           yes         -       -    |  no     RETRY   kept
 *        yes           -           -       yes  |  yes    0       kept
 *
 * The same with KILLABLE, but a fatal signal ends the wait with RETRY, and the
 * mmap lock dropped.
 */
#include "suite.h"

#define ALLOW  FL_FAULT_ALLOW_RETRY
#define NOWAIT FL_FAULT_RETRY_NOWAIT
#define KILL   FL_FAULT_KILLABLE
#define TRIED  FL_FAULT_TRIED
#define VMA    FL_FAULT_VMA_LOCK

struct retry {
	unsigned int flags;
	/* @kill: the waiter gets a fatal signal. */
	_Bool kill, waits;
	unsigned int result;
	_Bool keeps; /* the lock that the caller holds */
	_Bool restores;
};

static struct {
	_Bool unit, kill, waited;
	unsigned int flags;
	int faulter, ret;
	struct fl_pte entry;
	struct fl_fault out;
} busy;

static void holder(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, busy.entry.pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, busy.entry.pfn), 0);
	fl_thread_yield();
	busy.waited = fl_thread_waits(t.world, busy.faulter) != NULL;
	if (busy.kill)
		EXPECT_EQ(fl_thread_kill(t.world, busy.faulter), 0);
	fl_thread_yield();
	EXPECT_EQ(fl_folio_unlock(t.world, busy.entry.pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, busy.entry.pfn), 0);
}

static void faulter(void *arg)
{
	(void)arg;
	busy.ret = busy.unit ?
			   fl_unit_remove_device_exclusive_entry(
				   t.process, PAGE(0), busy.entry.raw,
				   busy.flags, &busy.out) :
			   fl_fault(t.process, PAGE(0), busy.flags, &busy.out);
}

static void check(const struct retry *r, _Bool unit)
{
	memset(&busy, 0, sizeof(busy));
	busy.unit = unit;
	busy.flags = r->flags;
	busy.kill = r->kill;
	store_and_mark(PAGE(0), 5);
	busy.entry = pte_at(PAGE(0));
	EXPECT(fl_thread_spawn(t.world, 0, "holder", holder, NULL) > 0);
	busy.faulter = fl_thread_spawn(t.world, 1, "fault", faulter, NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);

	EXPECT_EQ(busy.ret, 0);
	EXPECT_EQ(busy.waited, r->waits);
	EXPECT_EQ(busy.out.result, r->result);
	EXPECT_EQ(busy.out.mmap_locked, r->keeps && !(r->flags & VMA));
	EXPECT_EQ(busy.out.vma_locked, r->keeps && (r->flags & VMA));
	if (r->restores)
		expect_mapped(PAGE(0), busy.entry.pfn, 1);
	else
		expect_exclusive(PAGE(0), busy.entry.pfn, 1);
	EXPECT_EQ(load(PAGE(0)), 5);
}

/* Check the whole handler, then the function alone. */
static void check_both(struct retry r)
{
	check(&r, 0);
	check(&r, 1);
}

TEST(retry, fault_without_allow_retry_waits_and_restores)
{
	check_both((struct retry){
		.flags = 0, .waits = 1, .keeps = 1, .restores = 1 });
}

TEST(retry, allow_retry_waits_without_the_mmap_lock_and_returns_retry)
{
	check_both((struct retry){
		.flags = ALLOW, .waits = 1, .result = FL_VM_FAULT_RETRY });
}

TEST(retry, retry_nowait_keeps_the_mmap_lock_and_does_not_wait)
{
	check_both((struct retry){ .flags = ALLOW | NOWAIT,
				   .keeps = 1,
				   .result = FL_VM_FAULT_RETRY });
}

TEST(retry, allow_retry_and_killable_waits_and_returns_retry)
{
	check_both((struct retry){ .flags = ALLOW | KILL,
				   .waits = 1,
				   .result = FL_VM_FAULT_RETRY });
}

TEST(retry, fatal_signal_ends_the_wait_before_the_retry)
{
	check_both((struct retry){ .flags = ALLOW | KILL,
				   .waits = 1,
				   .kill = 1,
				   .result = FL_VM_FAULT_RETRY });
}

TEST(retry, second_try_waits_under_the_mmap_lock)
{
	check_both((struct retry){
		.flags = ALLOW | TRIED,
		.waits = 1,
		.keeps = 1,
		.restores = 1,
	});
}

TEST(retry, second_try_with_nowait_waits)
{
	check_both((struct retry){ .flags = ALLOW | NOWAIT | TRIED,
				   .waits = 1,
				   .keeps = 1,
				   .restores = 1 });
}

TEST(retry, killable_second_try_waits_under_the_mmap_lock)
{
	check_both((struct retry){ .flags = ALLOW | KILL | TRIED,
				   .waits = 1,
				   .keeps = 1,
				   .restores = 1 });
}

TEST(retry, fatal_signal_in_the_second_try_drops_the_mmap_lock)
{
	check_both((struct retry){ .flags = ALLOW | KILL | TRIED,
				   .waits = 1,
				   .kill = 1,
				   .result = FL_VM_FAULT_RETRY });
}

TEST(retry, killable_without_retry_drops_the_mmap_lock_when_killed)
{
	check_both((struct retry){ .flags = KILL,
				   .waits = 1,
				   .kill = 1,
				   .result = FL_VM_FAULT_RETRY });
}

/* Not killable: expect the signal to have no effect. */
TEST(retry, signal_does_not_end_an_unkillable_wait)
{
	check_both((struct retry){
		.flags = 0, .waits = 1, .kill = 1, .keeps = 1, .restores = 1 });
}

TEST(retry, write_fault_follows_the_same_protocol)
{
	check_both((struct retry){ .flags = FL_FAULT_WRITE | ALLOW,
				   .waits = 1,
				   .result = FL_VM_FAULT_RETRY });
}

/* -- the same under a VMA lock -- */

static void need_vma_lock(void)
{
	if (!t.kernel->has_vma_lock)
		suite_skip("this kernel takes no fault under a VMA's lock");
}

TEST(retry, allow_retry_drops_the_vma_lock)
{
	need_vma_lock();
	check_both((struct retry){ .flags = ALLOW | VMA,
				   .waits = 1,
				   .result = FL_VM_FAULT_RETRY });
}

TEST(retry, fatal_signal_in_the_second_try_drops_the_vma_lock)
{
	need_vma_lock();
	check_both((struct retry){ .flags = ALLOW | KILL | TRIED | VMA,
				   .waits = 1,
				   .kill = 1,
				   .result = FL_VM_FAULT_RETRY });
}

TEST(retry, second_try_waits_under_the_vma_lock)
{
	need_vma_lock();
	check_both((struct retry){ .flags = ALLOW | TRIED | VMA,
				   .waits = 1,
				   .keeps = 1,
				   .restores = 1 });
}

/* -- an access by a CPU, which retries by itself -- */

static void cpu_load(void *arg)
{
	*(int *)arg = load(PAGE(0)) == 5;
}

/* Expect the access to succeed once the holder unlocks the folio. */
TEST(retry, access_succeeds_after_the_folio_is_unlocked)
{
	int got = 0;

	memset(&busy, 0, sizeof(busy));
	store_and_mark(PAGE(0), 5);
	busy.entry = pte_at(PAGE(0));
	EXPECT(fl_thread_spawn(t.world, 0, "holder", holder, NULL) > 0);
	busy.faulter = fl_thread_spawn(t.world, 1, "CPU1", cpu_load, &got);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT(busy.waited);
	EXPECT(got);
	expect_mapped(PAGE(0), busy.entry.pfn, 1);
}

static void cpu_load_killed(void *arg)
{
	unsigned long value;

	*(int *)arg = fl_load(t.process, PAGE(0), &value);
}

/* Expect -EINTR for an access whose thread gets a fatal signal. */
TEST(retry, killed_access_returns_eintr)
{
	int ret = 0;

	memset(&busy, 0, sizeof(busy));
	busy.kill = 1;
	store_and_mark(PAGE(0), 5);
	busy.entry = pte_at(PAGE(0));
	EXPECT(fl_thread_spawn(t.world, 0, "holder", holder, NULL) > 0);
	busy.faulter = fl_thread_spawn(t.world, 1, "CPU1", cpu_load_killed,
				       &ret);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT_EQ(ret, -EINTR);
	expect_exclusive(PAGE(0), busy.entry.pfn, 1);
}
