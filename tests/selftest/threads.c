/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * threads.c - threads that end, and signals that come, while the kernel is busy
 *
 * usage: threads NAME
 *
 * Exits with 77 if the kernel has no userfaultfd here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/userfaultfd.h>

#include "plain.h"

#define PAGES	16UL

static char *memory;		/* PAGES, private */
static int file;		/* PAGES of tmpfs */
static char *shared;		/* the same, mapped */

static void begin(void)
{
	CHECK(open("/dev/hmm_dmirror0", O_RDWR) >= 0);
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	CHECK(memory != MAP_FAILED);
	file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	CHECK(file >= 0 && !ftruncate(file, PAGES * PAGE));
	shared = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK(shared != MAP_FAILED);
}

/* A userfaultfd of memory that nobody fills. */
static int fill_never(int flags)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.mode = UFFDIO_REGISTER_MODE_MISSING,
		.range = { (unsigned long)memory, PAGES * PAGE },
	};
	int fd = syscall(SYS_userfaultfd, flags);

	if (fd < 0 && errno == ENOSYS)
		exit(77);
	CHECK(fd >= 0 && !ioctl(fd, UFFDIO_API, &api));
	CHECK(!ioctl(fd, UFFDIO_REGISTER, &area));
	return fd;
}

static void wait_for(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child && !status);
}

/* -- cancellation -- */

static void *read_message(void *fd)
{
	struct uffd_msg message;

	return (void *)read(*(int *)fd, &message, sizeof(message));
}

/* A reader that waits is cancelled, and the world goes on and ends without it. */
static void cancelled_in_read(void)
{
	int fd = fill_never(0);
	pthread_t thread;
	void *ret;

	CHECK(!pthread_create(&thread, NULL, read_message, &fd));
	usleep(50000);
	CHECK(!pthread_cancel(thread) && !pthread_join(thread, &ret));
	CHECK(ret == PTHREAD_CANCELED);
	CHECK(!madvise(shared, PAGE, MADV_DONTNEED));
}

static volatile int stop;

/* ftruncate() is no cancellation point, but flushes what another process has mapped. */
static void *truncate_for_long(void *unused)
{
	(void)unused;
	while (!stop)
		CHECK(!ftruncate(file, PAGE) && !ftruncate(file, PAGES * PAGE));
	pthread_testcancel();
	return NULL;
}

static void *truncate_at_any_time(void *unused)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	return truncate_for_long(unused);
}

static sigjmp_buf back;

static void jump(int sig)
{
	siglongjmp(back, sig);
}

static void cancel(void *(*fn)(void *))
{
	pthread_t thread;
	void *ret;

	stop = 0;
	CHECK(!pthread_create(&thread, NULL, fn, NULL));
	usleep(100000);
	CHECK(!pthread_cancel(thread));
	usleep(50000);
	stop = 1;
	CHECK(!pthread_join(thread, &ret) && ret == PTHREAD_CANCELED);
}

static void cancelled_in_a_flush(void)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		signal(SIGSEGV, jump);
		sigsetjmp(back, 1);
		for (;;)
			++*(volatile char *)(shared + 2 * PAGE);
	}
	cancel(truncate_for_long);
	cancel(truncate_at_any_time);
	kill(child, SIGTERM);
	CHECK(waitpid(child, NULL, 0) == child);
	CHECK(!ftruncate(file, 0));
}

/* -- handlers of user code -- */

static volatile int handled;

static void use_memory(int sig)
{
	(void)sig;
	handled++;
	memory[2 * PAGE] = 1;
}

/* Signals that traps have as well, sent by another process. */
static void sent_traps(void)
{
	static const int signals[] = { SIGTRAP, SIGFPE, SIGBUS, SIGILL, SIGABRT, SIGSEGV, SIGSYS };
	const pid_t parent = getpid();
	unsigned int i;
	int n, status;
	pid_t child;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		CHECK(signal(signals[i], use_memory) == SIG_DFL);
		handled = 0;
		child = fork();
		CHECK(child >= 0);
		if (!child) {
			for (n = 0; n < 100; n++) {
				usleep(500);
				kill(parent, signals[i]);
			}
			_exit(0);
		}
		while (!waitpid(child, &status, WNOHANG)) {
			memset(memory, 1, 8 * PAGE);
			CHECK(!madvise(memory, PAGES * PAGE, MADV_DONTNEED));
		}
		CHECK(!status && handled);
		CHECK(signal(signals[i], SIG_DFL) == use_memory);
	}
}

