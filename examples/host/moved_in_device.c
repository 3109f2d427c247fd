/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * moved_in_device.c - a device reads its own page after mremap()
 *
 * The driver should read 41, and reads 0; see docs/findings/test-hmm.md, 6.
 */
#define _GNU_SOURCE
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
	uint64_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t *other = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*page = 41;
	if (command(device, HMM_DMIRROR_MIGRATE_TO_DEV, page)) {
		perror("HMM_DMIRROR_MIGRATE_TO_DEV");
		return 1;
	}
	page = mremap(page, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, other);
	if (command(device, HMM_DMIRROR_READ, page)) {
		perror("HMM_DMIRROR_READ");
		return 1;
	}
	printf("the device reads %lu, ", buffer[0]);
	printf("the CPU reads %lu\n", *page);
	return 0;
}
