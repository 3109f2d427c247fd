/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * threads.c - threads that end, and signals that arrive, while the kernel is
 * busy
 *
 * usage: threads NAME
 *
 * Exits with 77 if this kernel does not support userfaultfd.
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

#define PAGES 16UL

static char *memory; /* PAGES, private */
static int file;     /* PAGES of tmpfs */
static char *shared; /* the same pages, mapped */

static void begin(void)
{
	CHECK(open("/dev/hmm_dmirror0", O_RDWR) >= 0);
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	CHECK(file >= 0 && !ftruncate(file, PAGES * PAGE));
	shared = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		      file, 0);
	CHECK(shared != MAP_FAILED);
}

/* Return: a userfaultfd for memory that no thread fills. */
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

/* A waiting reader is cancelled; the world continues and ends without it. */
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

/*
 * ftruncate() is no cancellation point, but flushes pages that another process
 * has mapped.
 */
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

/* Signals that traps also send, sent by another process. */
static void sent_traps(void)
{
	static const int signals[] = { SIGTRAP, SIGFPE,	 SIGBUS, SIGILL,
				       SIGABRT, SIGSEGV, SIGSYS };
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

/*
 * The handler gets what was sent, whether or not the signal arrives inside the
 * kernel.
 */
static void sent_value(void)
{
	struct sigaction action = { .sa_sigaction = keep_info,
				    .sa_flags = SA_SIGINFO };
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
		CHECK(!handled ||
		      (seen.si_code == SI_QUEUE && seen.si_pid == child &&
		       seen.si_value.sival_int == 41));
	}
	CHECK(!status && handled);
}

/* -- a wait in the kernel, and a signal -- */

/* No other thread exists, but an alarm will arrive. */
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
	CHECK(read(fd, &message, sizeof(message)) == -1 && errno == EINTR &&
	      handled == 1);
}

/* With SA_RESTART, the read waits again. */
static void signal_restarts_a_read(void)
{
	int fd = fill_never(0);
	struct sigaction action = { .sa_handler = note,
				    .sa_flags = SA_RESTART };
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

/* A process that is mostly in the kernel is killed; the others continue. */
static void busy_child_is_killed(void)
{
	int i, status;
	pid_t child;

	for (i = 0; i < 20; i++) {
		child = fork();
		CHECK(child >= 0);
		while (!child) {
			memset(memory, 1, PAGES * PAGE);
			madvise(memory, PAGES * PAGE, MADV_DONTNEED);
		}
		usleep(10000 + i * 777);
		CHECK(!kill(child, i % 2 ? SIGKILL : SIGSTOP));
		*memory = 1;
		CHECK(!madvise(memory, PAGE, MADV_DONTNEED) &&
		      !kill(child, SIGKILL));
		CHECK(waitpid(child, &status, 0) == child &&
		      WTERMSIG(status) == SIGKILL);
		*memory = 1;
	}
}

/* -- the first thread ends, and others continue -- */

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
	/*
	 * The child maps the page, and this process flushes it there; then the
	 * other way round.
	 */
	*shared = 1;
	child = fork();
	if (!child) {
		CHECK(*shared == 1 && !ftruncate(file, 0) &&
		      !ftruncate(file, PAGES * PAGE));
		_exit(0);
	}
	wait_for(child);
	CHECK(!*shared);
	CHECK(pwrite(file, "x", 1, 0) == 1 && pread(file, &there, 1, 0) == 1 &&
	      there == 'x');
	exit(0);
	return unused;
}

static void first_thread_ends(void)
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, live_on, NULL));
	pthread_exit(NULL);
}

/* -- masks, handlers and stacks that would break the world -- */

static void *store(void *unused)
{
	*memory = 3;
	return unused;
}

static void thread_attributes(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all;

	sigfillset(&all);
	CHECK(!pthread_attr_init(&attr) &&
	      !pthread_attr_setsigmask_np(&attr, &all));
	CHECK(!pthread_create(&thread, &attr, store, NULL) &&
	      !pthread_join(thread, NULL));
	CHECK(*memory == 3);
	/* A store to this stack would trap before the handler can run. */
	CHECK(!pthread_attr_setstack(&attr, memory, PAGES * PAGE));
	CHECK(pthread_create(&thread, &attr, store, NULL) == EINVAL);
	CHECK(!pthread_attr_destroy(&attr));
}

static volatile char *volatile nowhere = (volatile char *)8;

static void *lock_memory(void *unused)
{
	CHECK(mlock(memory, PAGE) == -1 && errno == ENOSYS);
	return unused;
}

/*
 * The report has the place of the call, which needs more stack than the thread
 * has.
 */
