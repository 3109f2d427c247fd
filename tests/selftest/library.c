/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * library.c - a shared library that knows nothing of worlds, and gets their
 * memory
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int library_locks(void *page);
int library_locks_by_number(void *page);

int library_locks(void *page)
{
	return mlock(page, 4096) ? -1 : 0;
}

int library_locks_by_number(void *page)
{
	return syscall(SYS_munlock, page, 4096) ? -1 : 0;
}
