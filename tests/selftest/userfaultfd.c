/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * userfaultfd.c - a plain program whose threads sleep in the kernel until
 * others answer
 *
 * usage: userfaultfd NAME
 *
 * Exits with 77 if this kernel does not support userfaultfd.
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

#include "plain.h"

#define PAGES 3UL

static int uffd;
static char *memory;

/*
 * Ends the program if there is no userfaultfd; call it in the process that ends
 * the world.
 */
static int open_userfaultfd(int flags)
{
	int fd = syscall(SYS_userfaultfd, flags);

	if (fd < 0 && errno == ENOSYS) {
		printf("the kernel has no userfaultfd here\n");
		exit(77);
	}
	CHECK(fd >= 0);
	return fd;
}

/* Map PAGES of memory that no thread fills. */
static void begin(int flags)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	CHECK(open("/dev/hmm_dmirror0", O_RDWR) >= 0);
	uffd = open_userfaultfd(flags);
	CHECK(!ioctl(uffd, UFFDIO_API, &api));
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	area.range.start = (unsigned long)memory;
	area.range.len = PAGES * PAGE;
	CHECK(!ioctl(uffd, UFFDIO_REGISTER, &area));
}

static void *touch(void *page)
{
	return (void *)(unsigned long)*(volatile char *)page;
}

static pthread_t thread_that_touches(unsigned long page)
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, touch, memory + page * PAGE));
	return thread;
}

/* Return: the address of a fault, as read() returns it. */
static char *asked_for(void)
{
	struct uffd_msg message;

	CHECK(read(uffd, &message, sizeof(message)) == sizeof(message));
	CHECK(message.event == UFFD_EVENT_PAGEFAULT);
	return (char *)message.arg.pagefault.address;
}

static void answer(char *page, char with)
{
	static char contents[PAGE];
	struct uffdio_copy copy = { .dst = (unsigned long)page,
				    .src = (unsigned long)contents,
				    .len = PAGE };

	memset(contents, with, PAGE);
	CHECK(!ioctl(uffd, UFFDIO_COPY, &copy) && copy.copy == (long)PAGE);
}

static int is_asked(int timeout)
{
	struct pollfd file = { .fd = uffd, .events = POLLIN };

	return poll(&file, 1, timeout);
}

/* One waiting thread per page; the last is answered first. */
static void answered_out_of_order(void)
{
	pthread_t threads[PAGES];
	unsigned long i;
	void *seen;

	begin(O_CLOEXEC | O_NONBLOCK);
	CHECK(is_asked(0) == 0 && read(uffd, &seen, 8) == -1 &&
	      errno == EINVAL);
	for (i = 0; i < PAGES; i++) {
		threads[i] = thread_that_touches(i);
		CHECK(is_asked(10000) == 1 && asked_for() == memory + i * PAGE);
	}
	CHECK(is_asked(0) == 0);
	while (i--) {
		answer(memory + i * PAGE, 'a' + i);
		CHECK(!pthread_join(threads[i], &seen));
		CHECK((unsigned long)seen == 'a' + i);
	}
}

static void *answer_one(void *arg)
{
	(void)arg;
	answer(asked_for(), 'z');
	return NULL;
}

/* The answering thread sleeps in read() until the other thread faults. */
static void blocking_read(void)
{
	pthread_t thread;

	begin(O_CLOEXEC);
	CHECK(!pthread_create(&thread, NULL, answer_one, NULL));
	usleep(50000);
	CHECK(memory[PAGE] == 'z');
	CHECK(!pthread_join(thread, NULL));
}

/* poll() also waits for a file of the host. */
static void poll_with_a_host_file(void)
{
	int ends[2];
	struct pollfd files[2];
	pthread_t thread;

	begin(O_CLOEXEC | O_NONBLOCK);
	CHECK(!pipe(ends));
	files[0] = (struct pollfd){ .fd = uffd, .events = POLLIN };
	files[1] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	CHECK(poll(files, 2, 20) == 0);
	CHECK(write(ends[1], "x", 1) == 1);
	CHECK(poll(files, 2, -1) == 1 && !files[0].revents && files[1].revents);
	thread = thread_that_touches(0);
	CHECK(is_asked(10000) == 1);
	CHECK(poll(files, 2, -1) == 2 && files[0].revents && files[1].revents);
	answer(asked_for(), 'b');
	CHECK(!pthread_join(thread, NULL));
}

/* main() returns while another thread sleeps in the kernel: no leak. */
static void exit_with_a_sleeping_thread(void)
{
	begin(O_CLOEXEC | O_NONBLOCK);
	thread_that_touches(0);
	CHECK(is_asked(10000) == 1);
}

/* The file is closed while a thread waits for it. */
static void close_with_a_sleeping_thread(void)
{
	pthread_t thread;
	void *seen;

	begin(O_CLOEXEC | O_NONBLOCK);
	thread = thread_that_touches(0);
	CHECK(is_asked(10000) == 1 && !close(uffd));
	CHECK(!pthread_join(thread, &seen) && !seen);
}

/*
 * A child continues, and its kernel does not wait for the parent's sleeping
 * thread.
 */
static void fork_with_a_sleeping_thread(void)
{
	pthread_t thread;
	int status;
	pid_t child;

	begin(O_CLOEXEC | O_NONBLOCK);
	thread = thread_that_touches(0);
	CHECK(is_asked(10000) == 1);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK(own != MAP_FAILED && !*own);
		*own = 1;
		_exit(*own - 1);
	}
	CHECK(waitpid(child, &status, 0) == child && !status);
	answer(asked_for(), 'c');
	CHECK(!pthread_join(thread, NULL));
}

/* The killed thread's wait queue entry was on its stack, which is gone. */
static void sigkill_with_a_sleeping_thread(void)
{
	int ends[2];
	pid_t child;
	char byte;

	CHECK(open("/dev/hmm_dmirror0", O_RDWR) >= 0 && !pipe(ends));
	close(open_userfaultfd(O_CLOEXEC));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		begin(O_CLOEXEC | O_NONBLOCK);
		thread_that_touches(0);
		CHECK(is_asked(10000) == 1 && write(ends[1], "x", 1) == 1);
		pause();
	}
	close(ends[1]);
	CHECK(read(ends[0], &byte, 1) == 1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	fprintf(stderr, "not detected\n");
}

/* No thread is left to answer. */
static void unanswered_fault_is_a_deadlock(void)
{
	begin(O_CLOEXEC | O_NONBLOCK);
	touch(memory);
	fprintf(stderr, "not detected\n");
}

static const struct plain_test tests[] = {
	{ "answered_out_of_order", answered_out_of_order },
	{ "blocking_read", blocking_read },
	{ "poll_with_a_host_file", poll_with_a_host_file },
	{ "exit_with_a_sleeping_thread", exit_with_a_sleeping_thread },
	{ "close_with_a_sleeping_thread", close_with_a_sleeping_thread },
	{ "fork_with_a_sleeping_thread", fork_with_a_sleeping_thread },
	{ "sigkill_with_a_sleeping_thread", sigkill_with_a_sleeping_thread },
	{ "unanswered_fault_is_a_deadlock", unanswered_fault_is_a_deadlock },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return plain_run(argc, argv, tests);
}
