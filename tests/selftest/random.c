/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * random.c - random programs: calls and accesses whose results a shadow
 * predicts
 *
 * usage: random [--canary] [FIRST [COUNT]]
 *
 * Each seed is a process with a world of its own.  Its threads take turns, so
 * that a seed is always the same program.  After each call, the contents of a
 * page and the permitted accesses must match the shadow (shadow.h).  A seed
 * that fails is printed with its calls.  --canary: one value is stored without
 * the shadow, which must be detected.
 *
 * Exits with 1 if a seed failed, and with 129 for a wrong argument.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lib/test_hmm_uapi.h>
#include <linux/userfaultfd.h>

#include "answers.h"
#include "plain.h"
#include "shadow.h"

#define HUGE	     512U /* pages */
#define STEPS	     160
#define THREADS	     3
#define FILES	     2
#define ACCESSES     48
#define DEVICE_PAGES 16
#define SECONDS	     60 /* per seed, which needs < 1 */
#define LOG_SIZE     (256UL << 10)

#define EXIT_USAGE 129

/* Added in 5.14 to 6.13; the C library may be older. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define MADV_GUARD_ON  102
#define MADV_GUARD_OFF 103

static struct shadow shadow;
static char *arena;
static int file[FILES]; /* objects 0 and 1 of the shadow */
static int device;
static int userfaultfd; /* -1: not supported */
static uint64_t state;	/* of the random number generator */
static uint64_t stored; /* the value of the last store */
static int canary;
static int has_guards; /* MADV_GUARD_INSTALL */

/* Also belongs to the process that starts the seeds. */
struct log {
	unsigned long used;
	char text[LOG_SIZE];
};

static struct log *calls;

static __thread sigjmp_buf back;

/* -- random numbers and the log -- */