static void refused_on_a_small_stack(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	CHECK(!pthread_attr_init(&attr) &&
	      !pthread_attr_setstacksize(&attr, 64 << 10));
	CHECK(!pthread_create(&thread, &attr, lock_memory, NULL) &&
	      !pthread_join(thread, NULL));
	CHECK(!pthread_attr_destroy(&attr));
}

static void alternate_stack(void *at, size_t size)
{
	stack_t stack = { .ss_sp = at, .ss_size = size }, now;
	struct sigaction action = { .sa_handler = jump,
				    .sa_flags = SA_ONSTACK };

	CHECK(!sigaltstack(&stack, NULL) && !sigaltstack(NULL, &now));
	CHECK(now.ss_sp == at && now.ss_size == size && !now.ss_flags);
	CHECK(!sigaction(SIGSEGV, &action, NULL));
	CHECK(!madvise(shared, PAGES * PAGE, MADV_DONTNEED));
	memset(shared, 3, PAGES * PAGE);
	if (!sigsetjmp(back, 1)) {
		*nowhere = 1;
		CHECK(!"no signal");
	}
}

/* Stacks in memory of the world, stacks too small for the kernel, and none. */
static void alternate_stacks(void)
{
	static char small[16384];
	stack_t none = { .ss_flags = SS_DISABLE },
		stack = { .ss_sp = small, .ss_size = 2047 };
	char *large = malloc(1 << 20);

	alternate_stack(memory, PAGES * PAGE);
	alternate_stack(small, 2048);
	alternate_stack(small, sizeof(small));
	alternate_stack(large, 1 << 20);
	CHECK(sigaltstack(&stack, NULL) == -1 && errno == ENOMEM);
	CHECK(!sigaltstack(&none, &stack) && stack.ss_sp == large);
	CHECK(!sigaltstack(NULL, &stack) && stack.ss_flags == SS_DISABLE);
	memset(memory, 3, PAGES * PAGE);
	stack = (stack_t){ .ss_sp = memory, .ss_size = PAGES * PAGE };
	CHECK(!syscall(SYS_sigaltstack, &stack, NULL));
	CHECK(!madvise(memory, PAGES * PAGE, MADV_DONTNEED));
	memset(memory, 3, PAGES * PAGE);
	free(large);
}

extern sighandler_t __sysv_signal(int sig, sighandler_t handler);
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* All functions of any standard that set a handler or a mask. */
static void handlers_of_all_standards(void)
{
	sighandler_t (*const set[])(int, sighandler_t) = {
		signal, __sysv_signal, ssignal, sysv_signal, sigset
	};
	volatile unsigned int i;

	for (i = 0; i < sizeof(set) / sizeof(*set); i++) {
		CHECK(set[i](SIGSEGV, jump) != SIG_ERR);
		CHECK(!madvise(memory, PAGE, MADV_DONTNEED));
		if (sigsetjmp(back, 1)) {
			CHECK(!"a store is a signal of the program's");
		} else {
			*memory = 1;
			if (!sigsetjmp(back, 1))
				*nowhere = 1;
		}
	}
	CHECK(!sighold(SIGSEGV) && sigset(SIGSEGV, SIG_HOLD) != SIG_ERR);
	sigblock(~0);
	sigsetmask(~0);
	CHECK(!madvise(memory, PAGE, MADV_DONTNEED));
	*memory = 1;
	CHECK(!sigrelse(SIGSEGV));
}

/* -- the signal that flushes -- */

static const struct timespec long_time = { .tv_sec = 30 };

static void ignore_all(const sigset_t *all)
{
	int sig;

	/* To ignore SIGUSR1, even briefly, would discard it if pending. */
	for (sig = 1; sig < NSIG; sig++)
		if (sig != SIGUSR1)
			signal(sig, SIG_IGN);
	sigsuspend(all);
}

static void reset_all(const sigset_t *all)
{
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		if (sig != SIGUSR1)
			signal(sig, SIG_DFL);
	sigsuspend(all);
}

static void in_ppoll(const sigset_t *all)
{
	ppoll(NULL, 0, &long_time, all);
}

static void in_pselect(const sigset_t *all)
{
	pselect(0, NULL, NULL, NULL, &long_time, all);
}

static void in_epoll(const sigset_t *all)
{
	struct epoll_event event;

	epoll_pwait(epoll_create1(0), &event, 1, 30000, all);
}

static void in_ppoll_by_number(const sigset_t *all)
{
	syscall(SYS_ppoll, NULL, 0, NULL, all, 8);
}

static void in_pselect_by_number(const sigset_t *all)
{
	const unsigned long pair[2] = { (unsigned long)all, 8 };

	syscall(SYS_pselect6, 0, NULL, NULL, NULL, NULL, pair);
}

