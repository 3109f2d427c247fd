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

static void take_entry_away(const struct fl_kernel *k, struct fl_mm *mm,
			    unsigned long addr)
{
	int level;

	*fl_mmu_pte(k->view->pgd(mm), addr, &level) = 0;
}

static void take_away(unsigned long addr)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	FL_IN_PROCESS(self, (take_entry_away(k, self->mm, addr), 0));
}

int main(void)
{
	char *p;

	if (open("/dev/hmm_dmirror0", O_RDWR) < 0)
		return 1;
	p = mmap(NULL, FL_PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*p = 1;
	fl_user_enter();
	take_away((unsigned long)p);
	fl_user_leave();
	mmap(NULL, FL_PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fprintf(stderr, "not detected\n");
	return 0;
}