static uint64_t next(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static unsigned int below(unsigned int n)
{
	return next() % n;
}
static int one_in(unsigned int n)
{
	return !below(n);
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(calls->text + calls->used, LOG_SIZE - calls->used, format,
		      args);
	va_end(args);
	if (n > 0 && calls->used + n < LOG_SIZE)
		calls->used += n;
}

/* Log the result of a call.  Return: 1 if it succeeded. */
static int returned(long ret)
{
	int error = errno;

	if (ret >= 0)
		note(" = %#lx\n", ret);
	else
		note(" = -1, %s\n", strerror(error));
	return ret >= 0;
}

__attribute__((noreturn)) static void fail(unsigned int at, const char *what,
					   uint64_t value)
{
	const struct page *p = &shadow.page[at];

	note("page %u at %p: %s (value %#lx)\n", at, arena + at * PAGE, what,
	     (unsigned long)value);
	note("expected: mapped %d, protection %d, shared %d, guard %d, "
	     "object %d, index %u, own %d (%#lx), zero %d, of the "
	     "object %d (%#lx)\n",
	     p->mapped, p->prot, p->shared, p->guard, p->object, p->index,
	     p->own, (unsigned long)p->value, p->zero, p->live,
	     p->mapped && p->object >= 0 && p->index < OBJECT_PAGES ?
		     (unsigned long)shadow.object[p->object].value[p->index] :
		     0UL);
	_exit(EXIT_FAILURE);
}

/* -- accesses -- */

static void trapped(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

static uint64_t *word(unsigned int at)
{
	return (uint64_t *)(arena + at * PAGE);
}

/* Return: 1 if the access was made. */
static int load(unsigned int at, uint64_t *value)
{
	if (sigsetjmp(back, 0))
		return 0;
	*value = *(volatile uint64_t *)word(at);
	return 1;
}

static int store(unsigned int at, uint64_t value)
{
	if (sigsetjmp(back, 0))
		return 0;
	*(volatile uint64_t *)word(at) = value;
	return 1;
}

static void check_reach(unsigned int at, int write, int reached)
{
	enum reach reach = shadow_reach(&shadow, at, write);

	if (reach == YES && !reached)
		fail(at, write ? "a store is refused" : "a load is refused", 0);
	if (reach == NO && reached)
		fail(at,
		     write ? "a store is not refused" : "a load is not refused",
		     0);
}

static void check_load(unsigned int at)
{
	uint64_t value = 0;
	int reached = load(at, &value);

	check_reach(at, 0, reached);
	/* The access has moved it back from the device. */
	if (reached)
		shadow.page[at].in_device = 0;
	if (reached && !shadow_may_hold(&shadow, at, value))
		fail(at, "a load returns another value", value);
}

static void check_store(unsigned int at, uint64_t value)
{
	int reached;

	if (!shadow_knows(&shadow, at, 1))
		return;
	reached = store(at, value);
	check_reach(at, 1, reached);
	if (!reached)
		return;
	shadow.page[at].in_device = 0;
	shadow_store(&shadow, at, value);
}

static void check_all(void)
{
	unsigned int at;

	for (at = 0; at < SHADOW_PAGES; at++)
		check_load(at);
}

/* -- ranges -- */

struct range {
	unsigned int at, n;
};

static struct range any_range(void)
{
	struct range r = { .at = one_in(3) ? below(SHADOW_PAGES / HUGE) * HUGE :
					     below(SHADOW_PAGES),
			   .n = one_in(3) ? HUGE : 1 + below(64) };

	if (r.n > SHADOW_PAGES - r.at)
		r.n = SHADOW_PAGES - r.at;
	return r;
}

/* Mostly within one mapping. */
static struct range mapped_range(void)
{
	struct range r = any_range();
	unsigned int tries, n;

	for (tries = 0; tries < 8 && !shadow.page[r.at].mapped; tries++)
		r = any_range();
	if (one_in(6))
		return r;
	for (n = 1; n < r.n && shadow_follows(&shadow, r.at, r.at + n); n++)
		;
	r.n = n;
	return r;
}

static void *address(unsigned int at)
{
	return arena + at * PAGE;
}

/* -- calls -- */

static void do_mmap(void)
{
	struct range r = any_range();
	int prot = one_in(5) ? (int)below(8) : PROT_READ | PROT_WRITE;
	int shared = one_in(3), object = one_in(2) ? -1 : (int)below(FILES);
	int flags = MAP_FIXED | (shared ? MAP_SHARED : MAP_PRIVATE);
	unsigned int index = object < 0 ? 0 : below(32);
	int number = object;

	flags |= one_in(8) ? MAP_POPULATE : 0;
	flags |= one_in(16) ? MAP_NORESERVE : 0;
	flags |= one_in(16) && (shared || object < 0) ? MAP_LOCKED : 0;
	if (object < 0) {
		flags |= MAP_ANONYMOUS;
		number = shared ? shadow_object(&shadow, r.n * PAGE) : -1;
		if (shared && number < 0)
			return;
	}
	note("mmap(page %u, %u pages, %d, %#x, file %d, page %u)", r.at, r.n,
	     prot, flags, object, index);
	if (!returned((long)mmap(address(r.at), r.n * PAGE, prot, flags,
				 object < 0 ? -1 : file[object],
				 index * PAGE) == -1 ?
			      -1 :
			      0)) {
		shadow_lose(&shadow, r.at, r.n);
		return;
	}
	shadow_map(&shadow, r.at, r.n, prot, shared, number, index);
	if (flags & MAP_POPULATE)
		shadow_populate(&shadow, r.at, r.n);
}

static void do_munmap(void)
{
	struct range r = any_range();

	note("munmap(page %u, %u pages)", r.at, r.n);
	if (returned(munmap(address(r.at), r.n * PAGE)))
		shadow_unmap(&shadow, r.at, r.n);
	else
		shadow_lose(&shadow, r.at, r.n);
}

static int any_shared(struct range r)
{
	while (r.n--)
		if (shadow.page[r.at + r.n].shared)
			return 1;
	return 0;
}

static void do_mprotect(void)
{
	struct range r = mapped_range();
	int prot = one_in(3) ? (int)below(8) : PROT_READ | PROT_WRITE;

	note("mprotect(page %u, %u pages, %d)", r.at, r.n, prot);
	if (returned(mprotect(address(r.at), r.n * PAGE, prot)))
		shadow_protect(&shadow, r.at, r.n, prot);
	else
		shadow_lose(&shadow, r.at, r.n);
}

static const int advices[] = {
	MADV_NORMAL,
	MADV_RANDOM,
	MADV_SEQUENTIAL,
	MADV_WILLNEED,
	MADV_DONTNEED,
	MADV_FREE,
	MADV_REMOVE,
	MADV_DONTFORK,
	MADV_DOFORK,
	MADV_MERGEABLE,
	MADV_UNMERGEABLE,
	MADV_HUGEPAGE,
	MADV_NOHUGEPAGE,
	MADV_DONTDUMP,
	MADV_DODUMP,
	MADV_WIPEONFORK,
	MADV_KEEPONFORK,
	MADV_COLD,
	MADV_PAGEOUT,
	MADV_POPULATE_READ,
	MADV_POPULATE_WRITE,
	MADV_DONTNEED_LOCKED,
	MADV_COLLAPSE,
	MADV_GUARD_ON,
	MADV_GUARD_OFF,
	/* More often: advice that moves pages. */
	MADV_DONTNEED,
	MADV_FREE,
	MADV_HUGEPAGE,
	MADV_COLLAPSE,
	MADV_PAGEOUT,
	MADV_PAGEOUT,
	MADV_REMOVE,
};

/*
 * The shadow must know the range before the call, as MADV_REMOVE changes
 * objects.
 */
static int may_advise(struct range r, int advice)
{
	return advice != MADV_REMOVE || shadow_knows(&shadow, r.at, r.n);
}

static void advised(struct range r, int advice, int ok)
{
	switch (advice) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
		(ok ? shadow_fresh : shadow_maybe_fresh)(&shadow, r.at, r.n);
		break;
	case MADV_FREE:
		shadow_free(&shadow, r.at, r.n);
		break;
	case MADV_REMOVE:
		if (ok)
			shadow_punch(&shadow, r.at, r.n);
		else if (any_shared(r))
			shadow_lose(&shadow, r.at, r.n);
		break;
	case MADV_GUARD_ON:
	case MADV_GUARD_OFF:
		if (ok)
			shadow_guard(&shadow, r.at, r.n,
				     advice == MADV_GUARD_ON);
		else if (has_guards)
			shadow_lose(&shadow, r.at, r.n);
		break;
	case MADV_COLLAPSE:
		shadow_collapse(&shadow, r.at, r.n);
		break;
	case MADV_PAGEOUT:
		shadow_reclaim(&shadow, r.at, r.n);
		break;
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		shadow_populate(&shadow, r.at, r.n);
		break;
	case MADV_DONTFORK:
	case MADV_WIPEONFORK:
		shadow_not_inherited(&shadow, r.at, r.n);
		break;
	}
}

static void do_madvise(void)
{
	struct range r = mapped_range();
	int advice = advices[below(sizeof(advices) / sizeof(*advices))], ok;

	if (!may_advise(r, advice))
		return;
	note("madvise(page %u, %u pages, %d)", r.at, r.n, advice);
	ok = returned(madvise(address(r.at), r.n * PAGE, advice));
	advised(r, advice, ok);
}

/* Move to another address, or shrink in place. */
static void do_mremap(void)
{
	struct range r = mapped_range(), to = any_range();
	int keep = one_in(4), flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	unsigned int n = keep || one_in(2) ? r.n : 1 + below(64);

	if (n > SHADOW_PAGES - to.at)
		n = r.n = SHADOW_PAGES - to.at < r.n ? SHADOW_PAGES - to.at :
						       r.n;
	flags |= keep ? MREMAP_DONTUNMAP : 0;
	note("mremap(page %u, %u pages, %u pages, %#x, page %u)", r.at, r.n, n,
	     flags, to.at);
	if (returned((long)mremap(address(r.at), r.n * PAGE, n * PAGE, flags,
				  address(to.at)) == -1 ?
			     -1 :
			     0)) {
		shadow_move(&shadow, r.at, r.n, to.at, n, keep);
		return;
	}
	shadow_lose(&shadow, r.at, r.n);
	shadow_lose(&shadow, to.at, n);
}

static void do_shrink(void)
{
	struct range r = mapped_range();
	unsigned int n = 1 + below(r.n);

	note("mremap(page %u, %u pages, %u pages, 0)", r.at, r.n, n);
	if (returned((long)mremap(address(r.at), r.n * PAGE, n * PAGE, 0) ==
				     -1 ?
			     -1 :
			     0))
		shadow_unmap(&shadow, r.at + n, r.n - n);
	else
		shadow_lose(&shadow, r.at, r.n);
}

static void do_ftruncate(void)
{
	int which = below(FILES);
	unsigned long size = below(1024) * PAGE + below(3) * 100;

	note("ftruncate(file %d, %lu)", which, size);
	if (!returned(ftruncate(file[which], size)))
		fail(0, "a file cannot be truncated", size);
	shadow_truncate(&shadow, which, size);
}

static void do_pwrite(void)
{
	int which = below(FILES);
	unsigned int index = below(256);
	uint64_t page[PAGE / sizeof(uint64_t)] = { ++stored };

	note("pwrite(file %d, page %u, %#lx)", which, index,
	     (unsigned long)stored);
	if (!returned(pwrite(file[which], page, PAGE, index * PAGE)))
		fail(0, "a file cannot be written", index);
	shadow_write(&shadow, which, index, stored);
}

static void do_pread(void)
{
	int which = below(FILES);
	unsigned int index = below(256);
	const struct object *o = &shadow.object[which];
	uint64_t value = 0;

	note("pread(file %d, page %u)", which, index);
	if (!returned(pread(file[which], &value, sizeof(value), index * PAGE)))
		fail(0, "a file cannot be read", index);
	if (!o->any[index] && value != o->value[index])
		fail(0, "pread() returns another value", value);
}

static void do_accesses(void)
{
	struct range r = any_range();
	unsigned int i;

	note("accesses from page %u on, from %#lx on\n", r.at,
	     (unsigned long)stored + 1);
	for (i = 0; i < ACCESSES; i++) {
		unsigned int at = r.at + below(r.n);

		if (one_in(2))
			check_load(at);
		else
			check_store(at, ++stored);
	}
}

/* A store without the shadow. */
static void do_canary(void)
{
	unsigned int at;

	for (at = 0; at < SHADOW_PAGES; at++)
		if (shadow_reach(&shadow, at, 1) == YES &&
		    !shadow.page[at].any && !shadow.page[at].shared)
			break;
	if (at < SHADOW_PAGES && store(at, ++stored))
		check_load(at);
}

/* -- a child inherits its parent's data, and stores only to its own -- */

static void child(void)
{
	unsigned int i, at;
	uint64_t value = stored;

	for (at = 0; at < SHADOW_PAGES; at++)
		if (!shadow.page[at].not_inherited)
			check_load(at);
	for (i = 0; i < ACCESSES; i++) {
		at = below(SHADOW_PAGES);
		if (!shadow.page[at].not_inherited && !shadow.page[at].shared)
			check_store(at, ++value);
	}
	for (at = 0; at < SHADOW_PAGES; at++)
		if (!shadow.page[at].not_inherited)
			check_load(at);
	_exit(EXIT_SUCCESS);
}

static void do_fork(void)
{
	int status;
	pid_t pid;

	note("fork()\n");
	pid = fork();
	if (!pid)
		child();
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		fail(0, "no child", errno);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		note("the child ended with status %#x\n", status);
		_exit(EXIT_FAILURE);
	}
}

