/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ends.c - a world that ends reports why, whatever other threads and processes
 * do
 *
 * usage: ends KIND SITUATION
 *
 * The kernel of this world is broken on purpose: in one process, madvise() with
 * MADV_WILLNEED and a fault on the page at `broken` end the world by KIND.
 * SITUATION is what happens meanwhile. ends.sh checks the output and the exit
 * status.
 *
 * Exits with 77 if the kernel does not support the situation.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/userfaultfd.h>

#include "user/user.h"
#include "machine/port.h"
#include "plain.h"

#define SIGNALS 32 /* the C library uses the first ones above */

/* -- kinds of end -- */

static const struct fl_kernel *kernel;

static void trap(void)
{
	volatile int *volatile nowhere = (volatile int *)0x18;

	*nowhere = 1;
}

/*
 * The addresses of functions that the port lacks start here
 * (kernels/linux/boot.c).
 */
static void missing_stub(void)
{
	void (*volatile stub)(void) = (void (*)(void))0x1000;

	stub();
}

static void assertion(void)
{
	fl_hw_bug("mm/ends.c", 1, "assertion", "BUG()");
}

static void panic(void)
{
	fl_hw_panic("on purpose");
}

static void violation(void)
{
	fl_machine_violate("C0 purpose: on purpose");
}

/* Use stack like kernel code that needs 64 KiB. */
static int use_stack(int kibibytes)
{
	volatile char frame[1024];

	frame[0] = kibibytes;
	return kibibytes ? use_stack(kibibytes - 1) + frame[0] : 0;
}

static void overflow(void)
{
	use_stack(64);
}

static const struct kind {
	const char *name;
	void (*fn)(void);
} kinds[] = {
	{ "trap", trap },
	{ "missing_stub", missing_stub },
	{ "assertion", assertion },
	{ "panic", panic },
	/* clang-format off */
	{ "violation", violation },
	{ "overflow", overflow },
	/* clang-format on */
};

static void (*end_by)(void);
static pid_t victim;
static char *broken;

static int broken_madvise(struct fl_mm *mm, unsigned long addr,
			  unsigned long len, int advice)
{
	if (advice == MADV_WILLNEED && getpid() == victim)
		end_by();
	return kernel->sys->madvise(mm, addr, len, advice);
}

static int broken_fault(struct fl_mm *mm, unsigned long addr, _Bool write)
{
	if (addr / PAGE == (unsigned long)broken / PAGE && getpid() == victim)
		end_by();
	return kernel->fault->handle(mm, addr, write);
}

static void begin(void)
{
	static struct fl_kernel k;
	static struct fl_sys_ops sys;
	static struct fl_fault_ops fault;

	CHECK(open("/dev/hmm_dmirror0", O_RDWR) >= 0);
	kernel = fl_user->world->kernel;
	k = *kernel;
	sys = *kernel->sys;
	fault = *kernel->fault;
	sys.madvise = broken_madvise;
	fault.handle = broken_fault;
	k.sys = &sys;
	k.fault = &fault;
	fl_user->world->kernel = &k;
	broken = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(broken != MAP_FAILED);
	victim = getpid();
}

static void *by_madvise(void *unused)
{
	(void)unused;
	madvise(broken, PAGE, MADV_WILLNEED);
	return NULL;
}

static void *by_fault(void *unused)
{
	(void)unused;
	*broken = 1;
	return NULL;
}

/* -- a thread that sleeps in the kernel -- */

static int uffd;
static char *nowhere; /* memory that the userfaultfd never fills */

static void open_userfaultfd(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (uffd < 0 && errno == ENOSYS)
		_exit(77);
	CHECK(uffd >= 0 && !ioctl(uffd, UFFDIO_API, &api));
	nowhere = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(nowhere != MAP_FAILED);
	area.range.start = (unsigned long)nowhere;
	area.range.len = 4 * PAGE;
	CHECK(!ioctl(uffd, UFFDIO_REGISTER, &area));
}

static void *touch(void *page)
{
	return (void *)(unsigned long)*(volatile char *)page;
}

/* Let @n threads sleep, each in a fault on a page of its own. */
static void make_sleepers(int n)
{
	struct pollfd file = { .events = POLLIN };
	struct uffd_msg message;
	pthread_t thread;
	int i;

	open_userfaultfd();
	file.fd = uffd;
	for (i = 0; i < n; i++) {
		CHECK(!pthread_create(&thread, NULL, touch,
				      nowhere + i * PAGE));
		CHECK(poll(&file, 1, 10000) == 1);
		CHECK(read(uffd, &message, sizeof(message)) == sizeof(message));
	}
}

static void end_in_a_thread(void *(*how)(void *))
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, how, NULL));
	pthread_join(thread, NULL);
}