static siginfo_t seen;

static void keep_info(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	seen = *info;
	handled++;
}

/* What the handler gets is what was sent, whether it came inside or not. */
static void sent_value(void)
{
	struct sigaction action = { .sa_sigaction = keep_info, .sa_flags = SA_SIGINFO };
	const union sigval value = { .sival_int = 41 };
	pid_t parent = getpid(), child;
	int n, status;

	CHECK(!sigaction(SIGSEGV, &action, NULL));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		for (n = 0; n < 100; n++) {
			usleep(500);
			sigqueue(parent, SIGSEGV, value);
		}
		_exit(0);
	}
	while (!waitpid(child, &status, WNOHANG)) {
		CHECK(!madvise(memory, PAGES * PAGE, MADV_DONTNEED));
		CHECK(!handled || (seen.si_code == SI_QUEUE && seen.si_pid == child &&
				   seen.si_value.sival_int == 41));
	}
	CHECK(!status && handled);
}

/* -- a wait in the kernel, and a signal -- */

/* There is no other thread, but an alarm will come. */
static void alarm_ends_a_fault(void)
{
	fill_never(O_NONBLOCK);
	CHECK(signal(SIGALRM, jump) == SIG_DFL);
	alarm(1);
	if (!sigsetjmp(back, 1)) {
		memory[0] = 1;
		CHECK(!"the store is done");
	}
	CHECK(!madvise(shared, PAGE, MADV_DONTNEED));
}

static void note(int sig)
{
	(void)sig;
	handled++;
}

static void alarm_ends_a_read(void)
{
	struct sigaction action = { .sa_handler = note };
	struct uffd_msg message;
	int fd = fill_never(0);

	CHECK(!sigaction(SIGALRM, &action, NULL));
	alarm(1);
	CHECK(read(fd, &message, sizeof(message)) == -1 && errno == EINTR && handled == 1);
}

/* With SA_RESTART it waits again. */
static void signal_restarts_a_read(void)
{
	int fd = fill_never(0);
	struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
	pthread_t thread;
	void *ret;

	CHECK(!pthread_create(&thread, NULL, read_message, &fd));
	CHECK(!sigaction(SIGUSR1, &action, NULL));
	usleep(50000);
	CHECK(!pthread_kill(thread, SIGUSR1));
	usleep(50000);
	CHECK(handled == 1 && pthread_tryjoin_np(thread, &ret) == EBUSY);
	CHECK(!pthread_cancel(thread) && !pthread_join(thread, &ret));
	CHECK(ret == PTHREAD_CANCELED);
}

/* -- the first thread ends, and others live -- */

static void *live_on(void *unused)
{
	char there = 0;
	pid_t child;

	usleep(100000);
	child = fork();
	if (!child) {
		memory[0] = 5;
		_exit(0);
	}
	wait_for(child);
	memset(memory, 7, PAGES * PAGE);
	CHECK(!madvise(memory, PAGES * PAGE, MADV_DONTNEED) && !memory[0]);
	/* The child has it mapped, and this process flushes it there, and the other way. */
	*shared = 1;
	child = fork();
	if (!child) {
		CHECK(*shared == 1 && !ftruncate(file, 0) && !ftruncate(file, PAGES * PAGE));
		_exit(0);
	}
	wait_for(child);
	CHECK(!*shared);
	CHECK(pwrite(file, "x", 1, 0) == 1 && pread(file, &there, 1, 0) == 1 && there == 'x');
	exit(0);
	return unused;
}

static void first_thread_ends(void)
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, live_on, NULL));
	pthread_exit(NULL);
}

static const struct plain_test tests[] = {
	{ "cancelled_in_read", cancelled_in_read },
	{ "cancelled_in_a_flush", cancelled_in_a_flush },
	{ "sent_traps", sent_traps },
	{ "sent_value", sent_value },
	{ "alarm_ends_a_fault", alarm_ends_a_fault },
	{ "alarm_ends_a_read", alarm_ends_a_read },
	{ "signal_restarts_a_read", signal_restarts_a_read },
	{ "first_thread_ends", first_thread_ends },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	begin();
	return plain_run(argc, argv, tests);
}
