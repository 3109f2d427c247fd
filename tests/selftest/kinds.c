/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kinds.c - each advice, flag and protection on each kind of mapping
 *
 * usage: kinds NAME
 *
 * Every call returns what Linux returns, and the memory stays usable.  A call
 * that reaches a missing part of the kernel would end the program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <lib/test_hmm_uapi.h>
#include <linux/userfaultfd.h>

#include "plain.h"

#define PAGES 16UL
#define LEN   (PAGES * PAGE)
#define RW    (PROT_READ | PROT_WRITE)

/* The C library's headers may be older. */
#define UFFDIO_NR_MOVE	 5
#define UFFDIO_NR_POISON 8

/* Any result that does not end the program: it differs between releases. */
#define ANY -1

enum kind { PRIVATE_ANON, SHARED_ANON, PRIVATE_FILE, SHARED_FILE, KINDS };
enum state { UNTOUCHED, READ, WRITTEN, SWAPPED, EXCLUSIVE, IN_DEVICE, STATES };

static const char *const kinds[] = {
	"private anonymous",
	"shared anonymous",
	"private file",
	"shared file",
};
static const char *const states[] = {
	"untouched",   "read",	    "written",
	"swapped out", "exclusive", "in the device",
};

static int device;

/* -- mappings -- */

static int new_file(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

	CHECK(fd >= 0 && !ftruncate(fd, 2 * LEN));
	return fd;
}

/* Return: the result of mmap(). */
static char *map(enum kind kind, int flags)
{
	int fd = kind >= PRIVATE_FILE ? new_file() : -1;
	char *p;

	flags |= kind & 1 ? MAP_SHARED : MAP_PRIVATE;
	p = mmap(NULL, LEN, RW, flags | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
	if (fd >= 0)
		close(fd);
	return p;
}

static void command(unsigned long request, void *p)
{
	static char buffer[LEN];
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)p,
		.ptr = (uintptr_t)buffer,
		.npages = PAGES,
	};

	/* Fails for some kinds of mappings. */
	ioctl(device, request, &cmd);
}

static void fill(char *p, char with)
{
	unsigned long i;

	for (i = 0; i < PAGES; i++)
		p[i * PAGE] = with;
}

static void bring_to(char *p, enum state state)
{
	unsigned long i;

	if (state == READ)
		for (i = 0; i < PAGES; i++)
			CHECK(!*(volatile char *)(p + i * PAGE));
	if (state >= WRITTEN)
		fill(p, 7);
	if (state == SWAPPED)
		madvise(p, LEN, MADV_PAGEOUT); /* fails for locked memory */
	if (state == EXCLUSIVE)
		command(HMM_DMIRROR_EXCLUSIVE, p);
	if (state == IN_DEVICE)
		command(HMM_DMIRROR_MIGRATE_TO_DEV, p);
}

static int failures;

static void expect(int wanted, int got, const char *call, enum kind kind,
		   enum state state)
{
	if (wanted == ANY || wanted == got)
		return;
	fprintf(stderr, "%s, %s, %s: expected '%s', got '%s'\n", call,
		kinds[kind], states[state], strerror(wanted), strerror(got));
	failures++;
}

static void expect_pages(const char *p, char low, char high, const char *call,
			 enum kind kind, enum state state)
{
	unsigned long i;

	for (i = 0; i < PAGES; i++)
		if (p[i * PAGE] != low && p[i * PAGE] != high) {
			fprintf(stderr, "%s, %s, %s: page %lu holds %d\n", call,
				kinds[kind], states[state], i, p[i * PAGE]);
			failures++;
		}
}

/* -- madvise() -- */

/*
 * What is left of written pages: of private anonymous memory, of shared memory,
 * of private pages of files.
 */
enum left { ALL, NONE_IF_PRIVATE, NONE_IF_ANON, NONE_IF_SHARED, NO_ACCESS };

/* clang-format off */
#define EVERYWHERE(result)	{ result, result, result, result }
/* clang-format on */

