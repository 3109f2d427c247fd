/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_mark.c - which pages may be marked, and which may not
 *
 * A page that is refused is skipped: the device gets fewer pages than it asked
 * for, and the mapping stays.
 */
#include "suite.h"

#define HOLE	0x70000000UL
#define FILE_AT 0x50000000UL

/* A separate device for [start, start + len). */
static struct fl_device *device_for(unsigned long start, unsigned long len)
{
	struct fl_device *device = NULL;

	EXPECT_EQ(fl_device_create(t.world, "other", &device), 0);
	EXPECT_EQ(fl_device_attach(device, t.process, start, len), 0);
	return device;
}

/* Nothing is mapped there, so no page can be made.  Expect -EFAULT. */
TEST(mark, hole_is_an_error)
{
	struct fl_device *device = device_for(HOLE, FL_PAGE);

	EXPECT_EQ(fl_device_make_exclusive(device, HOLE, FL_PAGE), -EFAULT);
	EXPECT_EQ(pte_at(HOLE).raw, 0);
}

/*
 *   page 14 | page 15 | hole
 * Expect the pages before the hole to be marked, and a result of two.
 */
TEST(mark, marking_ends_at_a_hole)
{
	struct fl_device *device;

	EXPECT_EQ(fl_device_detach(t.device), 0);
	device = device_for(PAGE(14), 4 * FL_PAGE);
	EXPECT_EQ(fl_device_make_exclusive(device, PAGE(14), 4 * FL_PAGE), 2);
	EXPECT(pte_at(PAGE(14)).exclusive && pte_at(PAGE(15)).exclusive);
	EXPECT_EQ(rss_anon(), 2);
}

/* Expect all pages to be marked, each with its own entry. */
TEST(mark, range_of_pages_is_marked_at_once)
{
	unsigned long i;

	for (i = 0; i < NR_PAGES; i++)
		EXPECT_EQ(fl_store(t.process, PAGE(i), 100 + i), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0),
					   NR_PAGES * FL_PAGE),
		  NR_PAGES);
	for (i = 0; i < NR_PAGES; i++)
		EXPECT(pte_at(PAGE(i)).exclusive && device_at(PAGE(i)).mapped);
	for (i = 0; i < NR_PAGES; i++)
		EXPECT_EQ(load(PAGE(i)), 100 + i);
}

/* A page never touched: expect a fault, a page of zeroes, then the mark. */
TEST(mark, untouched_page_is_faulted_in_first)
{
	unsigned long value = 1;

	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(pte_at(PAGE(0)).exclusive);
	EXPECT_EQ(fl_device_read(t.device, PAGE(0), &value), 0);
	EXPECT_EQ(value, 0);
	EXPECT_EQ(rss_anon(), 1);
}

/*
 * Only loaded, so the shared zero page is mapped.  Expect a page of the
 * process's own instead, and the zero page unharmed by the device.
 */
TEST(mark, zero_page_is_replaced_first)
{
	unsigned long zero;

	EXPECT_EQ(load(PAGE(0)), 0);
	zero = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(rss_anon(), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(pte_at(PAGE(0)).pfn != zero);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 7, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 7);
	EXPECT_EQ(load(PAGE(1)), 0);
	EXPECT_EQ(rss_anon(), 1);
}

/* Expect a refusal for a page of a file: only anonymous memory is marked. */
TEST(mark, file_page_is_refused)
{
	struct fl_device *device = device_for(FILE_AT, FL_PAGE);
	struct fl_pte before;

	EXPECT_EQ(fl_mmap(t.process, FILE_AT, FL_PAGE, RW, FL_MAP_FILE), 0);
	EXPECT_EQ(fl_store(t.process, FILE_AT, 3), 0);
	before = pte_at(FILE_AT);
	EXPECT(!folio_of(before.pfn).anon);
	EXPECT_EQ(fl_device_make_exclusive(device, FILE_AT, FL_PAGE),
		  t.kernel->traits.marks_one_page ? -EOPNOTSUPP : 0);
	EXPECT_EQ(pte_at(FILE_AT).pfn, before.pfn);
	EXPECT(pte_at(FILE_AT).present);
	EXPECT(!folio_of(before.pfn).locked);
	EXPECT_EQ(load(FILE_AT), 3);
}

