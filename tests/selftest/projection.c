/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * projection.c - a plain program, which does not know that it is user code of a
 * world
 *
 * usage: projection NAME
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <lib/test_hmm_uapi.h>

#include "plain.h"

#define PAGES 8UL

static int device;

static char *anonymous(unsigned long len, int flags)
{
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags,
		       -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static int command(unsigned long request, void *addr, void *memory,
		   unsigned long pages)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)addr,
		.ptr = (uintptr_t)memory,
		.npages = pages,
	};

	return ioctl(device, request, &cmd);
}

static void wait_for(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

static void memory(void)
{
	char *p = anonymous(PAGES * PAGE, MAP_PRIVATE);
	unsigned long i;

	for (i = 0; i < PAGES * PAGE; i++)
		CHECK(!p[i]);
	for (i = 0; i < PAGES * PAGE; i++)
		p[i] = i % 251;
	for (i = 0; i < PAGES * PAGE; i++)
		CHECK(p[i] == (char)(i % 251));
	CHECK(!madvise(p + PAGE, PAGE, MADV_DONTNEED));
	CHECK(p[PAGE - 1] == (char)((PAGE - 1) % 251) && !p[PAGE] &&
	      p[2 * PAGE] == (char)(2 * PAGE % 251));
	CHECK(!munmap(p, PAGES * PAGE));
}

static sigjmp_buf back;
static void *volatile refused_at;

static void on_segv(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	refused_at = info->si_addr;
	siglongjmp(back, 1);
}

/* Return: the address at which the host's CPU faulted, or NULL. */
static void *refused(char *p, int write)
{
	refused_at = NULL;
	if (!sigsetjmp(back, 1)) {
		if (write)
			*(volatile char *)p = 1;
		else
			(void)*(volatile char *)p;
	}
	return refused_at;
}

static void permissions(void)
{
	struct sigaction action = { .sa_sigaction = on_segv,
				    .sa_flags = SA_SIGINFO };
	char *p = anonymous(PAGES * PAGE, MAP_PRIVATE);

	CHECK(!sigaction(SIGSEGV, &action, NULL));
	CHECK(!refused(p, 1) && !refused(p + PAGE, 0));
	CHECK(!mprotect(p, 2 * PAGE, PROT_READ));
	CHECK(!refused(p, 0) && refused(p, 1) == p);
	CHECK(refused(p + PAGE + 8, 1) == p + PAGE + 8);
	CHECK(!refused(p + 2 * PAGE, 1));
	CHECK(!mprotect(p, PAGE, PROT_NONE));
	CHECK(refused(p, 0) == p);
	CHECK(!mprotect(p, PAGE, PROT_READ | PROT_WRITE));
	CHECK(!refused(p, 1) && *p == 1);
	CHECK(!munmap(p, PAGES * PAGE));
	CHECK(refused(p, 0) == p);
	CHECK(mprotect(p, PAGE, PROT_READ) == -1);
}

static void copy_on_write(void)
{
	char *p = anonymous(PAGES * PAGE, MAP_PRIVATE);
	pid_t child;

	memset(p, 1, PAGES * PAGE);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK(p[0] == 1);
		p[0] = 2;
		CHECK(p[0] == 2 && p[PAGE] == 1);
		_exit(EXIT_SUCCESS);
	}
	p[PAGE] = 3;
	wait_for(child);
	CHECK(p[0] == 1 && p[PAGE] == 3);
}

static void shared_mapping(void)
{
	volatile char *p = anonymous(PAGES * PAGE, MAP_SHARED);
	pid_t child;

	p[0] = 1;
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		while (p[0] != 2)
			;
		p[PAGE] = 3;
		_exit(EXIT_SUCCESS);
	}
	p[0] = 2;
	wait_for(child);
	CHECK(p[PAGE] == 3);
}

static void file(void)
{
	int fd = open("/tmp", O_TMPFILE | O_EXCL | O_RDWR, 0600);
	char text[] = "written", read_back[sizeof(text)], *p;

	CHECK(fd >= 0 && !ftruncate(fd, 2 * PAGE));
	CHECK(write(fd, text, sizeof(text)) == sizeof(text));
	p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED && !strcmp(p, text));
	memset(p + PAGE, 'x', sizeof(text));
	CHECK(pread(fd, read_back, sizeof(text), PAGE) == sizeof(text));
	CHECK(!memcmp(read_back, p + PAGE, sizeof(text)));
	CHECK(lseek(fd, 0, SEEK_END) == 2 * PAGE);
	CHECK(!munmap(p, 2 * PAGE) && !close(fd));
}