static const struct advice {
	int advice;
	enum left left;
	int result[KINDS];
} advices[] = {
	{ .advice = MADV_NORMAL },
	{ .advice = MADV_RANDOM },
	{ .advice = MADV_SEQUENTIAL },
	{ .advice = MADV_WILLNEED },
	{ .advice = MADV_DONTNEED, .left = NONE_IF_PRIVATE },
	{ MADV_FREE, NONE_IF_ANON, { 0, EINVAL, EINVAL, EINVAL } },
	{ MADV_REMOVE, NONE_IF_SHARED, { EINVAL, 0, EACCES, 0 } },
	{ .advice = MADV_DONTFORK },
	{ .advice = MADV_DOFORK },
	{ .advice = MADV_MERGEABLE },
	{ .advice = MADV_UNMERGEABLE },
	{ .advice = MADV_HUGEPAGE },
	{ .advice = MADV_NOHUGEPAGE },
	{ .advice = MADV_DONTDUMP },
	{ .advice = MADV_DODUMP },
	{ MADV_WIPEONFORK, ALL, { 0, EINVAL, EINVAL, EINVAL } },
	{ .advice = MADV_KEEPONFORK },
	{ .advice = MADV_COLD },
	{ .advice = MADV_PAGEOUT },
	{ .advice = 22 /* MADV_POPULATE_READ */ },
	{ .advice = 23 /* MADV_POPULATE_WRITE */ },
	{ .advice = 24 /* MADV_DONTNEED_LOCKED */, .left = NONE_IF_PRIVATE },
	{ 25 /* MADV_COLLAPSE */, ALL, EVERYWHERE(ANY) },
	/* CONFIG_MEMORY_FAILURE is not set. */
	{ MADV_HWPOISON, ALL, EVERYWHERE(EINVAL) },
	{ 101 /* MADV_SOFT_OFFLINE */, ALL, EVERYWHERE(EINVAL) },
	{ 102 /* MADV_GUARD_INSTALL */, NO_ACCESS, EVERYWHERE(ANY) },
	{ 103 /* MADV_GUARD_REMOVE */, ALL, EVERYWHERE(ANY) },
	{ 5, ALL, EVERYWHERE(EINVAL) },
	{ 99, ALL, EVERYWHERE(EINVAL) },
	{ -1, ALL, EVERYWHERE(EINVAL) },
};

static _Bool may_be_gone(enum left left, enum kind kind)
{
	return (left == NONE_IF_PRIVATE && !(kind & 1)) ||
	       (left == NONE_IF_ANON && kind == PRIVATE_ANON) ||
	       (left == NONE_IF_SHARED && kind & 1);
}

static void advise(const struct advice *a, enum kind kind, enum state state,
		   int flags)
{
	char *p = map(kind, flags), call[40];
	char written = state >= WRITTEN ? 7 : 0;
	int ret;

	CHECK(p != MAP_FAILED);
	snprintf(call, sizeof(call), "madvise(%d), flags %#x", a->advice,
		 flags);
	bring_to(p, state);
	ret = madvise(p, LEN, a->advice) ? errno : 0;
	expect(flags ? ANY : a->result[kind], ret, call, kind, state);
	if (a->left != NO_ACCESS || ret) {
		expect_pages(p, written,
			     may_be_gone(a->left, kind) ? 0 : written, call,
			     kind, state);
		fill(p, 9);
		expect_pages(p, 9, 9, call, kind, state);
	}
	CHECK(!munmap(p, LEN));
}

static void each_advice(int flags)
{
	unsigned int i;
	enum kind kind;
	enum state state;

	for (i = 0; i < sizeof(advices) / sizeof(*advices); i++)
		for (kind = 0; kind < KINDS; kind++)
			for (state = 0; state < STATES; state++)
				advise(&advices[i], kind, state, flags);
}

static void madvise_advice(void)
{
	each_advice(0);
}
static void madvise_advice_on_locked_memory(void)
{
	each_advice(MAP_LOCKED);
}

/* -- mmap() -- */

