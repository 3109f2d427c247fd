/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine_test.c - the machine alone, without a kernel
 *
 * Each test boots a machine of 4096 frames and 2 CPUs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "machine/machine.h"
#include "machine/port.h"

#if defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif
#ifndef VALGRIND_DISABLE_ERROR_REPORTING
#define VALGRIND_DISABLE_ERROR_REPORTING	((void)0)
#define VALGRIND_ENABLE_ERROR_REPORTING		((void)0)
#define VALGRIND_MAKE_MEM_DEFINED(p, n)		((void)(p), (void)(n))
#define VALGRIND_CHECK_MEM_IS_ADDRESSABLE(p, n) ((void)(p), (void)(n), 0UL)
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISONED(p) __asan_address_is_poisoned(p)
#else
#define POISONED(p) (VALGRIND_CHECK_MEM_IS_ADDRESSABLE(p, 1) != 0)
#endif

#define __no_sanitize_address __attribute__((no_sanitize("address")))

static struct fl_machine *machine;

static int boot_with(_Bool print_warnings)
{
	const struct fl_machine_config config = {
		.nr_frames = 4096,
		.nr_cpus = 2,
		.print_warnings = print_warnings,
	};

	machine = fl_machine_create(&config);
	return machine ? 0 : -1;
}

static int boot(void **state)
{
	(void)state;
	return boot_with(0);
}

static int boot_with_warnings_printed(void **state)
{
	(void)state;
	return boot_with(1);
}

static int halt(void **state)
{
	(void)state;
	fl_machine_destroy(machine);
	machine = NULL;
	return 0;
}

/* Expect @fn to end the world with an end of @kind whose text has @text. */
static void expect_end(int (*fn)(void), int kind, const char *text)
{
	const struct fl_end *v;

	assert_null(fl_machine_end(machine));
	assert_int_equal(FL_GUARDED(machine, fn()), -ENOTRECOVERABLE);
	v = fl_machine_end(machine);
	assert_non_null(v);
	assert_int_equal(v->kind, kind);
	if (!strstr(v->text, text))
		fail_msg("\"%s\" does not contain \"%s\"", v->text, text);
	assert_int_equal(FL_GUARDED(machine, fn()), -ENOTRECOVERABLE);
}

static unsigned char *frame(unsigned long pfn)
{
	return (unsigned char *)fl_hw.direct_map + (pfn << FL_PAGE_SHIFT);
}

/* Accesses to free memory, which ASan and Memcheck would report. */
static __no_sanitize_address unsigned char peek(const volatile void *p)
{
	unsigned char byte;

	VALGRIND_DISABLE_ERROR_REPORTING;
	byte = *(const volatile unsigned char *)p;
	VALGRIND_ENABLE_ERROR_REPORTING;
	VALGRIND_MAKE_MEM_DEFINED(&byte, 1);
	return byte;
}

static __no_sanitize_address void poke(volatile void *p, unsigned char byte)
{
	VALGRIND_DISABLE_ERROR_REPORTING;
	*(volatile unsigned char *)p = byte;
	VALGRIND_ENABLE_ERROR_REPORTING;
}

/* ---- frames and objects ------------------------------------------------- */

static void frames_are_filled_with_junk(void **state)
{
	unsigned long a = fl_hw_frame_alloc(0, 0), b;

	(void)state;
	assert_int_not_equal(a, 0);
	assert_int_equal(peek(frame(a)), FL_JUNK_FRESH);
	assert_int_equal(peek(frame(a) + 4095), FL_JUNK_FRESH);
	fl_hw_frame_free(a, 0);
	assert_int_equal(peek(frame(a) + 4095), FL_JUNK_FREED);
	assert_false(fl_hw_frame_allocated(a));
	b = fl_hw_frame_alloc(3, FL_ALLOC_ZERO);
	assert_int_equal(b % 8, 0);
	assert_true(fl_hw_frame_allocated(b + 7));
	assert_int_equal(frame(b)[8 * 4096 - 1], 0);
	fl_hw_frame_free(b, 3);
}

static void all_frames_but_zero_can_be_allocated_and_merged(void **state)
{
	unsigned long n, pfn[4096];

	(void)state;
	for (n = 0; (pfn[n] = fl_hw_frame_alloc(0, 0)) != FL_NO_FRAME; n++)
		assert_int_not_equal(pfn[n], 0);
	assert_int_equal(n, 4095);
	while (n--)
		fl_hw_frame_free(pfn[n], 0);
	for (n = 0; fl_hw_frame_alloc(FL_MAX_ORDER, 0) != FL_NO_FRAME; n++)
		;
	assert_int_equal(n, 3);
}