/*
 *   a page of a file, which a device has asked for and userfaultfd protects
 *   --written back-->  clean, and protected as before
 * Expect a mapping to be made clean.  An entry would have to stay as it is,
 * since its bits have another meaning.
 */
TEST(mark, file_page_is_written_back_and_stays_protected)
{
	struct fl_device *device = device_for(FILE_AT, FL_PAGE);
	struct fl_pte before, after;
	int cleaned;

	EXPECT_EQ(fl_mmap(t.process, FILE_AT, FL_PAGE, RW, FL_MAP_FILE), 0);
	EXPECT_EQ(fl_store(t.process, FILE_AT, 3), 0);
	fl_device_make_exclusive(device, FILE_AT, FL_PAGE);
	EXPECT_EQ(fl_uffd_wp(t.process, FILE_AT, FL_PAGE, 1), 0);
	before = pte_at(FILE_AT);
	cleaned = fl_unit_folio_mkclean(t.world, before.pfn);
	if (cleaned == -EOPNOTSUPP)
		suite_skip("this kernel does not support writeback");
	after = pte_at(FILE_AT);
	EXPECT_EQ(cleaned, before.present);
	EXPECT(!after.writable && !after.dirty && after.uffd_wp);
	EXPECT(before.present ? after.pfn == before.pfn :
				after.raw == before.raw);
	EXPECT_EQ(fl_uffd_wp(t.process, FILE_AT, FL_PAGE, 0), 0);
	EXPECT_EQ(load(FILE_AT), 3);
}

static struct {
	unsigned long pfn;
	int marker;
	long got;
} busy;

static void hold(void *arg)
{
	(void)arg;
	EXPECT_EQ(fl_folio_get(t.world, busy.pfn), 0);
	EXPECT_EQ(fl_folio_lock(t.world, busy.pfn), 0);
	fl_thread_yield();
	EXPECT_EQ(fl_thread_waits(t.world, busy.marker) != NULL,
		  t.kernel->traits.marking_waits);
	EXPECT(pte_at(PAGE(0)).present);
	EXPECT_EQ(fl_folio_unlock(t.world, busy.pfn), 0);
	EXPECT_EQ(fl_folio_put(t.world, busy.pfn), 0);
}

static void mark_page_0(void *arg)
{
	(void)arg;
	busy.got = fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE);
}

/*
 *   holder                       driver
 *   locks the folio
 *                                marks: waits for the folio
 *   unlocks it
 *                                marks
 * Expect the page to be marked in the end.  Releases whose marking does not
 * wait refuse it for nothing, and leave it mapped and counted as before.
 */
TEST(mark, marking_waits_for_a_locked_page)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	busy.pfn = pte_at(PAGE(0)).pfn;
	EXPECT(fl_thread_spawn(t.world, 0, "holder", hold, NULL) > 0);
	busy.marker = fl_thread_spawn(t.world, 1, "driver", mark_page_0, NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	KNOWN_WRONG(!t.kernel->traits.marking_waits, "b8932ca8b924",
		    busy.got == 1);
	if (busy.got)
		expect_exclusive(PAGE(0), busy.pfn, 1);
	else
		expect_mapped(PAGE(0), busy.pfn, 1);
}

/*
 * No permission to write: expect -EFAULT, since exclusive access includes
 * writing.
 */
TEST(mark, read_only_vma_is_an_error)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE, FL_PROT_READ), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE),
		  -EFAULT);
	EXPECT(pte_at(PAGE(0)).present);
}

/* A store would have to be resolved by userspace first.  Expect -EFAULT. */
TEST(mark, uffd_wp_page_is_an_error)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_uffd_wp(t.process, PAGE(0), FL_PAGE, 1), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE),
		  -EFAULT);
	EXPECT(pte_at(PAGE(0)).present && pte_at(PAGE(0)).uffd_wp);
}

