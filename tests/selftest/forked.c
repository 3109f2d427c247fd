/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * forked.c - a plain program whose children inherit only part of its memory
 *
 * usage: forked NAME
 *
 * MADV_DONTFORK, MADV_WIPEONFORK, and other memory that a child does not
 * inherit: see madvise(2) and mlock(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lib/test_hmm_uapi.h>

#include "plain.h"

#define PAGES	   5UL
#define HUGE	   (2UL << 20)
#define EXCLUSIVE  (1UL << 56)
#define SOFT_DIRTY (1UL << 55)
#define SWAP	   (1UL << 62)

static int device;

static char *map(unsigned long len, int flags)
{
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags,
		       -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

/* PAGES pages, page k holding k + 1. */
static char *filled(void)
{
	char *p = map(PAGES * PAGE, MAP_PRIVATE);
	unsigned long k;

	for (k = 0; k < PAGES; k++)
		p[k * PAGE] = k + 1;
	return p;
}

static uint64_t entry(const char *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t e = 0;

	CHECK(fd >= 0);
	CHECK(pread(fd, &e, sizeof(e), (uintptr_t)p / PAGE * sizeof(e)) ==
	      sizeof(e));
	CHECK(!close(fd));
	return e;
}

static sigjmp_buf back;

static void on_segv(int sig)
{
	siglongjmp(back, sig);
}

/* Return: the byte at @p; -1: not mapped. */
static int byte_at(const char *p)
{
	if (sigsetjmp(back, 1))
		return -1;
	return *(const volatile char *)p;
}

static void wait_for(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

/* Run @fn(@p) in a child. */
static void in_child(void (*fn)(char *p), char *p)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		fn(p);
		_exit(0);
	}
	wait_for(child);
}

static void expect_all(const char *p)
{
	unsigned long k;

	for (k = 0; k < PAGES; k++)
		CHECK(p[k * PAGE] == (char)(k + 1));
}

/* -- MADV_DONTFORK -- */

static void sees_no_page_1_and_3(char *p)
{
	CHECK(byte_at(p) == 1 && byte_at(p + 2 * PAGE) == 3 &&
	      byte_at(p + 4 * PAGE) == 5);
	CHECK(byte_at(p + PAGE) == -1 && byte_at(p + 3 * PAGE) == -1);
	CHECK(entry(p + PAGE) == 0 && entry(p + 3 * PAGE) == 0);
	CHECK(mprotect(p, PAGES * PAGE, PROT_READ) == -1 && errno == ENOMEM);
	/*
	 * The address is free, and a page mapped there belongs to the child
	 * alone.
	 */
	CHECK(mmap(p + PAGE, PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		   0) == p + PAGE);
	CHECK(byte_at(p + PAGE) == 0);
	p[PAGE] = 9;
	CHECK(!munmap(p, PAGES * PAGE));
}

static void dontfork(void)
{
	char *p = filled();

	CHECK(!madvise(p + PAGE, PAGE, MADV_DONTFORK));
	CHECK(!madvise(p + 3 * PAGE, PAGE, MADV_DONTFORK));
	in_child(sees_no_page_1_and_3, p);
	expect_all(p);
	CHECK(entry(p + PAGE) & EXCLUSIVE);
}

/* -- MADV_WIPEONFORK -- */

static void sees_page_1_wiped(char *p)
{
	CHECK(entry(p + PAGE) == SOFT_DIRTY);
	CHECK(byte_at(p) == 1 && byte_at(p + PAGE) == 0 &&
	      byte_at(p + 2 * PAGE) == 3);
}

static void sees_page_1_wiped_again(char *p)
{
	sees_page_1_wiped(p);
	p[PAGE] = 7;
	in_child(sees_page_1_wiped, p);
	CHECK(byte_at(p + PAGE) == 7);
}

static void wipeonfork(void)
{
	char *p = filled();

	CHECK(!madvise(p + PAGE, PAGE, MADV_WIPEONFORK));
	in_child(sees_page_1_wiped_again, p);
	expect_all(p);
	CHECK(entry(p + PAGE) & EXCLUSIVE);
}

/* -- both, undone -- */

static void sees_all(char *p)
{
	expect_all(p);
}

static void dofork_and_keeponfork(void)
{
	char *p = filled();

	CHECK(!madvise(p + PAGE, 2 * PAGE, MADV_DONTFORK));
	CHECK(!madvise(p + 3 * PAGE, PAGE, MADV_WIPEONFORK));
	CHECK(!madvise(p + PAGE, 2 * PAGE, MADV_DOFORK));
	CHECK(!madvise(p + 3 * PAGE, PAGE, MADV_KEEPONFORK));
	in_child(sees_all, p);
}

/* -- large pages, and pages that are not present -- */

static void sees_no_huge_page(char *p)
{
	CHECK(byte_at(p) == -1 && byte_at(p + HUGE - 1) == -1);
	CHECK(byte_at(p + HUGE) == 0 && byte_at(p + 2 * HUGE - 1) == 0);
}

static void huge_pages(void)
{
	char *p = map(3 * HUGE, MAP_PRIVATE);

	p = (char *)(((uintptr_t)p + HUGE - 1) & -HUGE);
	CHECK(!madvise(p, 2 * HUGE, MADV_HUGEPAGE));
	p[0] = p[HUGE - 1] = p[HUGE] = p[2 * HUGE - 1] = 4;
	CHECK(!madvise(p, HUGE, MADV_DONTFORK));
	CHECK(!madvise(p + HUGE, HUGE, MADV_WIPEONFORK));
	in_child(sees_no_huge_page, p);
	CHECK(p[0] == 4 && p[HUGE - 1] == 4 && p[HUGE] == 4 &&
	      p[2 * HUGE - 1] == 4);
}

static void sees_nothing_of_the_device(char *p)
{
	CHECK(byte_at(p) == -1 && byte_at(p + PAGE) == 0);
	CHECK(byte_at(p + 2 * PAGE) == -1 && byte_at(p + 3 * PAGE) == 0);
	CHECK(byte_at(p + 4 * PAGE) == 5);
}

static int command(unsigned long request, char *p, unsigned long pages)
{
	static char copy[PAGES * PAGE];
	struct hmm_dmirror_cmd cmd = { .addr = (uintptr_t)p,
				       .ptr = (uintptr_t)copy,
				       .npages = pages };

	return ioctl(device, request, &cmd);
}

/* A page in exclusive use by a device stays with the parent. */
static void pages_in_use_by_a_device(void)
{
	char *p = filled();

	CHECK(!madvise(p, PAGE, MADV_DONTFORK));
	CHECK(!madvise(p + PAGE, PAGE, MADV_WIPEONFORK));
	CHECK(!madvise(p + 2 * PAGE, PAGE, MADV_DONTFORK));
	CHECK(!madvise(p + 3 * PAGE, PAGE, MADV_WIPEONFORK));
	CHECK(!command(HMM_DMIRROR_EXCLUSIVE, p, 2));
	CHECK(!command(HMM_DMIRROR_MIGRATE_TO_DEV, p + 2 * PAGE, 2));
	in_child(sees_nothing_of_the_device, p);
	CHECK(entry(p) & SWAP && entry(p + PAGE) & SWAP);
	CHECK(entry(p + 2 * PAGE) & SWAP && entry(p + 3 * PAGE) & SWAP);
	CHECK(!command(HMM_DMIRROR_CHECK_EXCLUSIVE, p + 4 * PAGE, 1));
	expect_all(p);
}

/* -- locked memory: not inherited by a child -- */

static void may_drop_it(char *p)
{
	CHECK(!madvise(p, PAGE, MADV_DONTNEED));
}

static void locked(void)
{
	char *p = mmap(NULL, PAGE, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);

	CHECK(p != MAP_FAILED);
	CHECK(madvise(p, PAGE, MADV_DONTNEED) == -1 && errno == EINVAL);
	in_child(may_drop_it, p);
	CHECK(madvise(p, PAGE, MADV_DONTNEED) == -1 && errno == EINVAL);
}

/* -- files -- */

static int ready[2];

/*
 * The file also knows the child's mapping: a process that shortens the file
 * unmaps the page in the child.
 */
static void loses_page_1(char *p)
{
	CHECK(byte_at(p) == 1 && byte_at(p + PAGE) == 2);
	CHECK(write(ready[1], "x", 1) == 1);
	while (byte_at(p + PAGE) == 2)
		usleep(1000);
	CHECK(byte_at(p) == 1 && byte_at(p + PAGE) == -1);
}

static void mapping_of_a_file(void)
{
	int file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	pid_t child;
	char *p, c;

	CHECK(file >= 0 && !ftruncate(file, 2 * PAGE));
	p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK(p != MAP_FAILED);
	p[0] = 1;
	p[PAGE] = 2;
	CHECK(!pipe(ready));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		loses_page_1(p);
		_exit(0);
	}
	while (read(ready[0], &c, 1) < 0 && errno == EINTR)
		;
	CHECK(!ftruncate(file, PAGE));
	wait_for(child);
}

int main(int argc, char **argv)
{
	const struct plain_test tests[] = {
		{ "dontfork", dontfork },
		{ "wipeonfork", wipeonfork },
		{ "dofork_and_keeponfork", dofork_and_keeponfork },
		{ "huge_pages", huge_pages },
		{ "pages_in_use_by_a_device", pages_in_use_by_a_device },
		{ "locked", locked },
		{ "mapping_of_a_file", mapping_of_a_file },
		{ NULL, NULL },
	};

	device = open("/dev/hmm_dmirror0", O_RDWR);
	CHECK(device >= 0);
	CHECK(signal(SIGSEGV, on_segv) != SIG_ERR);
	return plain_run(argc, argv, tests);
}