/* -- the device -- */

static uint64_t buffer[DEVICE_PAGES][PAGE / sizeof(uint64_t)];

static struct range device_range(void)
{
	struct range r = mapped_range();

	if (r.n > DEVICE_PAGES)
		r.n = DEVICE_PAGES;
	return r;
}

static int command(struct range r, const char *name, unsigned long request)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)address(r.at),
		.ptr = (uintptr_t)buffer,
		.npages = r.n,
	};

	note("%s(page %u, %u pages)", name, r.at, r.n);
	return returned(ioctl(device, request, &cmd));
}

/*
 * A device's accesses to such pages can go wrong: docs/findings/test-hmm.md, 6
 * and 7.
 */
static int may_be_in_device(struct range r)
{
	while (r.n--)
		if (shadow.page[r.at + r.n].in_device)
			return 1;
	return 0;
}

static void do_device_read(void)
{
	struct range r = device_range();
	unsigned int i;

	if (may_be_in_device(r) ||
	    !command(r, "device reads", HMM_DMIRROR_READ))
		return;
	for (i = 0; i < r.n; i++) {
		if (shadow_reach(&shadow, r.at + i, 0) == NO)
			fail(r.at + i, "the device may read it", buffer[i][0]);
		if (!shadow_may_hold(&shadow, r.at + i, buffer[i][0]))
			fail(r.at + i, "the device reads another value",
			     buffer[i][0]);
	}
}