/* The page is restored with the stores of both CPU and device. */
static void exclusive(void)
{
	unsigned long *p = (unsigned long *)anonymous(PAGE, MAP_PRIVATE);
	unsigned long seen[PAGE / sizeof(*p)];

	*p = 1;
	CHECK(!command(HMM_DMIRROR_EXCLUSIVE, p, seen, 1) && *seen == 1);
	CHECK(command(HMM_DMIRROR_CHECK_EXCLUSIVE, p, seen, 1));
	++*p;
	CHECK(*p == 2);
	CHECK(!command(HMM_DMIRROR_CHECK_EXCLUSIVE, p, seen, 1));
}

/* A child moves a page that its parent has mapped as well. */
static void flush_of_another_process(void)
{
	volatile char *p = anonymous(PAGE, MAP_PRIVATE);
	char seen[PAGE];
	int pipes[2];
	pid_t child;
	char byte;

	*p = 7;
	CHECK(!pipe(pipes));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK(read(pipes[0], &byte, 1) == 1);
		device = open("/dev/hmm_dmirror0", O_RDWR);
		CHECK(device >= 0);
		CHECK(!command(HMM_DMIRROR_EXCLUSIVE, (void *)p, seen, 1));
		CHECK(*p == 7);
		_exit(EXIT_SUCCESS);
	}
	CHECK(*p == 7); /* map it for reading */
	CHECK(write(pipes[1], "g", 1) == 1);
	wait_for(child);
	CHECK(*p == 7);
}

/* The child ends without cleanup, and leaves nothing behind. */
static void killed_child(void)
{
	char *p = anonymous(PAGES * PAGE, MAP_PRIVATE);
	int status;
	pid_t child;

	memset(p, 1, PAGES * PAGE);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		memset(p, 2, PAGES * PAGE);
		raise(SIGKILL);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	CHECK(p[0] == 1);
}

/* A part is unmapped; the rest stays a mapping as before. */
static void parts_of_mappings(void)
{
	struct sigaction action = { .sa_sigaction = on_segv,
				    .sa_flags = SA_SIGINFO };
	char *p = anonymous(PAGES * PAGE, MAP_PRIVATE), *q, *moved;

	CHECK(!sigaction(SIGSEGV, &action, NULL));
	memset(p, 1, PAGES * PAGE);
	CHECK(!munmap(p, PAGE) && refused(p, 0) == p);
	CHECK(!mprotect(p + PAGE, PAGE, PROT_NONE));
	CHECK(refused(p + PAGE, 0) == p + PAGE && !refused(p + 2 * PAGE, 1));
	q = anonymous(PAGES * PAGE, MAP_PRIVATE);
	CHECK(!refused(q, 1) && p[3 * PAGE] == 1);
	CHECK(mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		   -1, 0) == p &&
	      !refused(p, 0));
	moved = mremap(q, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	CHECK(moved != MAP_FAILED && !refused(moved, 1) && moved[0] == 1);
	CHECK(!munmap(p, PAGES * PAGE));
	CHECK(mremap(q + PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)0x7e1000000000) == MAP_FAILED);
}

static char *ticking;
static volatile int ticks;

static void tick(int sig)
{
	(void)sig;
	++*ticking;
	ticks++;
}

/* A signal may arrive at any time, and its handler use the world's memory. */
static void signals(void)
{
	struct itimerval timer = { { 0, 500 }, { 0, 500 } };
	char *p = anonymous(PAGES * PAGE, MAP_PRIVATE);

	ticking = anonymous(PAGE, MAP_PRIVATE);
	signal(SIGALRM, tick);
	CHECK(!setitimer(ITIMER_REAL, &timer, NULL));
	while (ticks < 50) {
		CHECK(!madvise(p, PAGES * PAGE, MADV_DONTNEED));
		CHECK(!madvise(ticking, PAGE, MADV_DONTNEED));
		p[PAGE] = 1;
		CHECK(!p[0] && p[PAGE] == 1);
	}
}

static void child_calls_exec(void)
{
	char *p = anonymous(PAGE, MAP_PRIVATE);
	int status;
	pid_t child;

	*p = 1;
	child = vfork();
	CHECK(child >= 0);
	if (!child) {
		execl("/nowhere/at/all", "all", NULL);
		_exit(7);
	}
	CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7);
	CHECK(*p == 1 && !madvise(p, PAGE, MADV_DONTNEED) && !*p);
}

static void *use_it_for_ever(void *memory)
{
	for (;;)
		++*(volatile char *)memory;
	return NULL;
}