static void in_sigsuspend_by_number(const sigset_t *all)
{
	syscall(SYS_rt_sigsuspend, all, 8);
}

static void in_sigwait(const sigset_t *all)
{
	int sig;

	sigprocmask(SIG_BLOCK, all, NULL);
	CHECK(!sigwait(all, &sig) && sig == SIGUSR1);
}

static void in_sigtimedwait(const sigset_t *all)
{
	sigprocmask(SIG_BLOCK, all, NULL);
	while (sigtimedwait(all, NULL, &long_time) != SIGUSR1)
		CHECK(errno == EINTR);
}

static void in_sigtimedwait_by_number(const sigset_t *all)
{
	sigprocmask(SIG_BLOCK, all, NULL);
	while (syscall(SYS_rt_sigtimedwait, all, NULL, NULL, 8) != SIGUSR1)
		CHECK(errno == EINTR);
}

static void in_signalfd(const sigset_t *all)
{
	struct signalfd_siginfo info;
	int fd = signalfd(-1, all, 0);

	sigprocmask(SIG_BLOCK, all, NULL);
	CHECK(fd >= 0 && read(fd, &info, sizeof(info)) == sizeof(info));
	CHECK(info.ssi_signo == SIGUSR1);
}

/*
 * The parent truncates pages that the child has mapped, while the child waits
 * in @wait().
 */
static void flush_of(void (*wait)(const sigset_t *all))
{
	int ends[2], i;
	sigset_t all;
	pid_t child;
	char byte;

	CHECK(!pipe(ends) && !ftruncate(file, PAGES * PAGE));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		memset(shared, 2, PAGES * PAGE);
		signal(SIGUSR1, note);
		/* SIGUSR1 must arrive during a wait, not between two waits. */
		sigemptyset(&all);
		sigaddset(&all, SIGUSR1);
		CHECK(!sigprocmask(SIG_BLOCK, &all, NULL));
		sigfillset(&all);
		sigdelset(&all, SIGUSR1);
		CHECK(write(ends[1], "x", 1) == 1);
		for (i = 0; i < 20 && !handled; i++)
			wait(&all);
		_exit(0);
	}
	CHECK(read(ends[0], &byte, 1) == 1);
	usleep(50000);
	CHECK(!ftruncate(file, PAGE) && *shared == 2);
	kill(child, SIGUSR1);
	wait_for(child);
	close(ends[0]);
	close(ends[1]);
}

static void flush_in_a_wait(void)
{
	flush_of(ignore_all);
	flush_of(reset_all);
	flush_of(in_ppoll);
	flush_of(in_pselect);
	flush_of(in_epoll);
}

static void flush_in_a_wait_by_number(void)
{
	flush_of(in_ppoll_by_number);
	flush_of(in_pselect_by_number);
	flush_of(in_sigsuspend_by_number);
}

/* Here SIGUSR1 is one of the signals that are waited for. */
static void flush_while_waited_for(void (*wait)(const sigset_t *all))
{
	int ends[2];
	sigset_t all;
	pid_t child;
	char byte;

	CHECK(!pipe(ends) && !ftruncate(file, PAGES * PAGE));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		memset(shared, 2, PAGES * PAGE);
		sigfillset(&all);
		CHECK(!sigprocmask(SIG_BLOCK, &all, NULL) &&
		      write(ends[1], "x", 1) == 1);
		wait(&all);
		_exit(0);
	}
	CHECK(read(ends[0], &byte, 1) == 1);
	usleep(50000);
	CHECK(!ftruncate(file, PAGE) && *shared == 2);
	kill(child, SIGUSR1);
	wait_for(child);
	close(ends[0]);
	close(ends[1]);
}

static void flush_in_a_wait_for_signals(void)
{
	flush_while_waited_for(in_sigwait);
	flush_while_waited_for(in_sigtimedwait);
	flush_while_waited_for(in_sigtimedwait_by_number);
	flush_while_waited_for(in_signalfd);
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
	{ "busy_child_is_killed", busy_child_is_killed },
	{ "thread_attributes", thread_attributes },
	{ "alternate_stacks", alternate_stacks },
	{ "refused_on_a_small_stack", refused_on_a_small_stack },
	{ "handlers_of_all_standards", handlers_of_all_standards },
	{ "flush_in_a_wait", flush_in_a_wait },
	{ "flush_in_a_wait_by_number", flush_in_a_wait_by_number },
	{ "flush_in_a_wait_for_signals", flush_in_a_wait_for_signals },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	begin();
	return plain_run(argc, argv, tests);
}
