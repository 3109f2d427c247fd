/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_failure.c - every allocation on the path fails once, in turn
 *
 *   n = 1:  x . . . . .        the first fails
 *   n = 2:  . x . . . .        then the second
 *   n = 3:  . . x . . .        and so on, until none is left
 *
 * Expect a proper error from the stage that needed the memory, success when
 * that stage is tried again, and no leak in any round.
 */
#include "suite.h"

#define AT 0x60000000UL

struct path {
	struct fl_process *process;
	struct fl_device *device;
};

/* -- the stages; each returns 0 or an error, and can be tried again -- */

static int create(struct path *p)
{
	return fl_process_create(t.world, &p->process);
}

static int map(struct path *p)
{
	return fl_mmap(p->process, AT, 4 * FL_PAGE, RW, FL_MAP_ANON);
}

static int attach(struct path *p)
{
	return fl_device_attach(p->device, p->process, AT, 4 * FL_PAGE);
}

static int touch(struct path *p)
{
	return fl_store(p->process, AT, 5);
}

static int mark(struct path *p)
{
	long got = fl_device_make_exclusive(p->device, AT, FL_PAGE);

	return got < 0 ? got : got == 1 ? 0 : -EBUSY;
}

static int restore(struct path *p)
{
	unsigned long value;

	return fl_load(p->process, AT, &value);
}

static int split(struct path *p)
{
	return fl_mprotect(p->process, AT + FL_PAGE, FL_PAGE, FL_PROT_READ);
}

static int unmap(struct path *p)
{
	return fl_munmap(p->process, AT + 2 * FL_PAGE, FL_PAGE);
}

static const struct {
	const char *name;
	int (*run)(struct path *p);
} stages[] = {
	{ "create", create }, { "map", map },	  { "attach", attach },
	{ "touch", touch },   { "mark", mark },	  { "restore", restore },
	{ "split", split },   { "unmap", unmap }, { "mark again", mark },
};

#define NR_STAGES (sizeof(stages) / sizeof(stages[0]))

/* Run one round.  Return: the number of stages that had to be retried. */
static unsigned int run_path(struct path *p)
{
	unsigned int failed = 0;
	size_t i;
	int ret;

	for (i = 0; i < NR_STAGES; i++) {
		ret = stages[i].run(p);
		if (!ret)
			continue;
		EXPECT_EQ(ret, -ENOMEM);
		failed++;
		EXPECT_EQ(stages[i].run(p), 0);
	}
	return failed;
}

TEST(failure, cycle_survives_each_failed_allocation)
{
	struct fl_audit before, after;
	unsigned long n, made, rounds_failed = 0;
	struct path path;

	load(PAGE(0));
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	for (n = 1; n < 1000; n++) {
		EXPECT_EQ(fl_world_audit(t.world, &before), 0);
		memset(&path, 0, sizeof(path));
		EXPECT_EQ(fl_device_create(t.world, "d", &path.device), 0);
		made = fl_world_allocs(t.world);
		fl_world_fail_alloc(t.world, n);
		rounds_failed += run_path(&path);
		made = fl_world_allocs(t.world) - made;
		fl_world_fail_alloc(t.world, 0);
		EXPECT_EQ(load(PAGE(0)), 0);
		EXPECT_EQ(fl_process_exit(path.process), 0);
		EXPECT_EQ(fl_device_destroy(path.device), 0);
		EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
		EXPECT_EQ(fl_world_audit(t.world, &after), 0);
		EXPECT_EQ(after.objects, before.objects);
		EXPECT_EQ(after.locks, 0);
		EXPECT_EQ(after.rcu_sections + after.rcu_callbacks, 0);
		if (made < n)
			break;
	}
	EXPECT(n < 1000);
	/* The injector works: allocations were made, and some did fail. */
	EXPECT(n > 5);
	EXPECT(rounds_failed >= 5);
}

/*
 * Marking needs memory if it must allocate the page first.  Expect -ENOMEM,
 * still no page, and success the next time.
 */
