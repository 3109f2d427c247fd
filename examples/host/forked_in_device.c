/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * forked_in_device.c - a device writes to its own page after fork()
 *
 * The driver warns that it may not write; see docs/findings/test-hmm.md, 7.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <lib/test_hmm_uapi.h>

static uint64_t buffer[512];

static int command(int device, unsigned long request, void *page)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)page,
		.ptr = (uintptr_t)buffer,
		.npages = 1,
	};

	return ioctl(device, request, &cmd);
}

int main(void)
{
	int device = open("/dev/hmm_dmirror0", O_RDWR);
	uint64_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*page = 41;
	if (command(device, HMM_DMIRROR_MIGRATE_TO_DEV, page)) {
		perror("HMM_DMIRROR_MIGRATE_TO_DEV");
		return 1;
	}
	if (!fork())
		_exit(0);
	wait(NULL);
	buffer[0] = 42;
	if (command(device, HMM_DMIRROR_WRITE, page)) {
		perror("HMM_DMIRROR_WRITE");
		return 1;
	}
	printf("the CPU reads %lu\n", *page);
	return 0;
}