/*
 *   | 0 ...      | 1          | 2          | 3          |  largest blocks
 *   | 0 is none  | first      | of two     |            |
 *   |            | first      |            | a frame    |
 */
static void largest_blocks_can_be_allocated_in_a_row(void **state)
{
	const unsigned long block = 1UL << FL_MAX_ORDER;
	unsigned long pfn[4096], first, n;

	(void)state;
	first = fl_hw_frame_row(2, FL_ALLOC_ZERO);
	assert_int_equal(first, block);
	assert_int_equal(frame(first + 2 * block)[-1], 0);
	assert_true(fl_hw_frame_allocated(first + 2 * block - 1));
	assert_int_equal(fl_hw_frame_row(2, 0), FL_NO_FRAME);
	/* Two blocks are free, with an allocated one in between. */
	fl_hw_frame_free(first, FL_MAX_ORDER);
	assert_int_equal(fl_hw_frame_row(2, 0), FL_NO_FRAME);
	assert_int_equal(fl_hw_frame_row(1, 0), first);
	fl_hw_frame_free(first + block, FL_MAX_ORDER);
	/* Allocate all the rest, and free all but one frame of block 3. */
	for (n = 0; (pfn[n] = fl_hw_frame_alloc(0, 0)) != FL_NO_FRAME; n++)
		;
	while (n--)
		if (pfn[n] != 3 * block + 5)
			fl_hw_frame_free(pfn[n], 0);
	assert_int_equal(fl_hw_frame_row(2, 0), FL_NO_FRAME);
	assert_int_equal(fl_hw_frame_row(1, 0), 2 * block);
	fl_hw_frame_free(2 * block, FL_MAX_ORDER);
	fl_hw_frame_free(3 * block + 5, 0);
	assert_int_equal(fl_hw_frame_row(2, 0), 2 * block);
	fl_hw_frame_free(2 * block, FL_MAX_ORDER);
	fl_hw_frame_free(3 * block, FL_MAX_ORDER);
	fl_machine_fail_alloc(machine, 1);
	assert_int_equal(fl_hw_frame_row(1, 0), FL_NO_FRAME);
	fl_hw_frame_free(first, FL_MAX_ORDER);
	assert_int_equal(fl_hw_frame_row(3, 0), block);
}

static int free_frame_twice(void)
{
	unsigned long pfn = fl_hw_frame_alloc(1, 0);

	fl_hw_frame_free(pfn, 1);
	fl_hw_frame_free(pfn, 1);
	return 0;
}

static void frame_double_free_is_a_violation(void **state)
{
	(void)state;
	expect_end(free_frame_twice, FL_END_VIOLATION, "violation: C8");
}

static int write_after_free(void)
{
	char *p = fl_hw_alloc(100, 0);

	fl_hw_free(p);
	poke(p + 40, 1);
	fl_hw_alloc(100, 0);
	return 0;
}

static void write_after_free_is_a_violation(void **state)
{
	(void)state;
	expect_end(write_after_free, FL_END_VIOLATION, "write after free");
}

/*
 * Only a checker of host memory can see an access to free memory at once;
 * without one, the junk shows it later.
 */
static void freed_memory_is_poisoned_for_memory_checkers(void **state)
{
	char *object = fl_hw_alloc(100, 0);
	unsigned long pfn = fl_hw_frame_alloc(0, 0);
	int watched;

	(void)state;
#if defined(__SANITIZE_ADDRESS__)
	watched = 1;
#elif defined(RUNNING_ON_VALGRIND)
	watched = RUNNING_ON_VALGRIND;
#else
	watched = 0;
#endif
	assert_false(POISONED(object));
	assert_false(POISONED(frame(pfn)));
	fl_hw_free(object);
	fl_hw_frame_free(pfn, 0);
	if (!watched)
		skip();
	VALGRIND_DISABLE_ERROR_REPORTING;
	watched = POISONED(object) && POISONED(frame(pfn));
	VALGRIND_ENABLE_ERROR_REPORTING;
	assert_true(watched);
}

static int free_object_twice(void)
{
	void *p = fl_hw_alloc(100, 0);

	fl_hw_free(p);
	fl_hw_free(p);
	return 0;
}

