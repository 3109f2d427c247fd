/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pagemap.c - a plain program that reads /proc/PID/pagemap and writes
 * /proc/PID/clear_refs
 *
 * usage: pagemap NAME
 *
 * The values are those of a booted kernel; see
 * Documentation/admin-guide/mm/pagemap.rst and soft-dirty.rst.  Exits with 77
 * if the kernel does not support what is tested.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lib/test_hmm_uapi.h>

#include "plain.h"

#define PRESENT	       (1UL << 63)
#define SWAP	       (1UL << 62)
#define FILE_PAGE      (1UL << 61)
#define GUARD	       (1UL << 58)
#define UFFD_WP	       (1UL << 57)
#define EXCLUSIVE      (1UL << 56)
#define SOFT_DIRTY     (1UL << 55)
#define FRAME	       (SOFT_DIRTY - 1)
#define SWAP_TYPE(e)   ((e)&31)
#define SWAP_OFFSET(e) ((FRAME & (e)) >> 5)
#define DEVICE_TYPE    24 /* no swap file has a type this high */

#define ENTRY	   sizeof(uint64_t)
#define HUGE	   (2UL << 20)
#define HUGE_PAGES (HUGE / PAGE)

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#define ADVICE_GUARD_INSTALL 102

static int device, pagemap;
static void *volatile nowhere = (void *)8;

static void begin(void)
{
	device = open("/dev/hmm_dmirror0", O_RDWR);
	CHECK(device >= 0);
	pagemap = open("/proc/self/pagemap", O_RDONLY);
	CHECK(pagemap >= 0);
}

static char *map(unsigned long pages, int flags)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		       MAP_ANONYMOUS | flags, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static off_t offset_of(const void *p)
{
	return (uintptr_t)p / PAGE * ENTRY;
}

static uint64_t entry_by(int fd, const void *p)
{
	uint64_t e = 0;

	CHECK(pread(fd, &e, ENTRY, offset_of(p)) == ENTRY);
	return e;
}

static uint64_t entry(const void *p)
{
	return entry_by(pagemap, p);
}

static uint64_t flags(const void *p)
{
	return entry(p) & ~FRAME;
}

static void load(char *p)
{
	(void)*(volatile char *)p;
}

static int command(unsigned long request, void *addr, unsigned long pages,
		   void *copy)
{
	struct hmm_dmirror_cmd cmd = { .addr = (uintptr_t)addr,
				       .ptr = (uintptr_t)copy,
				       .npages = pages };

	return ioctl(device, request, &cmd);
}

static void clear_of(const char *path, const char *what)
{
	int fd = open(path, O_WRONLY);

	CHECK(fd >= 0);
	CHECK(write(fd, what, strlen(what)) == (ssize_t)strlen(what));
	CHECK(!close(fd));
}

static void clear(const char *what)
{
	clear_of("/proc/self/clear_refs", what);
}

static void wait_for(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

/* Return: a child that waits until @go is written to. */
static pid_t child_that_waits(int *go)
{
	int ends[2];
	pid_t child;
	char c;

	CHECK(!pipe(ends));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		close(ends[1]);
		while (read(ends[0], &c, 1) < 0 && errno == EINTR)
			;
		_exit(0);
	}
	close(ends[0]);
	*go = ends[1];
	return child;
}

static void end(pid_t child, int go)
{
	CHECK(write(go, "x", 1) == 1);
	wait_for(child);
	close(go);
}

/* -- the bits of an entry -- */

