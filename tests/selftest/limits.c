/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * limits.c - a plain program that uses up some resource, or sets limits
 *
 * usage: limits NAME
 *
 * Using up a resource returns the errno of a kernel, or is not possible:
 * addresses, mappings, translations, locks of one call, objects freed after a
 * grace period.  See mmap(2) for MAP_GROWSDOWN, and getrlimit(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plain.h"

#define RW	(PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define SHARED	(MAP_SHARED | MAP_ANONYMOUS)
#define MIB	(1UL << 20)
#define GAP	(256 * PAGE) /* stack_guard_gap */

static sigjmp_buf back;

static void on_segv(int sig)
{
	siglongjmp(back, sig);
}

/* Return: 1 if the store was made. */
static int store(char *p, char value)
{
	if (sigsetjmp(back, 1))
		return 0;
	*(volatile char *)p = value;
	return 1;
}

static char *map(unsigned long len, int prot, int flags)
{
	char *p = mmap(NULL, len, prot, flags, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static void wait_for(pid_t child)
{
	int status;

	CHECK(child > 0);
	while (waitpid(child, &status, 0) < 0)
		CHECK(errno == EINTR);
	CHECK(!status);
}

/* -- tables -- */

/* Each has a file, freed a grace period after the process has ended. */
static void many_files(void)
{
	int i;

	for (i = 0; i < 5000; i++)
		map(PAGE, RW, SHARED);
}

/*
 * Objects use up all RAM when the process ends, and the driver needs some to be
 * unloaded.
 */
static void files_use_up_all_memory(void)
{
	unsigned long i;

	for (i = 0; i < 100000; i++)
		if (mmap(NULL, PAGE, RW, i % 2 ? PRIVATE : SHARED, -1, 0) ==
		    MAP_FAILED)
			break;
	CHECK(i < 100000 && (errno == ENOMEM || errno == ENOSPC));
}

/* The device's notifier locks each file and each anon_vma at once. */
static void many_locks(void)
{
	int i;

	for (i = 0; i < 400; i++) {
		map(PAGE, RW, SHARED);
		*map(PAGE, RW, PRIVATE) = 1;
	}
	CHECK(open("/dev/hmm_dmirror0", O_RDWR) >= 0);
}

/*
 * More pages at once than the number of mappings allowed to a process of the
 * host.
 */
static void many_pages(void)
{
	const unsigned long pages = 70000;
	char *p = map(pages * PAGE, RW, PRIVATE | MAP_NORESERVE);
	unsigned long i, sum = 0;
	void *memory;

	madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
	for (i = 0; i < pages; i++)
		sum += *(volatile char *)(p + i * PAGE);
	CHECK(!sum);
	memory = malloc(64 * MIB);
	CHECK(memory);
	free(memory);
	p[0] = 1;
	p[(pages - 1) * PAGE] = 2;
	CHECK(p[0] == 1 && p[PAGE] == 0 && p[(pages - 1) * PAGE] == 2);
}

/* Fork until no place for a process is left; later, fork() works again. */
static void many_processes(void)
{
	pid_t child[80];
	int ends[2], n, i;
	char c;

	CHECK(!pipe(ends));
	for (n = 0; n < 80; n++) {
		child[n] = fork();
		if (child[n] < 0)
			break;
		if (!child[n]) {
			close(ends[1]);
			while (read(ends[0], &c, 1) < 0)
				CHECK(errno == EINTR);
			_exit(0);
		}
	}
	CHECK(n > 32 && n < 80 && errno == EAGAIN);
	close(ends[1]);
	for (i = 0; i < n; i++)
		wait_for(child[i]);
	child[0] = fork();
	if (!child[0])
		_exit(0);
	wait_for(child[0]);
}

/* -- addresses -- */

static void addresses_are_reused(void)
{
	char *old = map(PAGE, RW, PRIVATE), *new;
	int i;

	for (i = 0; i < 20000; i++) {
		new = map(PAGE, RW, PRIVATE);
		CHECK(new != old);
		if (i % 1000 == 0)
			*old = 1;
		CHECK(!munmap(old, PAGE));
		old = new;
	}
	*old = 1;
	CHECK(mremap(old, PAGE, 2 * PAGE, MREMAP_MAYMOVE) != MAP_FAILED);
}

/* As many as vm.max_map_count allows. */
static void maximum_number_of_mappings(void)
{
	unsigned long i;

	for (i = 0; i < 70000; i++)
		if (mmap(NULL, PAGE, i % 2 ? RW : PROT_READ, PRIVATE, -1, 0) ==
		    MAP_FAILED)
			break;
	/* Equal neighbours are merged. */
	CHECK(i > 65000 && i < 70000 && errno == ENOMEM);
}

/* -- mappings that grow -- */

/* Return: a mapping of one page that grows down, with @room bytes below it. */
static char *stack_above(unsigned long room)
{
	char *p = map(room + PAGE, PROT_NONE, PRIVATE | MAP_NORESERVE);

	CHECK(!munmap(p, room + PAGE));
	p = mmap(p + room, PAGE, RW, PRIVATE | MAP_FIXED | MAP_GROWSDOWN, -1,
		 0);
	CHECK(p != MAP_FAILED);
	*p = 1;
	return p;
}

static void mapping_grows_down(void)
{
	char *p = stack_above(4 * MIB), c = 0;
	int ends[2];

	CHECK(store(p - 1, 2));
	CHECK(store(p - 16 * PAGE, 3));
	CHECK(p[0] == 1 && p[-1] == 2 && p[-2 * PAGE] == 0);
	/* All pages up to that address are mapped now. */
	CHECK(!mprotect(p - 16 * PAGE, 17 * PAGE, RW));
	errno = 0;
	CHECK(mprotect(p - 17 * PAGE, PAGE, RW) && errno == ENOMEM);
	/* The kernel's own accesses also make the mapping grow. */
	CHECK(!pipe(ends) && write(ends[1], "x", 1) == 1);
	CHECK(read(ends[0], p - 20 * PAGE, 1) == 1 && p[-20 * PAGE] == 'x');
	CHECK(write(ends[1], p - 24 * PAGE, 1) == 1 &&
	      read(ends[0], &c, 1) == 1 && !c);
}

static void guard_gap_is_kept(void)
{
	char *p = stack_above(4 * MIB);
	char *low = mmap(p - 2 * MIB, PAGE, RW, PRIVATE | MAP_FIXED, -1, 0);

	CHECK(low == p - 2 * MIB);
	*low = 7;
	CHECK(store(low + PAGE + GAP, 1));
	CHECK(!store(low + PAGE + GAP - PAGE, 1));
	CHECK(!store(low + PAGE, 1));
	CHECK(*low == 7);
	/* A mapping without permissions needs no guard gap. */
	CHECK(!mprotect(low, PAGE, PROT_NONE));
	CHECK(store(low + PAGE + GAP - PAGE, 1));
}

static void mprotect_of_a_grown_mapping(void)
{
	char *p = stack_above(4 * MIB);

	CHECK(store(p - 8 * PAGE, 1));
	/* From a page in the middle down to the start of the mapping. */
	CHECK(!mprotect(p - 4 * PAGE, PAGE, PROT_READ | PROT_GROWSDOWN));
	CHECK(!store(p - 8 * PAGE, 2) && !store(p - 4 * PAGE, 2));
	CHECK(store(p - 3 * PAGE, 2) && store(p, 2));
	CHECK(p[-8 * PAGE] == 1);
	/* This mapping does not grow. */
	errno = 0;
	p = map(2 * PAGE, RW, PRIVATE);
	CHECK(mprotect(p, PAGE, PROT_READ | PROT_GROWSDOWN) && errno == EINVAL);
}

static void stack_limit(void)
{
	char *p = stack_above(16 * MIB);
	struct rlimit limit = { 2 * MIB, RLIM_INFINITY };
	pid_t child;

	CHECK(!getrlimit(RLIMIT_STACK, &limit));
	limit.rlim_cur = 2 * MIB;
	CHECK(!setrlimit(RLIMIT_STACK, &limit));
	CHECK(store(p - MIB, 1));
	CHECK(!store(p - 3 * MIB, 1));
	child = fork();
	if (!child) {
		CHECK(!store(p - 3 * MIB, 1));
		limit.rlim_cur = 4 * MIB;
		CHECK(!setrlimit(RLIMIT_STACK, &limit));
		CHECK(store(p - 3 * MIB, 1));
		exit(0);
	}
	wait_for(child);
	CHECK(!store(p - 3 * MIB, 1));
}

/* -- limits that a program asks for -- */

static int fits(unsigned long len, int prot)
{
	void *p = mmap(NULL, len, prot, PRIVATE | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		CHECK(errno == ENOMEM);
		return 0;
	}
	CHECK(!munmap(p, len));
	return 1;
}

static void limit_is(int which, unsigned long soft)
{
	struct rlimit limit;
	struct {
		unsigned long soft, hard;
	} raw = { 0, 0 };

	CHECK(!getrlimit(which, &limit) && limit.rlim_cur == soft);
	CHECK(!prlimit(0, which, NULL, &limit) && limit.rlim_cur == soft);
	CHECK(!syscall(SYS_prlimit64, 0, which, NULL, &raw) &&
	      raw.soft == soft);
}

static void address_space_limit(void)
{
	char *p = map(4 * MIB, RW, PRIVATE);
	struct rlimit limit = { 512 * MIB, RLIM_INFINITY };
	unsigned long i;
	pid_t child;

	CHECK(!getrlimit(RLIMIT_AS, &limit));
	limit.rlim_cur = 512 * MIB;
	CHECK(!setrlimit(RLIMIT_AS, &limit));
	limit_is(RLIMIT_AS, 512 * MIB);
	CHECK(fits(256 * MIB, PROT_NONE) && !fits(512 * MIB, PROT_NONE));
	/* The host can still map pages, and the C library its own memory. */
	memset(p, 1, 4 * MIB);
	for (i = 0; i < 4 * MIB; i += 2 * PAGE)
		CHECK(!mprotect(p + i, PAGE, PROT_READ));
	CHECK(mremap(p, PAGE, 600 * MIB, MREMAP_MAYMOVE) == MAP_FAILED &&
	      errno == ENOMEM);
	child = fork();
	if (!child) {
		limit_is(RLIMIT_AS, 512 * MIB);
		CHECK(fits(256 * MIB, PROT_NONE) &&
		      !fits(512 * MIB, PROT_NONE));
		limit.rlim_cur = 1024 * MIB;
		CHECK(!syscall(SYS_prlimit64, getpid(), RLIMIT_AS, &limit,
			       NULL));
		CHECK(fits(512 * MIB, PROT_NONE));
		exit(0);
	}
	wait_for(child);
	CHECK(!fits(512 * MIB, PROT_NONE));
	limit.rlim_cur = limit.rlim_max;
	CHECK(!setrlimit(RLIMIT_AS, &limit) && fits(512 * MIB, PROT_NONE));
	limit.rlim_max = 1;
	errno = 0;
	CHECK(setrlimit(RLIMIT_AS, &limit) && errno == EINVAL);
}

static void data_limit(void)
{
	struct rlimit limit;

	CHECK(!getrlimit(RLIMIT_DATA, &limit));
	limit.rlim_cur = 64 * MIB;
	CHECK(!setrlimit(RLIMIT_DATA, &limit));
	limit_is(RLIMIT_DATA, 64 * MIB);
	CHECK(fits(32 * MIB, RW) && !fits(128 * MIB, RW) &&
	      fits(128 * MIB, PROT_READ));
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur > 2);
}

int main(int argc, char **argv)
{
	const struct plain_test tests[] = {
		{ "many_files", many_files },
		{ "files_use_up_all_memory", files_use_up_all_memory },
		{ "many_locks", many_locks },
		{ "many_pages", many_pages },
		{ "many_processes", many_processes },
		{ "addresses_are_reused", addresses_are_reused },
		{ "maximum_number_of_mappings", maximum_number_of_mappings },
		{ "mapping_grows_down", mapping_grows_down },
		{ "guard_gap_is_kept", guard_gap_is_kept },
		{ "mprotect_of_a_grown_mapping", mprotect_of_a_grown_mapping },
		{ "stack_limit", stack_limit },
		{ "address_space_limit", address_space_limit },
		{ "data_limit", data_limit },
		{ NULL, NULL },
	};

	CHECK(signal(SIGSEGV, on_segv) != SIG_ERR);
	return plain_run(argc, argv, tests);
}