static void do_device_write(void)
{
	struct range r = device_range();
	unsigned int i;

	if (!shadow_knows(&shadow, r.at, r.n) || may_be_in_device(r))
		return;
	for (i = 0; i < r.n; i++)
		buffer[i][0] = ++stored;
	if (!command(r, "device writes", HMM_DMIRROR_WRITE)) {
		shadow_lose_content(&shadow, r.at, r.n);
		return;
	}
	for (i = 0; i < r.n; i++) {
		if (shadow_reach(&shadow, r.at + i, 1) == NO)
			fail(r.at + i, "the device may write it", buffer[i][0]);
		shadow_device_store(&shadow, r.at + i, buffer[i][0]);
	}
}

/*
 * The device may not do what it is asked for.  The contents of pages stay, but
 * private pages of files may become copies.
 */
static void do_device_other(void)
{
	static const struct {
		const char *name;
		unsigned long request;
	} requests[] = {
		{ "mark exclusive", HMM_DMIRROR_EXCLUSIVE },
		{ "mark exclusive", HMM_DMIRROR_EXCLUSIVE },
		{ "check exclusive", HMM_DMIRROR_CHECK_EXCLUSIVE },
		{ "migrate to the device", HMM_DMIRROR_MIGRATE_TO_DEV },
		{ "migrate to the device", HMM_DMIRROR_MIGRATE_TO_DEV },
		{ "migrate back", HMM_DMIRROR_MIGRATE_TO_SYS },
		{ "snapshot", HMM_DMIRROR_SNAPSHOT },
	};
	unsigned int which = below(sizeof(requests) / sizeof(*requests)), i;
	struct range r = device_range();

	command(r, requests[which].name, requests[which].request);
	shadow_populate(&shadow, r.at, r.n);
	if (requests[which].request == HMM_DMIRROR_MIGRATE_TO_DEV)
		for (i = 0; i < r.n; i++)
			shadow.page[r.at + i].in_device = 1;
}