static void mmap_flags(void)
{
	static const struct {
		int flag, result;
	} flags[] = {
		{ 0, 0 },
		{ MAP_NORESERVE, 0 },
		{ MAP_POPULATE, 0 },
		{ MAP_POPULATE | MAP_NONBLOCK, 0 },
		{ MAP_LOCKED, 0 },
		{ MAP_GROWSDOWN, ANY },
		{ MAP_STACK, 0 },
		{ MAP_DENYWRITE, 0 },
		{ MAP_EXECUTABLE, 0 },
		{ MAP_SYNC, 0 },
		{ 0x4000000 /* MAP_UNINITIALIZED */, ANY },
		{ 0x8 /* MAP_DROPPABLE */, ANY },
		{ MAP_HUGETLB, EINVAL },
	};
	unsigned int i;
	enum kind kind;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		for (kind = 0; kind < KINDS; kind++) {
			char *p = map(kind, flags[i].flag), call[32];

			snprintf(call, sizeof(call), "mmap(%#x)",
				 flags[i].flag);
			expect(flags[i].result, p == MAP_FAILED ? errno : 0,
			       call, kind, UNTOUCHED);
			if (p == MAP_FAILED)
				continue;
			expect_pages(p, 0, 0, call, kind, UNTOUCHED);
			fill(p, 9);
			expect_pages(p, 9, 9, call, kind, WRITTEN);
			CHECK(!munmap(p, LEN));
		}
}

/* -- mremap() -- */

static void move(enum kind kind, enum state state, int flags, unsigned long to)
{
	char *p = map(kind, 0),
	     *free = mmap(NULL, 2 * LEN, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0),
	     *q, call[48];
	char written = state >= WRITTEN ? 7 : 0;

	CHECK(p != MAP_FAILED && free != MAP_FAILED);
	CHECK(!munmap(free, 2 * LEN));
	snprintf(call, sizeof(call), "mremap(%#x) to %lu pages", flags,
		 to / PAGE);
	bring_to(p, state);
	q = mremap(p, LEN, to, flags, free);
	if (q != MAP_FAILED) {
		/* There is nothing beyond the end of shared memory. */
		if (to >= LEN) {
			expect_pages(q, written, written, call, kind, state);
			fill(q, 9);
		}
		CHECK(q[0] == (to >= LEN ? 9 : written));
		CHECK(!munmap(q, to));
	}
	CHECK(!munmap(p, LEN));
}

static void mremap_flags(void)
{
	static const int flags[] = {
		0,
		MREMAP_MAYMOVE,
		MREMAP_FIXED | MREMAP_MAYMOVE,
		MREMAP_DONTUNMAP | MREMAP_MAYMOVE,
		MREMAP_DONTUNMAP | MREMAP_FIXED | MREMAP_MAYMOVE,
		MREMAP_FIXED,
		MREMAP_DONTUNMAP,
		64,
	};
	unsigned int i;
	enum kind kind;
	enum state state;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		for (kind = 0; kind < KINDS; kind++)
			for (state = 0; state < STATES; state++) {
				move(kind, state, flags[i], LEN);
				move(kind, state, flags[i], LEN / 2);
				move(kind, state, flags[i], 2 * LEN);
			}
}

/* -- mprotect() -- */

static void mprotect_protections(void)
{
	static const int rights[] = {
		0,
		1,
		2,
		3,
		4,
		5,
		6,
		7,
		8 | RW /* PROT_SEM */,
		PROT_GROWSDOWN | RW,
		PROT_GROWSUP | RW,
		PROT_GROWSUP | PROT_GROWSDOWN,
		0x100,
	};
	unsigned int i;
	enum kind kind;
	enum state state;

	for (i = 0; i < sizeof(rights) / sizeof(*rights); i++)
		for (kind = 0; kind < KINDS; kind++)
			for (state = 0; state < STATES; state++) {
				char *p = map(kind, 0), call[32];
				char written = state >= WRITTEN ? 7 : 0;
				int ret;

				CHECK(p != MAP_FAILED);
				snprintf(call, sizeof(call), "mprotect(%#x)",
					 rights[i]);
				bring_to(p, state);
				ret = mprotect(p, LEN, rights[i]) ? errno : 0;
				expect(rights[i] <= (8 | RW) ? 0 : EINVAL, ret,
				       call, kind, state);
				CHECK(!mprotect(p, LEN, RW));
				expect_pages(p, written, written, call, kind,
					     state);
				CHECK(!munmap(p, LEN));
			}
}

