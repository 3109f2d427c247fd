/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_private.c - a private mapping of a file: copies of its pages, and
 * breakpoints
 *
 *   load     PTE -> page of the file, read-only
 *   store    PTE -> the process's own page, anonymous, in a file mapping
 *   probe    the same, with a breakpoint in it, in a mapping that may not be
 *            written
 *
 * A device may get the copy like other anonymous memory.  A probe replaces the
 * page with another one, or with the file's, and must not mistake an entry for
 * a mapping.
 */
#include "suite.h"

#define AT 0x50000000UL

static struct fl_device *device;

/* Map four pages of a file of zeroes, and attach a device that mirrors them. */
static void map_file(unsigned int prot)
{
	int ret = fl_mmap(t.process, AT, 4 * FL_PAGE, prot,
			  FL_MAP_FILE | FL_MAP_PRIVATE);

	if (ret == -EOPNOTSUPP)
		suite_skip("this kernel has no private mappings of files");
	EXPECT_EQ(ret, 0);
	EXPECT_EQ(fl_device_create(t.world, "private", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, AT, 4 * FL_PAGE), 0);
}

static struct fl_rss rss(void)
{
	struct fl_rss out = { 0 };

	EXPECT_EQ(fl_rss_view(t.process, &out), 0);
	return out;
}

TEST(private_file, store_copies_the_page)
{
	unsigned long pfn;

	map_file(RW);
	EXPECT_EQ(load(AT), 0);
	pfn = pte_at(AT).pfn;
	EXPECT(!folio_of(pfn).anon && !pte_at(AT).writable);
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	EXPECT(pte_at(AT).pfn != pfn && folio_at(AT).anon);
	EXPECT_EQ(rss().anon, 1);
	EXPECT_EQ(rss().file, 0);
	EXPECT_EQ(fl_zap(t.process, AT, FL_PAGE), 0);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(pte_at(AT).pfn, pfn);
}

/* Expect the device to get a copy of the file's page. */
TEST(private_file, marking_copies_the_page_first)
{
	unsigned long pfn;

	map_file(RW);
	EXPECT_EQ(load(AT), 0);
	pfn = pte_at(AT).pfn;
	EXPECT_EQ(fl_device_make_exclusive(device, AT, FL_PAGE), 1);
	EXPECT(pte_at(AT).exclusive && pte_at(AT).pfn != pfn);
	EXPECT_EQ(fl_device_atomic_add(device, AT, 7, NULL), 0);
	EXPECT_EQ(load(AT), 7);
	EXPECT_EQ(folio_of(pfn).mapcount, 0);
}

/*
 * An entry in a mapping that is not anonymous: expect zap and munmap to support
 * it without a warning (be3f38d05cc5).
 */
TEST(private_file, zap_and_munmap_drop_exclusive_copies)
{
	unsigned long i;

	map_file(RW);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(fl_store(t.process, AT + i * FL_PAGE, 7), 0);
		EXPECT_EQ(fl_device_make_exclusive(device, AT + i * FL_PAGE,
						   FL_PAGE),
			  1);
	}
	EXPECT_EQ(fl_zap(t.process, AT, FL_PAGE), 0);
	EXPECT_EQ(rss().anon, 2);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(fl_munmap(t.process, AT + FL_PAGE, FL_PAGE), 0);
	EXPECT_EQ(rss().anon, 1);
	EXPECT_EQ(load(AT + 2 * FL_PAGE), 7);
	EXPECT(strstr(fl_world_console(t.world), "WARN") == NULL);
}

