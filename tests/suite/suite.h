/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * suite.h - tests that run on every kernel: one body, a world for each
 *
 *   TEST(restore, maps_the_pfn_of_the_entry) { ...  EXPECT(...); }
 *
 * Each test gets a world with a process, 16 writable pages of anonymous memory
 * at PAGE(0), and a device that mirrors them.  After the test, the world is
 * shut down: an unexpected end of the world, or a leak, fails the test.
 *
 * EXPECT() and the like may be used in simulated threads.  After a failure, the
 * test continues; at its end, it fails and prints everything that did not hold.
 */
#ifndef FL_TESTS_SUITE_H
#define FL_TESTS_SUITE_H

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "faultlab/faultlab.h"

#define NR_PAGES 16
#define PAGE(i)	 (0x40000000UL + FL_PAGE * (i))
#define RW	 (FL_PROT_READ | FL_PROT_WRITE)

struct suite {
	struct fl_world *world;
	struct fl_process *process;
	struct fl_device *device;
	const struct fl_kernel_info *kernel;
};

extern struct suite t;

struct suite_test {
	const char *group, *name;
	void (*body)(void);
	int must_fail;
	/* fl_world_config.swap_pages; 0: default. */
	unsigned long swap_pages;
	_Bool failed;
	struct suite_test *next;
};

void suite_register(struct suite_test *test);

#define SUITE_TEST(group_, name_, must_fail_, ...)                            \
	static void group_##_##name_(void);                                   \
	__attribute__((constructor)) static void register_##group_##_##name_( \
		void)                                                         \
	{                                                                     \
		static struct suite_test test = { .group = #group_,           \
						  .name = #name_,             \
						  .body = group_##_##name_,   \
						  .must_fail = must_fail_,    \
						  ##__VA_ARGS__ };            \
		suite_register(&test);                                        \
	}                                                                     \
	static void group_##_##name_(void)

/* TEST(group, name, .swap_pages = N) gets a larger swap file. */
#define TEST(group_, name_, ...) SUITE_TEST(group_, name_, 0, ##__VA_ARGS__)
/* A test of the suite itself, which must fail; only runs on request. */
#define CANARY(name_)		 SUITE_TEST(canary, name_, 1)

void suite_expect(int held, const char *what, const char *file, int line);
void suite_expect_eq(long a, long b, const char *what, const char *file,
		     int line);
#define EXPECT(c) suite_expect(!!(c), #c, __FILE__, __LINE__)
#define EXPECT_EQ(a, b) \
	suite_expect_eq((long)(a), (long)(b), #a " == " #b, __FILE__, __LINE__)

/* End the test: it does not apply to this kernel. */
void suite_skip(const char *why) __attribute__((noreturn));

/* At the start of a test: replace its world by one that prints warnings. */
void suite_print_warnings(void);

/*
 * The kernel has this bug: the test must end the world in this way, and fails
 * if it does not. Expectations about the ended world are ignored.
 */
void suite_known_bug(const char *name, enum fl_end_kind kind, const char *text);

/*
 * @c is the right behaviour, which a kernel with a known bug violates.  If @bug
 * is set, @c must be false: once it is true, the test fails and names @fix, the
 * commit.  Otherwise this is EXPECT(@c).
 */
#define KNOWN_WRONG(bug, fix, c) \
	suite_known_wrong(bug, fix, !!(c), #c, __FILE__, __LINE__)
void suite_known_wrong(int bug, const char *fix, int held, const char *what,
		       const char *file, int line);

/* The world must have ended for this reason; shutdown then expects it. */
void suite_expect_end(enum fl_end_kind kind, const char *text);
/* The test leaks at least this many frames, on purpose. */
void suite_expect_leak(unsigned long frames);

/* Views that never fail. */
struct fl_pte pte_at(unsigned long addr);
struct fl_folio folio_at(unsigned long addr); /* of the entry's pfn */
struct fl_folio folio_of(unsigned long pfn);
struct fl_tlb tlb_at(unsigned int cpu, unsigned long addr);
struct fl_device_pte device_at(unsigned long addr);
long rss_anon(void);
unsigned long load(unsigned long addr); /* expects success */

/* Store @value at @addr, and mark the page for the device. */
void store_and_mark(unsigned long addr, unsigned long value);

/* Check a page mapped at @addr: one reference, one mapping, unlocked. */
void expect_mapped(unsigned long addr, unsigned long pfn, _Bool writable);
/* The same for a page that the device has. */
void expect_exclusive(unsigned long addr, unsigned long pfn, _Bool writable);

#endif /* FL_TESTS_SUITE_H */
