/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reclaimed_after_device.c - reclaim loses what a device writes
 *
 * The CPU should read 42, and reads 0; see docs/findings/test-hmm.md, 8.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
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
	volatile uint64_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)*page; /* the entry is writable and clean */
	buffer[0] = 42;
	if (command(device, HMM_DMIRROR_WRITE, (void *)page)) {
		perror("HMM_DMIRROR_WRITE");
		return 1;
	}
	if (madvise((void *)page, 4096, MADV_PAGEOUT)) {
		perror("MADV_PAGEOUT");
		return 1;
	}
	printf("the CPU reads %lu\n", *page);
	return 0;
}
