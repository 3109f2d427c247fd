/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * suite.c - run the tests of suite.h
 *
 * usage: suite KERNEL [GROUP[/TEST]]
 *        suite --list
 *
 * If the world of a test ends unexpectedly, the violation is printed first, and
 * expectations that failed after it are only counted: they follow from it.  The
 * last lines are commands that run the failed tests again.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "suite.h"

#define MAX_TESTS 512 /* per run */

struct suite t;

static struct suite_test *tests;
static struct suite_test **tests_end = &tests;
static const char *kernel;
static struct suite_test *running;
static unsigned int failures;
static enum fl_end_kind expected_end;
static unsigned long expected_leak;
static struct {
	const char *name, *text;
	enum fl_end_kind kind;
} known_bug;
static char skip_reason[128];

void suite_register(struct suite_test *test)
{
	*tests_end = test;
	tests_end = &test->next;
}

/* A line that failed in a test; of a loop, only the first is printed. */
struct failed_line {
	const char *file;
	int line;
	unsigned int times;
	_Bool after_end;
};

static struct failed_line failed_lines[64];
static unsigned int nr_failed_lines;

/* Failures after the end of the world, which matter only if it is expected. */
static struct {
	FILE *out; /* NULL: none so far */
	char *text;
	size_t size;
	unsigned int nr;
} after_end;

static _Bool has_ended(void)
{
	return t.world && fl_world_end(t.world);
}

static FILE *print_after_end(void)
{
	after_end.nr++;
	if (!after_end.out)
		after_end.out = open_memstream(&after_end.text,
					       &after_end.size);
	return after_end.out ? after_end.out : stderr;
}

/* Return: where to print the failure; NULL: do not print it. */
static FILE *failure(const char *file, int line)
{
	unsigned int i;

	/* Views of a world that a known bug has ended are meaningless. */
	if (known_bug.name && has_ended())
		return NULL;
	failures++;
	for (i = 0; i < nr_failed_lines; i++)
		if (failed_lines[i].file == file &&
		    failed_lines[i].line == line) {
			failed_lines[i].times++;
			after_end.nr += has_ended();
			return NULL;
		}
	if (i < sizeof(failed_lines) / sizeof(failed_lines[0]))
		failed_lines[nr_failed_lines++] =
			(struct failed_line){ file, line, 0, has_ended() };
	return has_ended() ? print_after_end() : stderr;
}

/* Print the failures after an expected end; count them after another end. */
static void end_failures(_Bool print)
{
	unsigned int i;

	if (after_end.out)
		fclose(after_end.out);
	if (after_end.out && print)
		fputs(after_end.text, stderr);
	else if (after_end.nr)
		fprintf(stderr,
			"(not shown: failed after the violation, %u times)\n",
			after_end.nr);
	for (i = 0; i < nr_failed_lines && !print; i++)
		if (failed_lines[i].after_end)
			failed_lines[i].times = 0;
	if (!print)
		failures -= after_end.nr;
	free(after_end.text);
	memset(&after_end, 0, sizeof(after_end));
}

static void print_repeated(void)
{
	unsigned int i;

	for (i = 0; i < nr_failed_lines; i++)
		if (failed_lines[i].times)
			fprintf(stderr,
				"%s:%d: the same failure, %u more times\n",
				failed_lines[i].file, failed_lines[i].line,
				failed_lines[i].times);
	nr_failed_lines = 0;
}

void suite_expect(int held, const char *what, const char *file, int line)
{
	FILE *out = held ? NULL : failure(file, line);

	if (out)
		fprintf(out, "%s:%d: does not hold: %s\n", file, line, what);
}

/* "-131 (-ENOTRECOVERABLE)", "6 (0x6)" */
static const char *number(long n, char *text, size_t size)
{
	const char *error = n < 0 && n > -200 ? strerrorname_np(-n) : NULL;

	if (error)
		snprintf(text, size, "%ld (-%s)", n, error);
	else
		snprintf(text, size, "%ld (%#lx)", n, n);
	return text;
}

void suite_expect_eq(long a, long b, const char *what, const char *file,
		     int line)
{
	FILE *out = a == b ? NULL : failure(file, line);
	char left[60], right[60];

	if (out)
		fprintf(out, "%s:%d: does not hold: %s: %s against %s\n", file,
			line, what, number(a, left, sizeof(left)),
			number(b, right, sizeof(right)));
}

void suite_known_wrong(int bug, const char *fix, int held, const char *what,
		       const char *file, int line)
{
	FILE *out = bug && held ? failure(file, line) : NULL;

	if (!bug)
		suite_expect(held, what, file, line);
	else if (out)
		fprintf(out,
			"%s:%d: known bug not seen: %s holds; if it is fixed "
			"(%s), update struct fl_traits\n",
			file, line, what, fix);
}