static void object_double_free_is_a_violation(void **state)
{
	(void)state;
	expect_end(free_object_twice, FL_END_VIOLATION, "free already");
}

static void nth_allocation_fails_once(void **state)
{
	unsigned long pfn;
	void *p;

	(void)state;
	fl_machine_fail_alloc(machine, 2);
	p = fl_hw_alloc(64, 0);
	assert_non_null(p);
	assert_int_equal(fl_hw_alloc_size(p), 64);
	fl_hw_free(fl_hw_alloc(64, FL_ALLOC_NOFAIL));
	assert_int_equal(fl_hw_frame_alloc(0, 0), FL_NO_FRAME);
	pfn = fl_hw_frame_alloc(0, 0);
	assert_int_not_equal(pfn, FL_NO_FRAME);
	assert_int_equal(fl_machine_allocs(machine), 3);
}

/* ---- locks and threads -------------------------------------------------- */

static unsigned long lock_a, lock_b;

static int unlock_free_lock(void)
{
	lock_a = FL_LOCK_WRITER; /* held by another owner */
	fl_hw_unlock(&lock_a, 0, &lock_a);
	return 0;
}

static void only_the_owner_unlocks(void **state)
{
	(void)state;
	expect_end(unlock_free_lock, FL_END_VIOLATION, "does not hold");
	lock_a = 0;
}

static int lock_twice(void)
{
	fl_hw_lock(&lock_a, FL_HW_SLEEPLOCK, 0, &lock_a, "A");
	assert_int_equal(fl_hw_lock(&lock_a, FL_HW_SLEEPLOCK, FL_LOCK_TRY,
				    &lock_a, "A"),
			 -EBUSY);
	assert_true(fl_hw_lock_held(&lock_a, 0));
	assert_false(fl_hw_lock_held(&lock_a, 1));
	fl_hw_lock(&lock_a, FL_HW_SLEEPLOCK, 0, &lock_a, "A");
	return 0;
}

static void self_deadlock_is_a_violation(void **state)
{
	(void)state;
	lock_a = 0;
	expect_end(lock_twice, FL_END_VIOLATION, "self-deadlock");
	lock_a = 0;
}

/*
 *   host                killer               victim
 *   takes A
 *                                            waits for A, killable
 *                       sees it wait, kills
 *                                            -EINTR, without A
 */
static int killed_ret, killed_waited;

static void killable_waiter(void *arg)
{
	(void)arg;
	killed_ret = fl_hw_lock(&lock_a, FL_HW_SLEEPLOCK, FL_LOCK_KILL, &lock_a,
				"A");
}

static void killer(void *arg)
{
	const char *why;
	unsigned int victim = *(unsigned int *)arg;

	fl_hw_yield();
	why = fl_machine_thread_waits(machine, victim);
	killed_waited = why && !strcmp(why, "lock A");
	fl_hw_kill(fl_machine_thread(machine, victim));
}

static void fatal_signal_ends_a_killable_wait(void **state)
{
	unsigned int victim = 2;

	(void)state;
	fl_hw_lock(&lock_a, FL_HW_SLEEPLOCK, 0, &lock_a, "A");
	assert_int_equal(
		fl_machine_spawn(machine, 0, "killer", killer, &victim), 1);
	assert_int_equal(fl_machine_spawn(machine, 1, "victim", killable_waiter,
					  NULL),
			 2);
	assert_int_equal(fl_machine_run(machine), 0);
	assert_true(killed_waited);
	assert_int_equal(killed_ret, -EINTR);
	assert_null(fl_machine_thread_waits(machine, victim));
	fl_hw_unlock(&lock_a, 0, &lock_a);
	assert_int_equal(lock_a, 0);
}

static unsigned long handed;

static void unlock_handed(void *arg)
{
	(void)arg;
	fl_hw_folio_unlock(handed);
}

static void folio_lock_taken_for_another_thread_belongs_to_it(void **state)
{
	struct fl_audit audit;
	int id;

	(void)state;
	handed = fl_hw_frame_alloc(0, 0);
	id = fl_machine_spawn(machine, 0, "waiter", unlock_handed, NULL);
	fl_hw_on_behalf(fl_machine_thread(machine, id));
	fl_hw_folio_locked(handed);
	fl_hw_on_behalf(NULL);
	fl_machine_audit(machine, &audit);
	assert_int_equal(audit.locks, 1);
	assert_int_equal(fl_machine_run(machine), 0);
	fl_machine_audit(machine, &audit);
	assert_int_equal(audit.locks, 0);
	fl_hw_frame_free(handed, 0);
}

