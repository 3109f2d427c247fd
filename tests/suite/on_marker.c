/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_marker.c - uffd-wp for pages of a file, which are unmapped and mapped
 * again
 *
 *   | P | wp | page |  --zap-->  | marker: wp |  --load-->  | P | wp | page |
 *
 * A page of a file exists without a PTE: a marker in the PTE keeps the
 * protection while the page is not mapped.
 */
#include "suite.h"

#define AT 0x50000000UL

/*
 * Map four pages of a file.  A store to the protected ones fails, since no
 * thread answers.
 */
static void map_protected(unsigned int flags)
{
	int ret = fl_mmap(t.process, AT, 4 * FL_PAGE, RW, FL_MAP_FILE | flags);

	if (ret == -EOPNOTSUPP)
		suite_skip("this kernel has no private mappings of files");
	EXPECT_EQ(ret, 0);
	EXPECT_EQ(fl_uffd_wp(t.process, AT, 4 * FL_PAGE, 1), 0);
	if (!t.kernel->nr_files && !pte_at(AT).raw)
		suite_skip("the model has no uffd-wp markers");
}

static void expect_marker(unsigned long addr)
{
	EXPECT(pte_at(addr).raw != 0);
	EXPECT(!pte_at(addr).present && !pte_at(addr).swap);
}

static void expect_protected(unsigned long addr)
{
	EXPECT(pte_at(addr).present && pte_at(addr).uffd_wp);
	EXPECT(!pte_at(addr).writable);
	EXPECT_EQ(fl_store(t.process, addr, 9), -EFAULT);
}

TEST(marker, unmapped_page_is_protected)
{
	map_protected(0);
	expect_marker(AT);
	EXPECT_EQ(load(AT), 0);
	expect_protected(AT);
	EXPECT_EQ(fl_store(t.process, AT + FL_PAGE, 9), -EFAULT);
	EXPECT_EQ(load(AT + FL_PAGE), 0);
	expect_protected(AT + FL_PAGE);
}

/* Expect the marker to be removed. */
TEST(marker, ending_the_protection_removes_the_marker)
{
	map_protected(0);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, AT, 4 * FL_PAGE, 0), 0);
	EXPECT(pte_at(AT).present && !pte_at(AT).uffd_wp);
	EXPECT_EQ(pte_at(AT + FL_PAGE).raw, 0);
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	EXPECT_EQ(fl_store(t.process, AT + FL_PAGE, 8), 0);
	EXPECT_EQ(load(AT), 7);
}

TEST(marker, zap_keeps_or_installs_a_marker)
{
	map_protected(0);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(fl_zap(t.process, AT, 2 * FL_PAGE), 0);
	expect_marker(AT);
	expect_marker(AT + FL_PAGE);
	EXPECT_EQ(load(AT), 0);
	expect_protected(AT);
}

TEST(marker, munmap_removes_the_marker)
{
	map_protected(0);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(fl_munmap(t.process, AT, 4 * FL_PAGE), 0);
	EXPECT_EQ(pte_at(AT).raw, 0);
	EXPECT_EQ(pte_at(AT + FL_PAGE).raw, 0);
	EXPECT_EQ(fl_mmap(t.process, AT, FL_PAGE, RW, FL_MAP_ANON), 0);
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
}

/* Expect a change of permissions to leave the marker alone. */
TEST(marker, mprotect_leaves_the_marker)
{
	unsigned long raw;

	map_protected(0);
	raw = pte_at(AT).raw;
	EXPECT_EQ(fl_mprotect(t.process, AT, 4 * FL_PAGE, FL_PROT_READ), 0);
	EXPECT_EQ(pte_at(AT).raw, raw);
	EXPECT_EQ(fl_mprotect(t.process, AT, 4 * FL_PAGE, RW), 0);
	EXPECT_EQ(load(AT), 0);
	expect_protected(AT);
}

/* Expect the parent unchanged, and a child that finds the file's page. */
TEST(marker, fork_keeps_the_marker_in_the_parent_only)
{
	struct fl_process *child = NULL;
	unsigned long value = ~0UL;

	map_protected(0);
	EXPECT_EQ(load(AT), 0);
	EXPECT_EQ(fl_fork(t.process, &child), 0);
	expect_protected(AT);
	expect_marker(AT + FL_PAGE);
	EXPECT_EQ(load(AT + FL_PAGE), 0);
	expect_protected(AT + FL_PAGE);
	EXPECT_EQ(fl_load(child, AT, &value), 0);
	EXPECT_EQ(value, 0);
	EXPECT_EQ(folio_at(AT).mapcount, 2);
}

/* Expect a device that reads to get the page, which stays protected. */
TEST(marker, device_reads_a_protected_page)
{
	struct fl_device *device = NULL;
	unsigned long value = ~0UL;

	map_protected(0);
	EXPECT_EQ(fl_device_create(t.world, "file", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, AT, 4 * FL_PAGE), 0);
	EXPECT_EQ(fl_device_map_read(device, AT, 2 * FL_PAGE), 0);
	EXPECT_EQ(fl_device_read(device, AT, &value), 0);
	EXPECT_EQ(value, 0);
	expect_protected(AT);
}

/*
 * The zap drops the process's own copy: expect the protection to be kept for
 * the page of the file below it.
 */
TEST(marker, zap_of_a_private_copy_keeps_the_protection)
{
	map_protected(FL_MAP_PRIVATE);
	EXPECT_EQ(fl_uffd_wp(t.process, AT, FL_PAGE, 0), 0);
	EXPECT_EQ(fl_store(t.process, AT, 7), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, AT, FL_PAGE, 1), 0);
	expect_protected(AT);
	EXPECT(folio_at(AT).anon);
	EXPECT_EQ(fl_zap(t.process, AT, FL_PAGE), 0);
	EXPECT_EQ(load(AT), 0);
	expect_protected(AT);
}

/*
 * Anonymous memory that was never written: expect nothing to be kept, as
 * nothing is lost.
 */
TEST(marker, zap_of_the_zero_page_leaves_no_marker)
{
	EXPECT_EQ(load(PAGE(0)), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 1), 0);
	EXPECT(pte_at(PAGE(0)).uffd_wp);
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(pte_at(PAGE(0)).raw, 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
}