TEST(failure, marking_without_memory_leaves_the_page_alone)
{
	fl_world_fail_alloc(t.world, 1);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE),
		  -ENOMEM);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
}

/* The page is mapped: expect no allocation in either direction. */
TEST(failure, marking_and_restoring_a_page_allocate_nothing)
{
	unsigned long allocs;

	store_and_mark(PAGE(0), 1);
	load(PAGE(0));
	allocs = fl_world_allocs(t.world);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(load(PAGE(0)), 1);
	EXPECT_EQ(fl_world_allocs(t.world), allocs);
}

/* -- operations on a separate process -- */

/* madvise(2) returns another error for this. */
static int merge_two(struct path *p)
{
	int ret = fl_ksm_merge(p->process, AT, 2 * FL_PAGE);

	return ret == -EAGAIN ? -ENOMEM : ret;
}

static int set_and_clear_probe(struct path *p)
{
	int ret = fl_uprobe_set(p->process, AT);

	return ret ? ret : fl_uprobe_clear(p->process, AT, 0);
}

static int fork_pinned(struct path *p)
{
	struct fl_process *child = NULL;
	unsigned long pfn = 0;
	int ret = fl_folio_pin(p->process, AT, &pfn);

	if (ret)
		return ret;
	ret = fl_fork(p->process, &child);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
	if (child)
		EXPECT_EQ(fl_process_exit(child), 0);
	return ret;
}

/*
 * Each allocation of @run fails once, in a process with two pages at AT: equal
 * ones, or those of a file.  Expect -ENOMEM if the kernel needs the memory,
 * unchanged contents, and nothing leaked after the process has exited.
 */
static void sweep(int (*run)(struct path *p), unsigned int prot,
		  unsigned int flags, unsigned long value)
{
	struct fl_audit before, after;
	unsigned long n, made, got;
	struct path path = { 0 };
	int ret;

	for (n = 1; n < 200; n++) {
		EXPECT_EQ(fl_world_audit(t.world, &before), 0);
		EXPECT_EQ(fl_process_create(t.world, &path.process), 0);
		EXPECT_EQ(fl_mmap(path.process, AT, 2 * FL_PAGE, prot, flags),
			  0);
		if (value) {
			EXPECT_EQ(fl_store(path.process, AT, value), 0);
			EXPECT_EQ(fl_store(path.process, AT + FL_PAGE, value),
				  0);
		}
		made = fl_world_allocs(t.world);
		fl_world_fail_alloc(t.world, n);
		ret = run(&path);
		fl_world_fail_alloc(t.world, 0);
		made = fl_world_allocs(t.world) - made;
		EXPECT(!ret || ret == -ENOMEM);
		EXPECT_EQ(fl_load(path.process, AT + FL_PAGE, &got), 0);
		EXPECT_EQ(got, value);
		EXPECT_EQ(fl_process_exit(path.process), 0);
		EXPECT_EQ(fl_world_audit(t.world, &after), 0);
		EXPECT_EQ(after.frames, before.frames);
		EXPECT_EQ(after.objects, before.objects);
		EXPECT_EQ(after.locks + after.rcu_callbacks, 0);
		if (made < n)
			break;
	}
	/* Allocations were made, and some did fail. */
	EXPECT(n > 1 && n < 200);
}

TEST(failure, merging_survives_each_failed_allocation)
{
	if (fl_ksm_merge(t.process, PAGE(0), 0) == -EOPNOTSUPP)
		suite_skip("this kernel has no KSM");
	sweep(merge_two, RW, FL_MAP_ANON, 7);
}

TEST(failure, probe_survives_each_failed_allocation)
{
	if (fl_uprobe_set(t.process, AT) == -EOPNOTSUPP)
		suite_skip("this kernel has no uprobes");
	sweep(set_and_clear_probe, FL_PROT_READ, FL_MAP_FILE | FL_MAP_PRIVATE,
	      0);
}

TEST(failure, fork_of_a_pinned_page_survives_each_failed_allocation)
{
	sweep(fork_pinned, RW, FL_MAP_ANON, 7);
}