static void anonymous_pages(void)
{
	char *p = map(4, MAP_PRIVATE);
	unsigned long zero;

	CHECK(entry(p) == SOFT_DIRTY);
	load(p);
	zero = entry(p) & FRAME;
	CHECK(flags(p) == (PRESENT | SOFT_DIRTY) && zero);
	load(p + PAGE);
	CHECK((entry(p + PAGE) & FRAME) == zero);
	*p = 1;
	CHECK(flags(p) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK((entry(p) & FRAME) && (entry(p) & FRAME) != zero);
	CHECK(!madvise(p, PAGE, MADV_DONTNEED));
	CHECK(entry(p) == SOFT_DIRTY);
	CHECK(!munmap(p, 4 * PAGE));
	CHECK(entry(p) == 0);
}

static void file_pages(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char *own, *shared;

	CHECK(fd >= 0 && !ftruncate(fd, 4 * PAGE));
	shared = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      0);
	own = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(shared != MAP_FAILED && own != MAP_FAILED);
	*shared = 1;
	CHECK(flags(shared) == (PRESENT | FILE_PAGE | EXCLUSIVE | SOFT_DIRTY));
	load(own);
	CHECK(flags(own) == (PRESENT | FILE_PAGE | SOFT_DIRTY));
	CHECK(flags(shared) == (PRESENT | FILE_PAGE | SOFT_DIRTY));
	CHECK((entry(own) & FRAME) == (entry(shared) & FRAME));
	*own = 2;
	CHECK(flags(own) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK(flags(shared) == (PRESENT | FILE_PAGE | EXCLUSIVE | SOFT_DIRTY));
}

static void pages_of_two_processes(void)
{
	char *p = map(1, MAP_PRIVATE);
	pid_t child;
	int go;

	*p = 1;
	child = child_that_waits(&go);
	CHECK(flags(p) == (PRESENT | SOFT_DIRTY));
	end(child, go);
	CHECK(flags(p) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
}

static void non_present_pages(void)
{
	static char copy[2 * PAGE];
	char *p = map(4, MAP_PRIVATE);
	unsigned long frame;
	uint64_t e;

	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	CHECK(!madvise(p, PAGE, MADV_PAGEOUT));
	e = entry(p);
	CHECK((e & ~FRAME) == (SWAP | SOFT_DIRTY));
	CHECK(SWAP_TYPE(e) == 0 && SWAP_OFFSET(e));

	frame = entry(p + PAGE) & FRAME;
	CHECK(!command(HMM_DMIRROR_EXCLUSIVE, p + PAGE, 1, copy));
	e = entry(p + PAGE);
	CHECK((e & ~FRAME) == (SWAP | SOFT_DIRTY));
	CHECK(SWAP_TYPE(e) >= DEVICE_TYPE && SWAP_OFFSET(e) == frame);
	load(p + PAGE);
	CHECK(flags(p + PAGE) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK((entry(p + PAGE) & FRAME) == frame);

	frame = entry(p + 2 * PAGE) & FRAME;
	CHECK(!command(HMM_DMIRROR_MIGRATE_TO_DEV, p + 2 * PAGE, 1, copy));
	e = entry(p + 2 * PAGE);
	/*
	 * The page is mapped once; 6.1 also sets this bit for pages that are
	 * not present.
	 */
	CHECK((e & ~FRAME & ~EXCLUSIVE) == (SWAP | SOFT_DIRTY));
	CHECK(SWAP_TYPE(e) >= DEVICE_TYPE && SWAP_OFFSET(e) &&
	      SWAP_OFFSET(e) != frame);
}

static void guard_regions(void)
{
	char *p = map(2, MAP_PRIVATE);

	if (madvise(p, PAGE, ADVICE_GUARD_INSTALL)) {
		CHECK(errno == EINVAL);
		exit(77);
	}
	CHECK(flags(p) == (SWAP | GUARD | SOFT_DIRTY));
	CHECK(entry(p + PAGE) == SOFT_DIRTY);
}

/* -- huge pages -- */

/* Return: aligned address space for one huge page. */
static char *huge_room(void)
{
	char *p = map(2 * HUGE_PAGES, MAP_PRIVATE);

	p = (char *)(((uintptr_t)p + HUGE - 1) & -HUGE);
	CHECK(!madvise(p, HUGE, MADV_HUGEPAGE));
	return p;
}

/*
 * Expect all PTEs of a huge page to have these flags, and frames in a row.
 * Older releases show a huge zero page as a page of a file.
 */
static void expect_huge(const char *p, uint64_t expected)
{
	uint64_t ignored = expected & EXCLUSIVE ? FRAME : FRAME | FILE_PAGE;
	uint64_t all[HUGE_PAGES];
	unsigned long i;

	CHECK(pread(pagemap, all, sizeof(all), offset_of(p)) == sizeof(all));
	for (i = 0; i < HUGE_PAGES; i++) {
		CHECK((all[i] & ~ignored) == expected);
		CHECK((all[i] & FRAME) == (all[0] & FRAME) + i);
	}
}

static void huge_pages(void)
{
	char *p = huge_room();
	pid_t child;
	int go;

	*p = 1;
	expect_huge(p, PRESENT | EXCLUSIVE | SOFT_DIRTY);
	child = child_that_waits(&go);
	expect_huge(p, PRESENT | SOFT_DIRTY);
	end(child, go);
	expect_huge(p, PRESENT | EXCLUSIVE | SOFT_DIRTY);
	clear("4");
	expect_huge(p, PRESENT | EXCLUSIVE);
	p[5 * PAGE] = 1;
	expect_huge(p, PRESENT | EXCLUSIVE | SOFT_DIRTY);
}

/* The first load maps the zero page, the first store allocates a page. */
static void huge_zero_page(void)
{
	char *p = huge_room(), *q = huge_room();
	static char copy[PAGE];
	unsigned long i;

	for (i = 0; i < HUGE; i += PAGE)
		CHECK(!p[i]);
	expect_huge(p, PRESENT | SOFT_DIRTY);
	load(q);
	CHECK(entry(p) == entry(q));
	CHECK(!command(HMM_DMIRROR_SNAPSHOT, p, 1, copy));
	CHECK((*copy & 7) == (HMM_DMIRROR_PROT_READ | HMM_DMIRROR_PROT_PMD));
	q[3 * PAGE] = 1;
	CHECK(flags(q + 3 * PAGE) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK(!q[2 * PAGE] && !q[4 * PAGE] && !p[3 * PAGE]);
	expect_huge(p, PRESENT | SOFT_DIRTY);
	CHECK(!command(HMM_DMIRROR_EXCLUSIVE, p + 7 * PAGE, 1, copy));
	CHECK(flags(p + 7 * PAGE) == (SWAP | SOFT_DIRTY));
	CHECK(flags(p + 8 * PAGE) & PRESENT);
	CHECK(!p[7 * PAGE] && !p[8 * PAGE]);
}

static void huge_zero_page_in_a_child(void)
{
	char *p = huge_room();
	pid_t child;

	load(p);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK(!p[HUGE - 1]);
		p[PAGE] = 1;
		CHECK(!p[0] && p[PAGE] == 1 && !p[2 * PAGE]);
		_exit(0);
	}
	wait_for(child);
	expect_huge(p, PRESENT | SOFT_DIRTY);
	CHECK(!p[PAGE]);
}

/* -- reading the file -- */

static void parts_of_the_file(void)
{
	static uint64_t many[3 * HUGE_PAGES];
	char *p = map(sizeof(many) / ENTRY, MAP_PRIVATE);
	uint64_t e = 1;
	unsigned long i;

	for (i = 0; i < 3 * HUGE_PAGES; i += 3)
		p[i * PAGE] = 1;
	CHECK(pread(pagemap, many, sizeof(many), offset_of(p)) == sizeof(many));
	for (i = 0; i < 3 * HUGE_PAGES; i++)
		CHECK(many[i] == entry(p + i * PAGE));
	CHECK(pread(pagemap, &e, ENTRY, offset_of(p) + 1) == -1 &&
	      errno == EINVAL);
	CHECK(pread(pagemap, &e, ENTRY - 1, offset_of(p)) == -1 &&
	      errno == EINVAL);
	CHECK(pread(pagemap, &e, 0, offset_of(p)) == 0);
	CHECK(pread(pagemap, &e, 0, offset_of(p) + 1) == -1 && errno == EINVAL);
	CHECK(pread(pagemap, &e, ENTRY, 1L << 62) == 0);
	CHECK(pread(pagemap, &e, ENTRY, -8) == -1 && errno == EINVAL);
	CHECK(pread(pagemap, nowhere, ENTRY, offset_of(p)) == -1 &&
	      errno == EFAULT);
	CHECK(e == 1);
}

static void position_in_the_file(void)
{
	char *p = map(4, MAP_PRIVATE);
	uint64_t e[2];

	p[PAGE] = 1;
	CHECK(lseek(pagemap, offset_of(p), SEEK_SET) == offset_of(p));
	CHECK(read(pagemap, e, sizeof(e)) == sizeof(e));
	CHECK(e[0] == entry(p) && e[1] == entry(p + PAGE));
	CHECK(lseek(pagemap, 0, SEEK_CUR) == offset_of(p) + 16);
	CHECK(read(pagemap, nowhere, ENTRY) == -1 && errno == EFAULT);
	CHECK(lseek(pagemap, -8, SEEK_CUR) == offset_of(p) + 8);
	CHECK(read(pagemap, e, ENTRY) == ENTRY && *e == entry(p + PAGE));
	CHECK(lseek(pagemap, 0, SEEK_END) == -1 && errno == EINVAL);
	CHECK(write(pagemap, e, ENTRY) == -1 && errno == EBADF);
	CHECK(ftruncate(pagemap, 0) == -1 && errno == EINVAL);
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, pagemap, 0) ==
	      MAP_FAILED);
	CHECK(errno == ENODEV);
}

/* The file shows the address space of the process for which it was opened. */
static void files_of_other_processes(void)
{
	char *p = map(2, MAP_PRIVATE), path[64];
	int go, fd;
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		*p = 1;
		CHECK(entry(p) == SOFT_DIRTY);
		fd = open("/proc/self/pagemap", O_RDONLY);
		CHECK(entry_by(fd, p) & PRESENT);
		_exit(0);
	}
	wait_for(child);
	p[PAGE] = 1;
	child = child_that_waits(&go);
	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)child);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	CHECK(entry_by(fd, p + PAGE) == entry(p + PAGE));
	p[PAGE] = 2;
	CHECK(entry_by(fd, p + PAGE) != entry(p + PAGE));
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", (int)child);
	clear_of(path, "4");
	CHECK(!(entry_by(fd, p + PAGE) & SOFT_DIRTY));
	CHECK(entry(p + PAGE) & SOFT_DIRTY);
	end(child, go);
	/* The file is open, but the address space is gone. */
	CHECK(pread(fd, path, ENTRY, offset_of(p)) == 0);
}