/* -- userfaultfd -- */

static int open_userfaultfd(void)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOSYS) {
		printf("the kernel has no userfaultfd here\n");
		exit(77);
	}
	CHECK(fd >= 0);
	return fd;
}

/* A feature that is not offered is rejected; one that is offered can be set. */
static void userfaultfd_features(void)
{
	struct uffdio_api offered = { .api = UFFD_API };
	int fd = open_userfaultfd(), bit;

	CHECK(!ioctl(fd, UFFDIO_API, &offered));
	close(fd);
	for (bit = 0; bit < 64; bit++) {
		struct uffdio_api api = { .api = UFFD_API,
					  .features = 1ULL << bit };
		int error;

		fd = open_userfaultfd();
		error = ioctl(fd, UFFDIO_API, &api) ? errno : 0;
		close(fd);
		if (1ULL << bit == UFFD_FEATURE_EVENT_FORK)
			CHECK(error == EPERM);
		else if (!(offered.features & 1ULL << bit))
			CHECK(error == EINVAL);
	}
}

/* @number: the command.  Return: 1 if the memory can be accessed afterwards. */
static _Bool answer(int fd, unsigned int number, char *p, char *other)
{
	static char contents[PAGE] __attribute__((aligned(PAGE)));
	uint64_t argument[8] = { (uintptr_t)p, LEN };

	if (number == _IOC_NR(UFFDIO_COPY) || number == UFFDIO_NR_MOVE) {
		argument[1] = (uintptr_t)(number == UFFDIO_NR_MOVE ? other :
								     contents);
		argument[2] = PAGE;
	}
	ioctl(fd, _IOWR(UFFDIO, number, argument), argument);
	return number != UFFDIO_NR_POISON;
}

static void command_userfaultfd(unsigned int number, unsigned int mode,
				enum kind kind, enum state state)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = mode };
	int fd = open_userfaultfd();
	char *p = map(kind, 0), *other = map(PRIVATE_ANON, 0);
	_Bool usable;

	CHECK(p != MAP_FAILED && other != MAP_FAILED);
	bring_to(p, state);
	fill(other, 5);
	CHECK(!ioctl(fd, UFFDIO_API, &api));
	area.range.start = (uintptr_t)p;
	area.range.len = LEN;
	ioctl(fd, UFFDIO_REGISTER, &area);
	usable = answer(fd, number, p, other);
	/* From now on, the kernel handles its faults. */
	close(fd);
	if (usable)
		fill(p, 9);
	/* In this order, the addresses are reused. */
	CHECK(!munmap(other, LEN) && !munmap(p, LEN));
}

/* Every command on every kind of mapping, registered in every mode. */
static void userfaultfd_commands(void)
{
	enum kind kind;
	enum state state;
	unsigned int mode, number;

	for (kind = 0; kind < KINDS; kind++)
		for (state = 0; state <= SWAPPED; state++)
			for (mode = 0; mode < 8; mode++)
				for (number = 0; number < 12; number++)
					command_userfaultfd(number, mode, kind,
							    state);
}

int main(int argc, char **argv)
{
	static const struct plain_test tests[] = {
		{ "madvise_advice", madvise_advice },
		{ "madvise_advice_on_locked_memory",
		  madvise_advice_on_locked_memory },
		{ "mmap_flags", mmap_flags },
		{ "mremap_flags", mremap_flags },
		{ "mprotect_protections", mprotect_protections },
		{ "userfaultfd_features", userfaultfd_features },
		{ "userfaultfd_commands", userfaultfd_commands },
		{ NULL, NULL },
	};
	int ret;

	device = open("/dev/hmm_dmirror0", O_RDWR);
	CHECK(device >= 0);
	ret = plain_run(argc, argv, tests);
	return ret ? ret : failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