/* The world ends with the child, so this process must not return from here. */
static void wait_for(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

/* -- situations -- */

static void alone(void)
{
	by_madvise(NULL);
}

static void in_a_fault(void)
{
	by_fault(NULL);
}

static void in_a_thread(void)
{
	end_in_a_thread(by_fault);
}

static void on_a_small_stack(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	CHECK(!pthread_attr_init(&attr));
	CHECK(!pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN));
	CHECK(!pthread_create(&thread, &attr, by_madvise, NULL));
	pthread_join(thread, NULL);
}

static void one_thread_sleeps(void)
{
	make_sleepers(1);
	by_madvise(NULL);
}

static void three_threads_sleep_and_one_faults(void)
{
	make_sleepers(3);
	end_in_a_thread(by_fault);
}

/*
 * The signals are blocked while the kernel runs, and pending when the world
 * ends.
 */
static void pending(void)
{
	int sig;

	for (sig = 1; sig < SIGNALS; sig++)
		if (sig != SIGSEGV && sig != SIGBUS && sig != SIGILL &&
		    sig != SIGFPE && sig != SIGTRAP && sig != SIGABRT &&
		    sig != SIGKILL && sig != SIGSTOP)
			kill(getpid(), sig);
}

static void (*end_quietly)(void);

static void end_with_signals(void)
{
	pending();
	end_quietly();
}

static void leave_by_handler(int sig)
{
	(void)sig;
	_exit(0);
}

static void handle_all(void)
{
	int sig;

	for (sig = 1; sig < SIGNALS; sig++)
		if (sig != SIGSEGV)
			signal(sig, leave_by_handler);
}

static void pending_signals(void)
{
	handle_all();
	end_quietly = end_by;
	end_by = end_with_signals;
	by_madvise(NULL);
}

static void pending_signals_and_a_sleeper(void)
{
	make_sleepers(1);
	handle_all();
	end_quietly = end_by;
	end_by = end_with_signals;
	end_in_a_thread(by_fault);
}

static void handler_of_all_signals(void)
{
	handle_all();
	by_fault(NULL);
}

static void all_signals_blocked(void)
{
	sigset_t all;

	sigfillset(&all);
	CHECK(!sigprocmask(SIG_SETMASK, &all, NULL));
	end_in_a_thread(by_fault);
}

static void trap_in_a_handler(int sig)
{
	(void)sig;
	*broken = 1;
}

static void handler_that_blocks_all(void)
{
	struct sigaction action = { .sa_handler = trap_in_a_handler };

	sigfillset(&action.sa_mask);
	CHECK(!sigaction(SIGUSR1, &action, NULL));
	raise(SIGUSR1);
}

/* The parent sleeps in waitpid(), outside the kernel. */
static void in_a_child(void)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		victim = getpid();
		by_fault(NULL);
		_exit(0);
	}
	wait_for(child);
}

static void in_a_child_while_the_parent_sleeps(void)
{
	make_sleepers(2);
	in_a_child();
}

static void in_a_child_that_sleeps(void)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		victim = getpid();
		make_sleepers(2);
		by_madvise(NULL);
		_exit(0);
	}
	wait_for(child);
}

static void while_a_child_sleeps(void)
{
	int ends[2];
	pid_t child;
	char byte;

	CHECK(!pipe(ends));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		make_sleepers(2);
		CHECK(write(ends[1], "x", 1) == 1);
		pause();
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) == 1)
		by_fault(NULL);
	wait_for(child);
}

static const struct plain_test situations[] = {
	{ "alone", alone },
	{ "in_a_fault", in_a_fault },
	{ "in_a_thread", in_a_thread },
	{ "on_a_small_stack", on_a_small_stack },
	{ "one_thread_sleeps", one_thread_sleeps },
	{ "three_threads_sleep_and_one_faults",
	  three_threads_sleep_and_one_faults },
	{ "pending_signals", pending_signals },
	{ "pending_signals_and_a_sleeper", pending_signals_and_a_sleeper },
	{ "handler_of_all_signals", handler_of_all_signals },
	{ "all_signals_blocked", all_signals_blocked },
	{ "handler_that_blocks_all", handler_that_blocks_all },
	{ "in_a_child", in_a_child },
	{ "in_a_child_while_the_parent_sleeps",
	  in_a_child_while_the_parent_sleeps },
	{ "in_a_child_that_sleeps", in_a_child_that_sleeps },
	{ "while_a_child_sleeps", while_a_child_sleeps },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc == 3 && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, argv[1]))
			end_by = kinds[i].fn;
	if (!end_by) {
		fprintf(stderr, "usage: %s KIND SITUATION\n", argv[0]);
		return 2;
	}
	begin();
	return plain_run(2, argv + 1, situations);
}