void suite_known_bug(const char *name, enum fl_end_kind kind, const char *text)
{
	known_bug.name = name;
	known_bug.kind = kind;
	known_bug.text = text;
	expected_end = kind;
}

/* Return: 1 if the bug has shown as declared. */
static int known_bug_showed(void)
{
	const struct fl_end *end = fl_world_end(t.world);

	return end && end->kind == known_bug.kind &&
	       strstr(end->text, known_bug.text);
}

void suite_skip(const char *why)
{
	snprintf(skip_reason, sizeof(skip_reason), "%s", why);
	running->failed = 0;
	skip();
	abort();
}

void suite_expect_end(enum fl_end_kind kind, const char *text)
{
	const struct fl_end *end = fl_world_end(t.world);

	expected_end = kind;
	EXPECT(end != NULL);
	if (!end)
		return;
	EXPECT_EQ(end->kind, kind);
	if (!strstr(end->text, text)) {
		fprintf(stderr, "\"%s\" does not contain \"%s\"\n", end->text,
			text);
		failures++;
	}
	EXPECT(*end->where);
}

void suite_expect_leak(unsigned long frames)
{
	expected_leak = frames;
}

/* -- views -- */

struct fl_pte pte_at(unsigned long addr)
{
	struct fl_pte pte = { 0 };

	EXPECT_EQ(fl_pte_view(t.process, addr, &pte), 0);
	return pte;
}

struct fl_folio folio_of(unsigned long pfn)
{
	struct fl_folio folio = { 0 };

	EXPECT_EQ(fl_folio_view(t.world, pfn, &folio), 0);
	return folio;
}

struct fl_folio folio_at(unsigned long addr)
{
	return folio_of(pte_at(addr).pfn);
}

struct fl_tlb tlb_at(unsigned int cpu, unsigned long addr)
{
	struct fl_tlb tlb = { 0 };

	EXPECT_EQ(fl_tlb_view(t.process, cpu, addr, &tlb), 0);
	return tlb;
}

struct fl_device_pte device_at(unsigned long addr)
{
	struct fl_device_pte pte = { 0 };

	EXPECT_EQ(fl_device_pte_view(t.device, addr, &pte), 0);
	return pte;
}

long rss_anon(void)
{
	struct fl_rss rss = { 0 };

	EXPECT_EQ(fl_rss_view(t.process, &rss), 0);
	return rss.anon;
}

unsigned long load(unsigned long addr)
{
	unsigned long value = ~0UL;

	EXPECT_EQ(fl_load(t.process, addr, &value), 0);
	return value;
}

void store_and_mark(unsigned long addr, unsigned long value)
{
	EXPECT_EQ(fl_store(t.process, addr, value), 0);
	EXPECT_EQ(fl_device_make_exclusive(t.device, addr, FL_PAGE), 1);
}

void expect_mapped(unsigned long addr, unsigned long pfn, _Bool writable)
{
	struct fl_pte pte = pte_at(addr);
	struct fl_folio folio = folio_of(pfn);

	EXPECT(pte.present);
	EXPECT(!pte.exclusive);
	EXPECT_EQ(pte.pfn, pfn);
	EXPECT_EQ(pte.writable, writable);
	EXPECT_EQ(folio.mapcount, 1);
	EXPECT_EQ(folio.refcount, 1L << folio.order);
	EXPECT(!folio.locked);
	EXPECT(folio.anon && folio.anon_exclusive);
	EXPECT(!device_at(addr).mapped);
}

void expect_exclusive(unsigned long addr, unsigned long pfn, _Bool writable)
{
	struct fl_pte pte = pte_at(addr);
	struct fl_folio folio = folio_of(pfn);

	EXPECT(!pte.present);
	EXPECT(pte.exclusive);
	EXPECT_EQ(pte.exclusive_writable, writable);
	EXPECT_EQ(pte.pfn, pfn);
	EXPECT_EQ(folio.mapcount, t.kernel->traits.entry_mapcount);
	EXPECT_EQ(folio.refcount, 1L << folio.order);
	EXPECT(!folio.locked);
	EXPECT(!tlb_at(0, addr).valid);
	EXPECT(!tlb_at(1, addr).valid);
}

/* -- running -- */