static int sleep_under_spinlock(void)
{
	fl_hw_lock(&lock_a, FL_HW_SPINLOCK, 0, &lock_a, "ptl");
	fl_hw_might_sleep(0, "file.c", 7);
	return 0;
}

static void sleep_under_spinlock_is_a_violation(void **state)
{
	(void)state;
	lock_a = 0;
	expect_end(sleep_under_spinlock, FL_END_VIOLATION, "spinlock ptl");
	assert_non_null(strstr(fl_machine_end(machine)->where, "file.c:7"));
	lock_a = 0;
}

static void take_two(unsigned long *first, unsigned long *second)
{
	fl_hw_lock(first, FL_HW_SLEEPLOCK, 0, first, "first");
	fl_hw_yield();
	fl_hw_lock(second, FL_HW_SLEEPLOCK, 0, second, "second");
	fl_hw_unlock(second, 0, second);
	fl_hw_unlock(first, 0, first);
}

static void take_ab(void *arg)
{
	(void)arg;
	take_two(&lock_a, &lock_b);
}

static void take_ba(void *arg)
{
	(void)arg;
	take_two(&lock_b, &lock_a);
}

/*
 *   thread 1   thread 2
 *   lock A
 *              lock B
 *   lock B ...
 *              lock A ...
 */
static void opposite_lock_order_deadlocks(void **state)
{
	const char *text;

	(void)state;
	lock_a = lock_b = 0;
	assert_int_equal(fl_machine_spawn(machine, 0, "ab", take_ab, NULL), 1);
	assert_int_equal(fl_machine_spawn(machine, 1, "ba", take_ba, NULL), 2);
	assert_int_equal(fl_machine_run(machine), -ENOTRECOVERABLE);
	text = fl_machine_end(machine)->text;
	assert_non_null(strstr(text, "violation: C14 deadlock"));
	assert_non_null(strstr(text, "held by thread 2 (ba)"));
	assert_non_null(strstr(text, "held by thread 1 (ab)"));
	assert_string_equal(fl_machine_end(machine)->locks,
			    "     ab                          ba\n"
			    "     ----                        ----\n"
			    "lock(first)\n"
			    "                            lock(first)\n"
			    "lock(second)\n"
			    "                            lock(second)\n"
			    "\n"
			    " *** DEADLOCK ***\n");
	lock_a = lock_b = 0;
}

static void same_lock_order_does_not_deadlock(void **state)
{
	struct fl_audit audit;

	(void)state;
	lock_a = lock_b = 0;
	fl_machine_spawn(machine, 0, "one", take_ab, NULL);
	fl_machine_spawn(machine, 1, "two", take_ab, NULL);
	assert_int_equal(fl_machine_run(machine), 0);
	assert_int_equal(lock_a, 0);
	fl_machine_audit(machine, &audit);
	assert_int_equal(audit.locks, 0);
}

static void bad_access(void *arg)
{
	VALGRIND_DISABLE_ERROR_REPORTING;
	*(volatile int *)((char *)arg + 16) = 1;
}

static void bad_access_in_a_fiber_is_an_oops(void **state)
{
	(void)state;
	fl_machine_spawn(machine, 0, "bad", bad_access, (void *)0x10000);
	assert_int_equal(fl_machine_run(machine), -ENOTRECOVERABLE);
	VALGRIND_ENABLE_ERROR_REPORTING;
	assert_int_equal(fl_machine_end(machine)->kind, FL_END_OOPS);
	assert_non_null(strstr(fl_machine_end(machine)->text, "0x10010"));
}

/* ---- RCU ---------------------------------------------------------------- */

static int called, synchronized;
static const int domain;

static void callback(struct fl_hw_rcu_head *head)
{
	(void)head;
	called++;
}

static void rcu_callback_waits_for_the_reader(void **state)
{
	struct fl_hw_rcu_head head;
	struct fl_audit audit;

	(void)state;
	called = 0;
	fl_hw_rcu_read_lock();
	fl_hw_call_rcu(&head, callback);
	fl_machine_quiesce(machine);
	assert_int_equal(called, 0);
	fl_machine_audit(machine, &audit);
	assert_int_equal(audit.rcu_sections, 1);
	assert_int_equal(audit.rcu_callbacks, 1);
	fl_hw_rcu_read_unlock();
	fl_machine_quiesce(machine);
	assert_int_equal(called, 1);
}

