/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stale.c - the canary of C15 for user code: an entry is cleared without a
 * flush
 *
 * Ends by SIGABRT, with the violation on stderr.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

#include "user/user.h"

static int take_entry_away(void *arg)
{
	struct fl_call *c = arg;
	int level;

	*fl_mmu_pte(c->kernel->view->pgd(c->mm), c->addr, &level) = 0;
	return 0;
}

int main(void)
{
	struct fl_call call = { 0 };
	char *p;

	if (open("/dev/hmm_dmirror0", O_RDWR) < 0)
		return 1;
	p = mmap(NULL, FL_PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*p = 1;
	call.addr = (unsigned long)p;
	fl_user_enter();
	fl_user_call(&call, take_entry_away);
	fl_user_leave();
	mmap(NULL, FL_PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fprintf(stderr, "not detected\n");
	return 0;
}