static void boot(_Bool print_warnings)
{
	const struct fl_world_config config = {
		.kernel = kernel,
		.catch_end = 1,
		.swap_pages = running->swap_pages,
		.print_warnings = print_warnings,
	};

	EXPECT_EQ(argument_boots(kernel, fl_world_boot(&config, &t.world)), 0);
	if (failures)
		return;
	t.kernel = fl_world_kernel(t.world);
	EXPECT_EQ(fl_process_create(t.world, &t.process), 0);
	EXPECT_EQ(fl_mmap(t.process, PAGE(0), NR_PAGES * FL_PAGE, RW,
			  FL_MAP_ANON),
		  0);
	EXPECT_EQ(fl_device_create(t.world, "device", &t.device), 0);
	EXPECT_EQ(fl_device_attach(t.device, t.process, PAGE(0),
				   NR_PAGES * FL_PAGE),
		  0);
}

static int set_up(void **state)
{
	running = *state;
	running->failed = 1; /* until run() has ended */
	failures = 0;
	nr_failed_lines = 0;
	known_bug.name = NULL;
	expected_end = FL_END_NONE;
	expected_leak = 0;
	boot(0);
	return failures ? -1 : 0;
}

static void check_end(void)
{
	const struct fl_end *end = fl_world_end(t.world);
	const char *console = fl_world_console(t.world);

	if (end && !expected_end) {
		fprintf(stderr, "%s\nwhere: %s\n%s%s\n", end->text, end->where,
			end->backtrace, console);
		failures++;
	}
	end_failures(!end || expected_end);
}

static void check_leaks(void)
{
	_Bool ended = fl_world_end(t.world) != NULL;
	struct fl_audit leaked = { 0 };
	int ret = fl_world_shutdown(t.world, &leaked);

	t.world = NULL;
	if (ret == -ENOTRECOVERABLE && !ended) {
		fprintf(stderr, "the world ended during shutdown\n");
		failures++;
	}
	if (ret == -ENOTRECOVERABLE || (!ret && !expected_leak))
		return;
	if (expected_leak && ret == -EUCLEAN && leaked.frames >= expected_leak)
		return;
	fprintf(stderr,
		"leaked: %lu frames, %lu objects, %lu swapped pages, %lu "
		"locks, %lu RCU sections, %lu RCU callbacks\n",
		leaked.frames, leaked.objects, leaked.swap, leaked.locks,
		leaked.rcu_sections, leaked.rcu_callbacks);
	failures++;
}

void suite_print_warnings(void)
{
	check_end();
	check_leaks();
	boot(1);
}

static int tear_down(void **state)
{
	(void)state;
	if (!t.world)
		return 0;
	check_end();
	check_leaks();
	return failures ? -1 : 0;
}

static void run(void **state)
{
	struct suite_test *test = *state;

	test->body();
	if (known_bug.name && !known_bug_showed()) {
		fprintf(stderr,
			"known bug not seen: %s; if it is fixed, expect the right behaviour here\n",
			known_bug.name);
		known_bug.name = NULL;
		expected_end = FL_END_NONE;
		failures++;
	}
	check_end();
	check_leaks();
	print_repeated();
	test->failed = failures;
	if (failures)
		fail();
}

/* cmocka prints its summary before. */
static void print_commands(const char *self)
{
	struct suite_test *test;

	fflush(stdout);
	for (test = tests; test; test = test->next)
		if (test->failed)
			fprintf(stderr, "replay:    %s %s %s/%s\n", self,
				kernel, test->group, test->name);
}

static int list(void)
{
	struct suite_test *test;

	for (test = tests; test; test = test->next)
		if (!test->must_fail)
			printf("%s/%s\n", test->group, test->name);
	return 0;
}

static int wanted(const struct suite_test *test, const char *what)
{
	size_t len = strlen(test->group);

	if (!what)
		return !test->must_fail;
	return !strcmp(what, test->group) ||
	       (!strncmp(what, test->group, len) && what[len] == '/' &&
		!strcmp(what + len + 1, test->name));
}

int main(int argc, char **argv)
{
	struct CMUnitTest units[MAX_TESTS];
	struct suite_test *test;
	size_t n = 0;
	int ret;

	arguments_begin("suite", "KERNEL [GROUP[/TEST]] | --list");
	arguments_count(argc, 1, 2);
	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	kernel = argument_kernel(argv[1]);
	for (test = tests; test && n < MAX_TESTS; test = test->next)
		if (wanted(test, argv[2]))
			units[n++] = (struct CMUnitTest){ test->name, run,
							  set_up, tear_down,
							  test };
	if (test)
		argument_error("more than %d tests: raise MAX_TESTS",
			       MAX_TESTS);
	if (!n)
		argument_error("no test '%s'; see: suite --list", argv[2]);
	ret = _cmocka_run_group_tests(kernel, units, n, NULL, NULL);
	print_commands(argv[0]);
	if (*skip_reason)
		fprintf(stderr, "skipped: %s\n", skip_reason);
	/* The number of failed tests could look like another exit code. */
	return ret != 0;
}