/* -- userfaultfd; another thread answers the faults -- */

static struct uffdio_range uffd_range(struct range r)
{
	return (struct uffdio_range){ (uintptr_t)address(r.at), r.n * PAGE };
}

static void do_register(void)
{
	struct range r = mapped_range();
	struct uffdio_register area = { .range = uffd_range(r),
					.mode = 1 + below(7) };

	if (userfaultfd < 0)
		return;
	note("register(page %u, %u pages, mode %u)", r.at, r.n, (int)area.mode);
	if (returned(ioctl(userfaultfd, UFFDIO_REGISTER, &area)))
		shadow_answer(&shadow, r.at, r.n);
}

static void do_unregister(void)
{
	struct range r = mapped_range();
	struct uffdio_range area = uffd_range(r);

	if (userfaultfd < 0)
		return;
	note("unregister(page %u, %u pages)", r.at, r.n);
	returned(ioctl(userfaultfd, UFFDIO_UNREGISTER, &area));
}

static void do_write_protect(void)
{
	struct range r = mapped_range();
	struct uffdio_writeprotect area = { uffd_range(r), one_in(3) ? 0 : 1 };

	if (userfaultfd < 0)
		return;
	note("write-protect(page %u, %u pages, mode %u)", r.at, r.n,
	     (int)area.mode);
	returned(ioctl(userfaultfd, UFFDIO_WRITEPROTECT, &area));
}

/* -- a seed -- */

static void (*const steps[])(void) = {
	do_mmap,	do_mmap,	 do_munmap,	   do_mprotect,
	do_madvise,	do_madvise,	 do_madvise,	   do_mremap,
	do_shrink,	do_fork,	 do_ftruncate,	   do_pwrite,
	do_pread,	do_accesses,	 do_accesses,	   do_accesses,
	do_device_read, do_device_write, do_device_other,  do_device_other,
	do_register,	do_unregister,	 do_write_protect,
};

static struct turn {
	pthread_t thread;
	sem_t go, done;
} turns[THREADS];