/*
 * Hardware uses the page's frame: expect the very page to be marked like any
 * other, and the CPU to see what hardware writes there.
 */
TEST(mark, pinned_page_is_marked)
{
	unsigned long pfn, value = 0;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pfn), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT(pte_at(PAGE(0)).exclusive);
	EXPECT_EQ(pte_at(PAGE(0)).pfn, pfn);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(fl_frame_read(t.world, pfn, 0, &value), 0);
	EXPECT_EQ(value, 2);
	EXPECT_EQ(load(PAGE(0)), 2);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
	expect_mapped(PAGE(0), pfn, 1);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), -EINVAL);
}

/*
 * Pinning for a write: expect the mapping to be restored, and the device
 * without its right.
 */
TEST(mark, pinning_takes_the_page_from_the_device)
{
	unsigned long pfn, pinned;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_pin(t.process, PAGE(0), &pinned), 0);
	EXPECT_EQ(pinned, pfn);
	EXPECT(pte_at(PAGE(0)).present && pte_at(PAGE(0)).writable);
	EXPECT(!device_at(PAGE(0)).mapped);
	EXPECT_EQ(fl_folio_unpin(t.world, pfn), 0);
	expect_mapped(PAGE(0), pfn, 1);
}

/* The device has the page: expect it to be faulted back, then marked again. */
TEST(mark, exclusive_page_can_be_marked_again)
{
	unsigned long pfn;

	store_and_mark(PAGE(0), 1);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	expect_exclusive(PAGE(0), pfn, 1);
	EXPECT(device_at(PAGE(0)).mapped);
	EXPECT_EQ(load(PAGE(0)), 2);
}

/* This release cannot be asked to mark a given page. */
static void need_a_given_page(void)
{
	if (t.kernel->traits.marks_one_page)
		suite_skip("this release looks up the page itself");
}

/*
 *   this process, PAGE(0): page a        another process, PAGE(0): page b
 * Ask for b as the page at PAGE(0) of this process: expect (C12) a refusal,
 * page a mapped as before, and the other process to find its value.
 */
TEST(mark, page_of_another_process_is_refused)
{
	struct fl_process *other = NULL;
	unsigned long value = 0;
	struct fl_pte mine, theirs;

	need_a_given_page();
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_process_create(t.world, &other), 0);
	EXPECT_EQ(fl_mmap(other, PAGE(0), FL_PAGE, RW, FL_MAP_ANON), 0);
	EXPECT_EQ(fl_store(other, PAGE(0), 2), 0);
	mine = pte_at(PAGE(0));
	EXPECT_EQ(fl_pte_view(other, PAGE(0), &theirs), 0);
	EXPECT_EQ(fl_unit_make_device_exclusive(t.process, PAGE(0), theirs.pfn,
						&value),
		  0);
	EXPECT_EQ(pte_at(PAGE(0)).raw, mine.raw);
	EXPECT_EQ(fl_load(other, PAGE(0), &value), 0);
	EXPECT_EQ(value, 2);
	EXPECT_EQ(folio_of(theirs.pfn).refcount, 1);
	EXPECT_EQ(folio_of(theirs.pfn).mapcount, 1);
	EXPECT_EQ(fl_process_exit(other), 0);
}

/* Call only the function, with the right page.  Expect 1, and its entry. */
TEST(mark, function_alone_marks_its_page)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_unit_make_device_exclusive(t.process, PAGE(0), pfn, &pfn),
		  1);
	expect_exclusive(PAGE(0), pfn, 1);
	EXPECT(!device_at(PAGE(0)).mapped);
}

/* Ask for the page at the wrong address: expect (C12) a refusal. */
TEST(mark, page_at_the_wrong_address_is_refused)
{
	unsigned long pfn;

	need_a_given_page();
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_unit_make_device_exclusive(t.process, PAGE(1), pfn, &pfn),
		  0);
	EXPECT_EQ(load(PAGE(0)), 1);
	expect_mapped(PAGE(0), pfn, 1);
}
