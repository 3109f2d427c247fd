/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wiped_after_move.c - a child unmaps part of a moved, wiped mapping
 *
 * Linux 7.3 warns; see docs/findings/wiped-after-move.md.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define LEN  (16 * PAGE)

static char *map(void)
{
	return mmap(NULL, LEN, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void)
{
	char *from = map(), *to = map();
	int status = 0;

	/* A mapping with pages keeps the offset of its old address. */
	memset(from, 1, LEN);
	to = mremap(from, LEN, LEN, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (to == MAP_FAILED || madvise(to, LEN, MADV_WIPEONFORK)) {
		perror("wiped_after_move");
		return 1;
	}
	if (!fork())
		_exit(munmap(to, 4 * PAGE) ? 1 : 0);
	wait(&status);
	printf("the child ended with status %d\n", status);
	return 0;
}
