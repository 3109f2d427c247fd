/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * snapshot.c - return a machine to an earlier state, fast and often
 *
 *  - fl_machine_snapshot(), _restore(), _forget()
 *  - fl_snapshot_touched()   handle the first write to a page
 *
 * All pages are made read-only.  The first write to one traps: its contents are
 * saved, and the page becomes writable.  A restore copies back all pages ever
 * written: runs of one program write mostly the same pages, so after a few runs
 * no write traps any more.
 *
 * Static data of a kernel shares pages with other data, and is copied as a
 * whole.
 *
 * Invariant: saved contents lie outside the memory that is restored.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hardware.h"
#include "machine.h"
#include "poison.h"
#include "snapshot.h"
#include "stack.h"
#include "state.h"

struct page {
	char *at;
	char *copy;
};

static struct {
	struct fl_machine *machine; /* NULL: no snapshot */
	char *start, *end;
	char *copies; /* room for a copy of every page */
	struct page *pages;
	unsigned long nr;
	char *state_copies[FL_LIMIT_STATES];
} snapshot;

static unsigned long nr_pages(void)
{
	return (snapshot.end - snapshot.start) / FL_PAGE_SIZE;
}

/* Reserve memory that costs nothing until it is used.  Return: NULL: none. */
static void *reserve(unsigned long size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void release(void)
{
	unsigned int i;

	if (snapshot.copies)
		munmap(snapshot.copies, nr_pages() * FL_PAGE_SIZE);
	if (snapshot.pages)
		munmap(snapshot.pages, nr_pages() * sizeof(*snapshot.pages));
	for (i = 0; i < FL_LIMIT_STATES; i++)
		free(snapshot.state_copies[i]);
	memset(&snapshot, 0, sizeof(snapshot));
}

static int keep_states(struct fl_machine *m)
{
	unsigned long start, len;
	unsigned int i;

	for (i = 1; i < fl_machine_regions(m); i++) {
		fl_machine_region(m, i, &start, &len);
		snapshot.state_copies[i - 1] = malloc(len);
		if (!snapshot.state_copies[i - 1])
			return -ENOMEM;
		memcpy(snapshot.state_copies[i - 1], (void *)start, len);
	}
	return 0;
}

int fl_machine_snapshot(struct fl_machine *m)
{
	if (snapshot.machine)
		return -EBUSY;
	snapshot.start = (char *)m;
	snapshot.end = fl_stacks_start(m);
	snapshot.copies = reserve(nr_pages() * FL_PAGE_SIZE);
	snapshot.pages = reserve(nr_pages() * sizeof(*snapshot.pages));
	if (!snapshot.copies || !snapshot.pages || keep_states(m)) {
		release();
		return -ENOMEM;
	}
	/* Copies do not record what is poisoned, so poisoning stops here. */
	fl_poison_stop();
	fl_unpoison(snapshot.start, snapshot.end - snapshot.start);
	snapshot.machine = m;
	if (mprotect(snapshot.start, snapshot.end - snapshot.start,
		     PROT_READ)) {
		release();
		return -ENOMEM;
	}
	return 0;
}

int fl_snapshot_touched(void *address)
{
	char *at = (char *)((unsigned long)address & ~(FL_PAGE_SIZE - 1));
	struct page *page;

	if (!snapshot.machine || at < snapshot.start || at >= snapshot.end)
		return 0;
	page = &snapshot.pages[snapshot.nr];
	page->at = at;
	page->copy = snapshot.copies + snapshot.nr++ * FL_PAGE_SIZE;
	memcpy(page->copy, at, FL_PAGE_SIZE);
	return !mprotect(at, FL_PAGE_SIZE, PROT_READ | PROT_WRITE);
}

const char *fl_snapshot_page(unsigned long i, const char **was)
{
	if (i >= snapshot.nr)
		return NULL;
	*was = snapshot.pages[i].copy;
	return snapshot.pages[i].at;
}

void fl_machine_restore(struct fl_machine *m)
{
	unsigned long i, start, len;
	unsigned int k;

	for (i = 0; i < snapshot.nr; i++)
		memcpy(snapshot.pages[i].at, snapshot.pages[i].copy,
		       FL_PAGE_SIZE);
	for (k = 1; k < fl_machine_regions(m); k++) {
		fl_machine_region(m, k, &start, &len);
		memcpy((void *)start, snapshot.state_copies[k - 1], len);
	}
}

void fl_machine_forget(struct fl_machine *m)
{
	if (snapshot.machine != m)
		return;
	mprotect(snapshot.start, snapshot.end - snapshot.start,
		 PROT_READ | PROT_WRITE);
	release();
}