/*
 * Threads take turns; each thread but the first has its own stack and thread
 * ID.
 */
static void *taker(void *arg)
{
	struct turn *t = arg;

	for (;;) {
		sem_wait(&t->go);
		steps[below(sizeof(steps) / sizeof(*steps))]();
		sem_post(&t->done);
	}
	return NULL;
}

static void begin_threads(void)
{
	unsigned int i;

	for (i = 0; i < THREADS; i++) {
		CHECK(!sem_init(&turns[i].go, 0, 0) &&
		      !sem_init(&turns[i].done, 0, 0));
		CHECK(!pthread_create(&turns[i].thread, NULL, taker,
				      &turns[i]));
	}
}

static void wait_for(sem_t *done)
{
	while (sem_wait(done))
		CHECK(errno == EINTR);
}

static void step(unsigned int number)
{
	struct turn *t = &turns[below(THREADS)];

	note("%u.%d: ", number, (int)(t - turns));
	sem_post(&t->go);
	wait_for(&t->done);
}

static void set_up(uint64_t seed)
{
	struct sigaction action = { .sa_handler = trapped,
				    .sa_flags = SA_NODEFER };
	const unsigned long len = SHADOW_PAGES * PAGE;
	int i;

	state = seed;
	device = open("/dev/hmm_dmirror0", O_RDWR);
	CHECK(device >= 0);
	CHECK(!sigaction(SIGSEGV, &action, NULL) &&
	      !sigaction(SIGBUS, &action, NULL));
	for (i = 0; i < FILES; i++) {
		file[i] = open("/tmp", O_TMPFILE | O_RDWR, 0600);
		CHECK(file[i] >= 0);
		CHECK(!ftruncate(file[i], (256 << 2 * i) * PAGE));
		shadow_object(&shadow, (256 << 2 * i) * PAGE);
	}
	arena = mmap(NULL, len + HUGE * PAGE, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(arena != MAP_FAILED);
	has_guards = !madvise(arena, PAGE, MADV_GUARD_ON);
	CHECK(!munmap(arena, len + HUGE * PAGE));
	arena = (char *)(((uintptr_t)arena + HUGE * PAGE - 1) & -(HUGE * PAGE));
	userfaultfd = answers_begin();
	begin_threads();
}

static void run(uint64_t seed)
{
	unsigned int i;

	alarm(SECONDS);
	set_up(seed);
	for (i = 0; i < STEPS; i++) {
		step(i);
		if (canary && i == STEPS / 2)
			do_canary();
	}
	note("all pages\n");
	check_all();
	exit(EXIT_SUCCESS);
}

/* Return: 1 if the seed's process succeeded. */
static int try(const char *program, uint64_t seed)
{
	int status = 0;
	pid_t pid;

	calls->used = 0;
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid)
		run(seed);
	CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 1;
	printf("seed %llu failed: %s %d\n%.*s", (unsigned long long)seed,
	       WIFSIGNALED(status) ? "signal" : "exit status",
	       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	       (int)calls->used, calls->text);
	printf("seed %llu failed; to reproduce: %s %s%llu\n",
	       (unsigned long long)seed, program, canary ? "--canary " : "",
	       (unsigned long long)seed);
	return 0;
}

/* Return: the decimal number @text; ends the program if it is not one. */
static uint64_t number(const char *text)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno)
		return n;
	fprintf(stderr,
		"random: expected a decimal number, got '%s'\n"
		"usage: random [--canary] [FIRST [COUNT]]\n",
		text);
	exit(EXIT_USAGE);
}

int main(int argc, char **argv)
{
	uint64_t first = 1, count = 1, i, failed = 0;
	char **arg = argv + 1;

	if (argc > 1 && !strcmp(*arg, "--canary")) {
		canary = 1;
		arg++;
	}
	if (*arg)
		first = number(*arg++);
	if (*arg)
		count = number(*arg++);
	if (*arg)
		number("");
	calls = mmap(NULL, sizeof(*calls), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(calls != MAP_FAILED);
	for (i = 0; i < count; i++)
		failed += !try(argv[0], first + i);
	printf("%llu of %llu seeds failed\n", (unsigned long long)failed,
	       (unsigned long long)count);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