static void srcu_reader(void *arg)
{
	int idx = fl_hw_srcu_read_lock(&domain);

	(void)arg;
	fl_hw_yield();
	assert_int_equal(synchronized, 0);
	fl_hw_srcu_read_unlock(&domain, idx);
}

static void srcu_writer(void *arg)
{
	(void)arg;
	fl_hw_synchronize_srcu(&domain);
	synchronized = 1;
}

static void srcu_writer_waits_for_the_reader(void **state)
{
	(void)state;
	synchronized = 0;
	fl_machine_spawn(machine, 0, "reader", srcu_reader, NULL);
	fl_machine_spawn(machine, 1, "writer", srcu_writer, NULL);
	assert_int_equal(fl_machine_run(machine), 0);
	assert_int_equal(synchronized, 1);
}

/* ---- translation -------------------------------------------------------- */

#define VA   0x200000123UL
#define LEAF (FL_PTE_PRESENT | FL_PTE_USER | FL_PTE_WRITE)

/* Make the tables down to VA.  Return: a pointer to its PTE, for @pfn. */
static unsigned long *map(unsigned long pgd, unsigned long pfn)
{
	unsigned long *p;
	int level;

	while ((p = fl_mmu_pte(pgd, VA, &level)) && level > 1)
		*p = fl_hw_frame_alloc(0, FL_ALLOC_ZERO) << FL_PTE_PFN_SHIFT |
		     FL_PTE_PRESENT;
	assert_non_null(p);
	*p = pfn << FL_PTE_PFN_SHIFT | LEAF;
	return p;
}

static void tlb_entry_is_stale_until_flushed(void **state)
{
	unsigned long pgd = fl_hw_frame_alloc(0, FL_ALLOC_ZERO), pa;
	unsigned long pfn = fl_hw_frame_alloc(0, 0);
	unsigned long *pte = map(pgd, pfn);
	unsigned int asid = fl_hw_asid_alloc();
	struct fl_tlb_entry entry;

	(void)state;
	assert_int_equal(fl_mmu_access(1, asid, pgd, VA, 0, &pa), 0);
	assert_int_equal(pa, (pfn << FL_PAGE_SHIFT) + 0x123);
	*pte = 0;
	assert_int_equal(fl_mmu_access(1, asid, pgd, VA, 0, &pa), 0);
	assert_true(fl_tlb_lookup(1, asid, VA, &entry));
	assert_int_equal(entry.pfn, pfn);
	assert_int_equal(fl_mmu_access(0, asid, pgd, VA, 0, &pa), -EFAULT);
	fl_hw_tlb_flush(asid, VA & ~0xfffUL, (VA & ~0xfffUL) + 4096);
	assert_false(fl_tlb_lookup(1, asid, VA, &entry));
	assert_int_equal(fl_mmu_access(1, asid, pgd, VA, 0, &pa), -EFAULT);
}

static void walker_sets_accessed_and_dirty_bits(void **state)
{
	unsigned long pgd = fl_hw_frame_alloc(0, FL_ALLOC_ZERO), pa;
	unsigned long *pte = map(pgd, fl_hw_frame_alloc(0, 0));
	unsigned int asid = fl_hw_asid_alloc();
	unsigned long dirty = FL_PTE_DIRTY | FL_PTE_SOFT_DIRTY;

	(void)state;
	assert_int_equal(fl_mmu_access(0, asid, pgd, VA, 0, &pa), 0);
	assert_true(*pte & FL_PTE_ACCESSED);
	assert_int_equal(*pte & dirty, 0);
	assert_int_equal(fl_mmu_access(0, asid, pgd, VA, 1, &pa), 0);
	assert_int_equal(*pte & dirty, dirty);
}

static void read_only_entry_faults_on_store(void **state)
{
	unsigned long pgd = fl_hw_frame_alloc(0, FL_ALLOC_ZERO), pa;
	unsigned long *pte = map(pgd, fl_hw_frame_alloc(0, 0));

	(void)state;
	*pte &= ~FL_PTE_WRITE;
	assert_int_equal(fl_mmu_access(0, 1, pgd, VA, 0, &pa), 0);
	assert_int_equal(fl_mmu_access(0, 1, pgd, VA, 1, &pa), -EFAULT);
	assert_int_equal(*pte & FL_PTE_DIRTY, 0);
}