TEST(private_file, fork_restores_the_copy)
{
	struct fl_process *child = NULL;
	unsigned long value;

	map_file(RW);
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	EXPECT_EQ(fl_device_make_exclusive(device, AT, FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(device, AT, 1, NULL), 0);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	EXPECT_EQ(fl_store(t.process, AT, 9), 0);
	EXPECT_EQ(fl_load(child, AT, &value), 0);
	EXPECT_EQ(value, 8);
	EXPECT_EQ(load(AT), 9);
}

/* -- probes -- */

#define BREAKPOINT 0xccUL

static void set_probe(unsigned long addr)
{
	int ret = fl_uprobe_set(t.process, addr);

	if (ret == -EOPNOTSUPP)
		suite_skip("this kernel has no uprobes");
	EXPECT_EQ(ret, 0);
}

TEST(private_file, probe_is_set_in_a_copy_and_cleared)
{
	unsigned long file;

	map_file(FL_PROT_READ);
	EXPECT_EQ(load(AT), 0);
	file = pte_at(AT).pfn;
	set_probe(AT + 3);
	EXPECT_EQ(load(AT), BREAKPOINT << 24);
	EXPECT(pte_at(AT).pfn != file && !pte_at(AT).writable);
	EXPECT(folio_at(AT).anon);
	EXPECT_EQ(rss().anon, 1);
	EXPECT_EQ(rss().file, 0);
	EXPECT_EQ(fl_uprobe_clear(t.process, AT + 3, 0), 0);
	EXPECT_EQ(rss().anon, 0);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(pte_at(AT).pfn, file);
}

/* The process has stored to the page meanwhile: expect the store to be kept. */
TEST(private_file, clearing_a_probe_keeps_stores)
{
	map_file(FL_PROT_READ);
	set_probe(AT);
	EXPECT_EQ(fl_mprotect(t.process, AT, FL_PAGE, RW), 0);
	EXPECT_EQ(fl_store(t.process, AT + 8, 7), 0);
	EXPECT_EQ(fl_uprobe_clear(t.process, AT, 0), 0);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(load(AT + 8), 7);
	EXPECT_EQ(rss().anon, 1);
}

TEST(private_file, no_probe_in_anonymous_or_writable_memory)
{
	map_file(RW);
	if (fl_uprobe_set(t.process, PAGE(0)) == -EOPNOTSUPP)
		suite_skip("this kernel has no uprobes");
	EXPECT_EQ(fl_uprobe_set(t.process, PAGE(0)), -EINVAL);
	EXPECT_EQ(fl_uprobe_set(t.process, AT), -EINVAL);
	EXPECT_EQ(fl_uprobe_set(t.process, AT + 4 * FL_PAGE), -EINVAL);
	EXPECT_EQ(fl_uprobe_clear(t.process, PAGE(0), 0), -EINVAL);
	EXPECT_EQ(load(AT), 0);
}

/*
 * The device has the page: expect it to be restored first, and the device's
 * data to be copied.
 */
TEST(private_file, setting_a_probe_takes_the_page_from_the_device)
{
	map_file(RW);
	EXPECT_EQ(fl_device_make_exclusive(device, AT, FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(device, AT + 8, 7, NULL), 0);
	EXPECT_EQ(fl_mprotect(t.process, AT, 4 * FL_PAGE, FL_PROT_READ), 0);
	set_probe(AT);
	EXPECT_EQ(fl_device_write(device, AT + 8, 1), -EFAULT);
	EXPECT_EQ(load(AT), BREAKPOINT);
	EXPECT_EQ(load(AT + 8), 7);
	EXPECT_EQ(folio_at(AT).refcount, 1);
	EXPECT_EQ(folio_at(AT).mapcount, 1);
}

TEST(private_file, clearing_a_probe_takes_the_page_from_the_device)
{
	map_file(FL_PROT_READ);
	set_probe(AT);
	EXPECT_EQ(fl_mprotect(t.process, AT, FL_PAGE, RW), 0);
	EXPECT_EQ(fl_device_make_exclusive(device, AT, FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(device, AT + 8, 7, NULL), 0);
	EXPECT_EQ(fl_uprobe_clear(t.process, AT, 0), 0);
	EXPECT_EQ(fl_device_write(device, AT + 8, 1), -EFAULT);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(load(AT + 8), 7);
}

/* -- a device marks the page in between -- */

static struct {
	unsigned long pfn;
	int prober, cleared;
	long got;
} race;

static void clear_probe(void *arg)
{
	(void)arg;
	race.cleared = fl_uprobe_clear(t.process, AT, 0);
}

/*
 * Hold the page's lock until the probe has found the page and waits for the
 * lock.
 */
static void mark_meanwhile(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_lock(t.world, race.pfn), 0);
	fl_thread_yield();
	EXPECT_EQ(fl_folio_unlock(t.world, race.pfn), 0);
	race.got = fl_device_make_exclusive(device, AT, FL_PAGE);
}

/*
 *   probe                           device
 *                                   (the page is locked)
 *   finds the page at the address
 *   waits for its lock
 *                                   unlocked; marks the page: an entry
 *   locks it, finds the entry
 *   mistakes it for a mapping
 * Expect a mapcount that matches the mappings; if the entry is mistaken for a
 * mapping, it is subtracted twice.  A probe that does not wait is done before.
 */
TEST(private_file, device_marks_the_page_while_a_probe_is_cleared)
{
	_Bool mapped;

	map_file(FL_PROT_READ);
	set_probe(AT);
	EXPECT_EQ(fl_mprotect(t.process, AT, FL_PAGE, RW), 0);
	EXPECT_EQ(load(AT), BREAKPOINT);
	race.pfn = pte_at(AT).pfn;
	EXPECT_EQ(fl_folio_get(t.world, race.pfn), 0);
	EXPECT(fl_thread_spawn(t.world, 0, "device", mark_meanwhile, NULL) > 0);
	race.prober = fl_thread_spawn(t.world, 1, "probe", clear_probe, NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	EXPECT_EQ(race.got, 1);
	EXPECT_EQ(race.cleared, 0);
	EXPECT_EQ(load(AT), 0);
	mapped = pte_at(AT).pfn == race.pfn;
	KNOWN_WRONG(t.kernel->traits.uprobes_take_entries, "096cbb80ab3f",
		    folio_of(race.pfn).mapcount == mapped);
	EXPECT_EQ(folio_of(race.pfn).refcount, 1 + mapped);
	if (!t.kernel->traits.uprobes_take_entries) {
		EXPECT_EQ(fl_folio_put(t.world, race.pfn), 0);
		return;
	}
	EXPECT_EQ(fl_folio_put(t.world, race.pfn), -ENOTRECOVERABLE);
	suite_expect_end(FL_END_KERNEL_BUG, "mapcount_left_at_free");
}
