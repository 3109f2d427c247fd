/* SPDX-License-Identifier: GPL-2.0-only */
/* touched.c - the CPU touches a page that a device has */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <lib/test_hmm_uapi.h>

int main(void)
{
	int device = open("/dev/hmm_dmirror0", O_RDWR);
	long *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static char copy[4096];
	struct hmm_dmirror_cmd cmd = { .addr = (long)page,
				       .ptr = (long)copy,
				       .npages = 1 };

	*page = 41;
	if (ioctl(device, HMM_DMIRROR_EXCLUSIVE, &cmd)) {
		perror("HMM_DMIRROR_EXCLUSIVE");
		return 1;
	}
	++*page; /* the device has it */
	printf("%ld\n", *page);
	return 0;
}