/* main() returns while another thread still runs. */
static void thread_outlives_main(void)
{
	char *p = anonymous(PAGE, MAP_PRIVATE);
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, use_it_for_ever, p));
	while (!*(volatile char *)p)
		;
}

static void bad_addresses(void)
{
	int fd = open("/tmp", O_TMPFILE | O_EXCL | O_RDWR, 0600), pipes[2];
	char *gone = anonymous(PAGE, MAP_PRIVATE), *fresh;

	CHECK(fd >= 0 && !ftruncate(fd, PAGE) && !munmap(gone, PAGE));
	fresh = anonymous(2 * PAGE, MAP_PRIVATE);
	CHECK(pread(fd, gone + 4 * PAGE, 10, 0) == -1 && errno == EFAULT);
	CHECK(pwrite(fd, gone + 4 * PAGE, 10, 0) == -1 && errno == EFAULT);
	CHECK(pread(fd, fresh, 10, 0) == 10);
	CHECK(pread(fd, fresh, 10, -1) == -1 && errno == EINVAL);
	CHECK(lseek(fd, 0, 77) == -1 && errno == EINVAL);
	/* The host's kernel accesses memory that is not present yet. */
	CHECK(!pipe(pipes) && write(pipes[1], fresh + PAGE, 10) == 10);
	CHECK(read(pipes[0], fresh + PAGE, 10) == 10);
}

static void descriptors(void)
{
	int fd = open("/tmp", O_TMPFILE | O_EXCL | O_RDWR, 0600),
	    same = dup(fd);
	char text[4] = "abc", seen[4] = "";

	CHECK(fd >= 0 && same >= 0 && same != fd);
	CHECK(write(fd, text, 4) == 4 && lseek(same, 0, SEEK_CUR) == 4);
	CHECK(!close(fd) && pread(same, seen, 4, 0) == 4 &&
	      !strcmp(seen, text));
	CHECK(dup2(STDERR_FILENO, same) == same && write(same, "", 0) == 0);
	CHECK(dup2(device, same) == same && !close(device));
	device = same;
	exclusive();
}

static void code(void)
{
	struct sigaction action = { .sa_sigaction = on_segv,
				    .sa_flags = SA_SIGINFO };
	unsigned char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	p[0] = 0xc3; /* ret */
	((void (*)(void))p)();
	CHECK(!mprotect(p, PAGE, PROT_READ | PROT_WRITE));
	CHECK(!sigaction(SIGSEGV, &action, NULL));
	refused_at = NULL;
	if (!sigsetjmp(back, 1))
		((void (*)(void))p)();
	CHECK(refused_at == p);
}

static void sent_signal(void)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		raise(SIGSEGV);
		_exit(EXIT_SUCCESS);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	      WTERMSIG(status) == SIGSEGV);
}

/*
 * One second lasts fifty: it must not be over after 0.021 of the program's
 * seconds, which last longer than one real second.
 */
static void patience(void)
{
	struct timespec before, after;

	CHECK(!setenv("FAULTLAB_PATIENCE", "50", 1));
	CHECK(!alarm(1) && !clock_gettime(CLOCK_MONOTONIC, &before));
	CHECK(!poll(NULL, 0, 21) && !clock_gettime(CLOCK_MONOTONIC, &after));
	CHECK((after.tv_sec - before.tv_sec) * 1000 +
		      (after.tv_nsec - before.tv_nsec) / 1000000 >=
	      1050);
	CHECK(alarm(0) == 1);
}

/* An error for Memcheck, in a child whose exit status is ignored. */
static void uninitialised(void)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		char *volatile p = malloc(1);

		_exit(*p ? 1 : 2);
	}
	waitpid(child, NULL, 0);
}

static const struct plain_test tests[] = {
	{ "memory", memory },
	{ "permissions", permissions },
	{ "copy_on_write", copy_on_write },
	{ "shared_mapping", shared_mapping },
	{ "file", file },
	{ "exclusive", exclusive },
	{ "flush_of_another_process", flush_of_another_process },
	{ "killed_child", killed_child },
	{ "parts_of_mappings", parts_of_mappings },
	{ "signals", signals },
	{ "child_calls_exec", child_calls_exec },
	{ "thread_outlives_main", thread_outlives_main },
	{ "bad_addresses", bad_addresses },
	{ "descriptors", descriptors },
	{ "code", code },
	{ "sent_signal", sent_signal },
	{ "patience", patience },
	{ "uninitialised", uninitialised },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	device = open("/dev/hmm_dmirror0", O_RDWR);
	CHECK(device >= 0);
	return plain_run(argc, argv, tests);
}