/* ---- the guard ---------------------------------------------------------- */

static long large_result(void)
{
	return 1L << 40;
}

static int calls;

static void count_call(void)
{
	calls++;
}

static void bracket_has_the_value_of_its_call(void **state)
{
	(void)state;
	calls = 0;
	assert_true(FL_GUARDED(machine, large_result()) == 1L << 40);
	assert_int_equal(FL_GUARDED(machine, (count_call(), 0)), 0);
	assert_int_equal(calls, 1);
}

static int after_the_end;

static int end_in_nested_bracket(void)
{
	FL_GUARDED(machine, free_frame_twice());
	after_the_end = 1;
	return 0;
}

static void end_of_the_world_leaves_all_brackets(void **state)
{
	(void)state;
	after_the_end = 0;
	expect_end(end_in_nested_bracket, FL_END_VIOLATION, "violation: C8");
	assert_false(after_the_end);
}

/* As many as registers that a call preserves, and more. */
static void locals_keep_their_values_when_the_world_ends(void **state)
{
	static unsigned long seen[8];
	const unsigned long a = seen[0] = fl_hw_frame_alloc(0, 0);
	const unsigned long b = seen[1] = fl_hw_frame_alloc(0, 0);
	const unsigned long c = seen[2] = fl_hw_frame_alloc(0, 0);
	const unsigned long d = seen[3] = fl_hw_frame_alloc(0, 0);
	const unsigned long e = seen[4] = fl_hw_frame_alloc(0, 0);
	const unsigned long f = seen[5] = fl_hw_frame_alloc(0, 0);
	const unsigned long g = seen[6] = fl_hw_frame_alloc(0, 0);
	const unsigned long h = seen[7] = fl_hw_frame_alloc(0, 0);
	const int ret = FL_GUARDED(machine, free_frame_twice());
	const unsigned long now[] = { a, b, c, d, e, f, g, h };

	(void)state;
	assert_int_equal(ret, -ENOTRECOVERABLE);
	assert_memory_equal(now, seen, sizeof(now));
}

/* The callers of the function with the bracket are not the kernel's. */
static void backtrace_ends_with_the_function_that_has_the_bracket(void **state)
{
	const char *at;

	(void)state;
	expect_end(end_in_nested_bracket, FL_END_VIOLATION, "violation: C8");
	at = strstr(fl_machine_end(machine)->backtrace, "\n  expect_end() ");
	assert_non_null(at);
	assert_string_equal(strchr(at + 1, '\n'), "\n");
}

/* ---- warnings ----------------------------------------------------------- */

static char warned;

/* One warning that is always printed, and one that is printed once. */
static int warn(void)
{
	fl_hw_warn("mm/a.c", 7, "a", "WARN_ON(it)", NULL);
	fl_hw_warn("mm/b.c", 8, "b", "WARN_ON_ONCE(that)", &warned);
	return 1;
}