/* Frame numbers are only shown if root has opened the file. */
static void frame_numbers_need_root(void)
{
	char *p = map(1, MAP_PRIVATE);
	int fd;

	*p = 1;
	CHECK(entry(p) & FRAME);
	if (geteuid())
		exit(77);
	CHECK(!seteuid(65534));
	fd = open("/proc/self/pagemap", O_RDONLY);
	CHECK(fd >= 0);
	CHECK(entry_by(fd, p) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK(entry(p) & FRAME);
	CHECK(!seteuid(0));
	CHECK(!(entry_by(fd, p) & FRAME));
}

/* -- clear_refs -- */

static void soft_dirty(void)
{
	static char copy[PAGE];
	char *p = map(4, MAP_PRIVATE);

	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	CHECK(!madvise(p + PAGE, PAGE, MADV_PAGEOUT));
	CHECK(!command(HMM_DMIRROR_EXCLUSIVE, p + 2 * PAGE, 1, copy));
	clear("4");
	CHECK(flags(p) == (PRESENT | EXCLUSIVE));
	CHECK(flags(p + PAGE) == SWAP && flags(p + 2 * PAGE) == SWAP);
	CHECK(entry(p + 3 * PAGE) == 0);
	load(p);
	load(p + PAGE);
	load(p + 3 * PAGE);
	CHECK(!(flags(p) & SOFT_DIRTY) && !(flags(p + PAGE) & SOFT_DIRTY));
	CHECK(!(flags(p + 3 * PAGE) & SOFT_DIRTY));
	p[0] = p[PAGE] = p[2 * PAGE] = p[3 * PAGE] = 2;
	CHECK(flags(p) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK(flags(p + PAGE) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK(flags(p + 2 * PAGE) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	CHECK(flags(p + 3 * PAGE) == (PRESENT | EXCLUSIVE | SOFT_DIRTY));
	/* All pages of a new mapping are soft-dirty. */
	clear("4");
	p = map(1, MAP_PRIVATE);
	CHECK(entry(p) == SOFT_DIRTY);
}

/*
 * A fork keeps the bit, except for pages in a device's own memory: kernel
 * commit 5042db43cc26 ("mm/ZONE_DEVICE: new type of ZONE_DEVICE for
 * unaddressable memory").
 */
static void soft_dirty_and_fork(void)
{
	static char copy[PAGE];
	char *p = map(3, MAP_PRIVATE);
	pid_t child;

	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	clear("4");
	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	CHECK(!madvise(p + PAGE, PAGE, MADV_PAGEOUT));
	CHECK(!command(HMM_DMIRROR_MIGRATE_TO_DEV, p + 2 * PAGE, 1, copy));
	CHECK((flags(p + 2 * PAGE) & ~EXCLUSIVE) == (SWAP | SOFT_DIRTY));
	child = fork();
	CHECK(child >= 0);
	if (!child)
		_exit(0);
	wait_for(child);
	CHECK(flags(p) & SOFT_DIRTY && flags(p + PAGE) & SOFT_DIRTY);
	CHECK((flags(p + 2 * PAGE) & ~EXCLUSIVE) == SWAP);
}

static void other_clear_refs_commands(void)
{
	static const char *const harmless[] = { "1", "2", "3", "5", " 3 \n" };
	static const char *const wrong[] = { "",  "0",	"6",	      "-1",
					     "x", "4x", "99999999999" };
	char *p = map(1, MAP_PRIVATE), c;
	unsigned long i;
	int fd;

	*p = 1;
	for (i = 0; i < sizeof(harmless) / sizeof(*harmless); i++) {
		clear(harmless[i]);
		CHECK(flags(p) == (PRESENT | EXCLUSIVE | SOFT_DIRTY) &&
		      *p == 1);
	}
	fd = open("/proc/self/clear_refs", O_WRONLY);
	CHECK(fd >= 0);
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK(write(fd, wrong[i], strlen(wrong[i])) == -1);
		CHECK(errno == (i + 1 == sizeof(wrong) / sizeof(*wrong) ?
					ERANGE :
					EINVAL));
	}
	CHECK(write(fd, nowhere, 1) == -1 && errno == EFAULT);
	CHECK(flags(p) & SOFT_DIRTY);
	/* Only the number is consumed. */
	CHECK(write(fd, "4                ", 17) == 12);
	CHECK(!(flags(p) & SOFT_DIRTY));
	CHECK(read(fd, &c, 1) == -1 && errno == EBADF);
	CHECK(lseek(fd, 8, SEEK_SET) == 0);
	CHECK(!close(fd));
	fd = open("/proc/self/clear_refs", O_RDONLY);
	CHECK(fd >= 0 && read(fd, &c, 1) == -1 && errno == EINVAL);
	CHECK(write(fd, "4", 1) == -1 && errno == EBADF);
}

/* Defined here, since the C library's headers do not have it yet. */
struct region {
	uint64_t start, end, categories;
};
struct scan {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask,
		return_mask;
};
#define SCAN	   _IOWR('f', 16, struct scan)
#define IS_PRESENT (1UL << 3)
#define IS_SWAPPED (1UL << 4)

static void scan(void)
{
	char *p = map(8, MAP_PRIVATE);
	struct region found[8];
	struct scan s = {
		.size = sizeof(s),
		.start = (uintptr_t)p,
		.end = (uintptr_t)p + 8 * PAGE,
		.vec = (uintptr_t)found,
		.vec_len = 8,
		.category_anyof_mask = IS_PRESENT | IS_SWAPPED,
		.return_mask = IS_PRESENT | IS_SWAPPED,
	};
	long n;

	p[PAGE] = p[2 * PAGE] = p[5 * PAGE] = 1;
	CHECK(!madvise(p + 5 * PAGE, PAGE, MADV_PAGEOUT));
	n = ioctl(pagemap, SCAN, &s);
	if (n < 0 && errno == ENOTTY)
		exit(77);
	CHECK(n == 2);
	CHECK(found[0].start == (uintptr_t)p + PAGE);
	CHECK(found[0].end == (uintptr_t)p + 3 * PAGE);
	CHECK(found[0].categories == IS_PRESENT);
	CHECK(found[1].start == (uintptr_t)p + 5 * PAGE);
	CHECK(found[1].end == (uintptr_t)p + 6 * PAGE);
	CHECK(found[1].categories == IS_SWAPPED);
	CHECK(s.walk_end == s.end);
	s.size = 1;
	CHECK(ioctl(pagemap, SCAN, &s) == -1 && errno == EINVAL);
}

int main(int argc, char **argv)
{
	const struct plain_test tests[] = {
		{ "anonymous_pages", anonymous_pages },
		{ "file_pages", file_pages },
		{ "pages_of_two_processes", pages_of_two_processes },
		{ "non_present_pages", non_present_pages },
		{ "guard_regions", guard_regions },
		{ "huge_pages", huge_pages },
		{ "huge_zero_page", huge_zero_page },
		{ "huge_zero_page_in_a_child", huge_zero_page_in_a_child },
		{ "parts_of_the_file", parts_of_the_file },
		{ "position_in_the_file", position_in_the_file },
		{ "files_of_other_processes", files_of_other_processes },
		{ "frame_numbers_need_root", frame_numbers_need_root },
		{ "soft_dirty", soft_dirty },
		{ "soft_dirty_and_fork", soft_dirty_and_fork },
		{ "other_clear_refs_commands", other_clear_refs_commands },
		{ "scan", scan },
		{ NULL, NULL },
	};

	begin();
	return plain_run(argc, argv, tests);
}
