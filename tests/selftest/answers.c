/* SPDX-License-Identifier: GPL-2.0-only */
/* answers.c - a userfaultfd with a thread that answers faults; see answers.h */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/userfaultfd.h>

#include "answers.h"
#include "plain.h"

static int fd;

/*
 * The page exists already: let the access be retried.  If it is the marker of a
 * page that was protected before it existed, UFFDIO_ZEROPAGE of a private
 * mapping would fail forever.
 */
static void try_again(struct uffdio_range page)
{
	struct uffdio_writeprotect allow = { .range = page };

	ioctl(fd, UFFDIO_WRITEPROTECT, &allow);
	ioctl(fd, UFFDIO_WAKE, &page);
}

static void answer(const struct uffd_msg *message)
{
	const __u64 flags = message->arg.pagefault.flags;
	struct uffdio_range page = { message->arg.pagefault.address & -PAGE,
				     PAGE };
	int ret;

	if (flags & UFFD_PAGEFAULT_FLAG_WP) {
		struct uffdio_writeprotect allow = { .range = page };

		ret = ioctl(fd, UFFDIO_WRITEPROTECT, &allow);
	} else if (flags & UFFD_PAGEFAULT_FLAG_MINOR) {
		struct uffdio_continue map = { .range = page };

		ret = ioctl(fd, UFFDIO_CONTINUE, &map);
	} else {
		struct uffdio_zeropage zero = { .range = page };

		ret = ioctl(fd, UFFDIO_ZEROPAGE, &zero);
	}
	if (ret)
		try_again(page);
}

static void *answer_all(void *arg)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	struct uffd_msg message;

	(void)arg;
	for (;;) {
		poll(&waiting, 1, -1);
		if (read(fd, &message, sizeof(message)) == sizeof(message) &&
		    message.event == UFFD_EVENT_PAGEFAULT)
			answer(&message);
	}
	return NULL;
}

static int open_userfaultfd(void)
{
	return syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
}

/* Return: the offered features that need no answer to an event. */
static __u64 features(void)
{
	struct uffdio_api offered = { .api = UFFD_API };
	int one = open_userfaultfd();

	CHECK(!ioctl(one, UFFDIO_API, &offered));
	close(one);
	return offered.features &
	       (UFFD_FEATURE_PAGEFAULT_FLAG_WP |
		UFFD_FEATURE_WP_HUGETLBFS_SHMEM | UFFD_FEATURE_MISSING_SHMEM |
		UFFD_FEATURE_MINOR_SHMEM);
}

int answers_begin(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	pthread_t thread;

	fd = open_userfaultfd();
	if (fd < 0)
		return -1;
	api.features = features();
	CHECK(!ioctl(fd, UFFDIO_API, &api));
	CHECK(!pthread_create(&thread, NULL, answer_all, NULL));
	return fd;
}