/* Return: what @fn() prints to standard error; valid until the next call. */
static const char *printed(int (*fn)(void))
{
	static char text[8192];
	int before = dup(STDERR_FILENO);
	FILE *file = tmpfile();

	assert_true(file && before >= 0);
	dup2(fileno(file), STDERR_FILENO);
	assert_int_equal(FL_GUARDED(machine, fn()), 1);
	dup2(before, STDERR_FILENO);
	close(before);
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void warning_ends_the_world(void **state)
{
	(void)state;
	warned = 0;
	expect_end(warn, FL_END_KERNEL_BUG, "kernel bug: WARN_ON(it)");
	assert_non_null(strstr(fl_machine_end(machine)->where, "a() mm/a.c:7"));
	assert_int_equal(fl_machine_warnings(machine), 0);
}

static void warning_is_printed_and_counted(void **state)
{
	const char *text;

	(void)state;
	warned = 0;
	fl_machine_add_state(machine, &warned, sizeof(warned));
	text = printed(warn);
	assert_non_null(strstr(text, "kernel warning (continuing): "
				     "WARN_ON(it)\nwhere: a() mm/a.c:7"));
	assert_non_null(
		strstr(text, "WARN_ON_ONCE(that)\nwhere: b() mm/b.c:8"));
	assert_non_null(strstr(text, "\n  warn() "));
	assert_int_equal(fl_machine_warnings(machine), 2);
	text = printed(warn);
	assert_non_null(strstr(text, "WARN_ON(it)"));
	assert_null(strstr(text, "WARN_ON_ONCE(that)"));
	assert_int_equal(fl_machine_warnings(machine), 3);
	assert_null(fl_machine_end(machine));
	halt(state);
	assert_int_equal(warned, 0);
}

static int break_down(void)
{
	fl_hw_bug("mm/a.c", 9, "a", "BUG()");
}

static void bug_ends_the_world_when_warnings_are_printed(void **state)
{
	(void)state;
	expect_end(break_down, FL_END_KERNEL_BUG, "kernel bug: BUG()");
}

/* ---- the whole ---------------------------------------------------------- */

static void audit_counts_are_zero_after_all_is_freed(void **state)
{
	struct fl_audit audit, zero = { 0 };
	unsigned long pfn = fl_hw_frame_alloc(2, 0);
	void *p = fl_hw_alloc(5000, FL_ALLOC_ZERO);

	(void)state;
	lock_a = 0;
	fl_hw_lock(&lock_a, FL_HW_SLEEPLOCK, FL_LOCK_SHARED, &lock_a, "A");
	fl_hw_folio_locked(pfn);
	fl_machine_audit(machine, &audit);
	assert_int_equal(audit.frames, 4);
	assert_int_equal(audit.objects, 1);
	assert_int_equal(audit.locks, 2);
	fl_hw_folio_unlock(pfn);
	fl_hw_unlock(&lock_a, FL_LOCK_SHARED, &lock_a);
	fl_hw_free(p);
	fl_hw_frame_free(pfn, 2);
	fl_machine_audit(machine, &audit);
	assert_memory_equal(&audit, &zero, sizeof(zero));
}

static int call_missing_stub(void)
{
	static const char leaves[] = "0x1000 other_leaf\n0x1010 some_stub\n";
	/* volatile: hide from the compiler that nothing is mapped there */
	volatile unsigned long address = 0x1018;

	fl_hw_name_stubs(leaves, sizeof(leaves) - 1);
	return *(volatile char *)address;
}

static void missing_stub_is_reported_by_name(void **state)
{
	(void)state;
	expect_end(call_missing_stub, FL_END_MISSING_STUB,
		   "missing stub: some_stub");
}

static void static_state_is_restored(void **state)
{
	static int counter = 7;

	fl_machine_add_state(machine, &counter, sizeof(counter));
	counter = 8;
	halt(state);
	assert_int_equal(counter, 7);
}

#define T(f) cmocka_unit_test_setup_teardown(f, boot, halt)
#define PRINTED(f) \
	cmocka_unit_test_setup_teardown(f, boot_with_warnings_printed, halt)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(frames_are_filled_with_junk),
		T(all_frames_but_zero_can_be_allocated_and_merged),
		T(largest_blocks_can_be_allocated_in_a_row),
		T(frame_double_free_is_a_violation),
		T(write_after_free_is_a_violation),
		T(object_double_free_is_a_violation),
		T(nth_allocation_fails_once),
		T(only_the_owner_unlocks),
		T(self_deadlock_is_a_violation),
		T(fatal_signal_ends_a_killable_wait),
		T(folio_lock_taken_for_another_thread_belongs_to_it),
		T(freed_memory_is_poisoned_for_memory_checkers),
		T(sleep_under_spinlock_is_a_violation),
		T(opposite_lock_order_deadlocks),
		T(same_lock_order_does_not_deadlock),
		T(bad_access_in_a_fiber_is_an_oops),
		T(rcu_callback_waits_for_the_reader),
		T(srcu_writer_waits_for_the_reader),
		T(tlb_entry_is_stale_until_flushed),
		T(walker_sets_accessed_and_dirty_bits),
		T(read_only_entry_faults_on_store),
		T(bracket_has_the_value_of_its_call),
		T(end_of_the_world_leaves_all_brackets),
		T(locals_keep_their_values_when_the_world_ends),
		T(backtrace_ends_with_the_function_that_has_the_bracket),
		T(warning_ends_the_world),
		PRINTED(warning_is_printed_and_counted),
		PRINTED(bug_ends_the_world_when_warnings_are_printed),
		T(audit_counts_are_zero_after_all_is_freed),
		T(missing_stub_is_reported_by_name),
		T(static_state_is_restored),
	};

	return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
