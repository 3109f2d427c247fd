/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * helpers.c - what the kernel's test of HMM asks its helpers for, as it is in a world
 *
 * The tree's own (vm_util.c, hugepage_settings.c) ask the host, and set how many huge pages it
 * keeps; a test must not do that to it.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

uint64_t read_pmd_pagesize(void);
unsigned long default_huge_page_size(void);
unsigned long hugetlb_free_pages(unsigned long size);
bool hugetlb_setup_default(unsigned long nr);
uint64_t pagemap_get_entry(int fd, char *start);

uint64_t read_pmd_pagesize(void)
{
	return 2UL << 20;
}

/* There is no hugetlbfs. */
unsigned long default_huge_page_size(void)
{
	return 0;
}

unsigned long hugetlb_free_pages(unsigned long size)
{
	(void)size;
	return 0;
}

bool hugetlb_setup_default(unsigned long nr)
{
	(void)nr;
	return false;
}

uint64_t pagemap_get_entry(int fd, char *start)
{
	uint64_t entry;
	off_t offset = (unsigned long)start / 4096 * sizeof(entry);

	if (pread(fd, &entry, sizeof(entry), offset) != sizeof(entry)) {
		perror("pagemap");
		exit(EXIT_FAILURE);
	}
	return entry;
}
