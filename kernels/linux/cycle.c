/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cycle.c - one page through its whole cycle on a tree's kernel
 *
 *   write fault -> mark exclusive -> device works -> CPU read fault -> restored
 *
 * Prints each stage, and checks it: exits 1 where the kernel left the contract
 * (the entry's pfn, its reference and mapcount, the restored rights, rss, the
 * notifications and the value that the device wrote).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "machine/machine.h"
#include "machine/port.h"

extern const struct fl_kernel FL_KERNEL_SYMBOL;
static const struct fl_kernel *kernel = &FL_KERNEL_SYMBOL;

#define ADDR	0x40000000UL
#define VALUE	0x1111UL
#define ADDEND	0x2222UL

static struct fl_mm *mm;
static int device, failures, notified;
static struct fl_notification last;
static int present_when_told;

static void check(int ok, const char *what)
{
	if (ok)
		return;
	printf("  violation: %s\n", what);
	failures++;
}

static void told(void *cookie, const struct fl_notification *n)
{
	struct fl_pte pte;

	(void)cookie;
	kernel->pte(mm, ADDR, &pte);
	present_when_told = pte.present;
	last = *n;
	notified++;
	printf("  notified: %s [%#lx, %#lx) owner %s\n", n->event, n->start,
	       n->end, n->owner == &device ? "this device" : "none");
}

static struct fl_pte show(const char *stage, struct fl_folio *folio)
{
	struct fl_pte pte;

	kernel->pte(mm, ADDR, &pte);
	kernel->folio(pte.pfn, folio);
	printf("%-22s %s%s%s%s%s pfn %lu refs %d mapcount %d rss %ld\n", stage,
	       pte.present ? "present" : pte.exclusive ? "exclusive" : "none",
	       pte.present && pte.writable ? " writable" : "",
	       pte.dirty ? " dirty" : "", pte.accessed ? " young" : "",
	       pte.soft_dirty ? " soft-dirty" : "", pte.pfn, folio->refcount,
	       folio->mapcount, kernel->mm_rss(mm));
	return pte;
}

/* A CPU access, faulting as often as the kernel asks for. */
static int access_page(int write, unsigned long *value)
{
	unsigned long pa;
	int ret;

	while (fl_mmu_access(0, kernel->mm_asid(mm), kernel->mm_pgd(mm), ADDR,
			     write, &pa)) {
		ret = kernel->fault(mm, ADDR, write);
		if (ret)
			return ret;
	}
	if (write)
		memcpy((void *)(fl_hw.direct_map + pa), value, sizeof(*value));
	else
		memcpy(value, (void *)(fl_hw.direct_map + pa), sizeof(*value));
	return 0;
}

static int cycle(void *arg)
{
	unsigned long value = VALUE, pfn = 0, home;
	struct fl_folio folio;
	struct fl_pte pte;
	int ret;

	(void)arg;
	ret = kernel->boot();
	if (ret)
		return ret;
	mm = kernel->mm_create();
	ret = mm ? kernel->map(mm, ADDR, FL_PAGE_SIZE, 1) : -ENOMEM;
	if (!ret)
		ret = kernel->mirror(mm, ADDR, FL_PAGE_SIZE, told, NULL);
	if (!ret)
		ret = access_page(1, &value);
	if (ret)
		return ret;
	pte = show("CPU wrote", &folio);
	home = pte.pfn;
	check(pte.present && pte.writable && pte.dirty, "not mapped writable");
	check(folio.refcount == 1 && folio.mapcount == 1, "refs, mapcount");
	check(folio.anon_exclusive, "page is not exclusive to its process");

	ret = kernel->mark(mm, ADDR, &device, &pfn);
	if (ret)
		return ret;
	check(pfn == home, "marked another page");
	check(notified == 1 && !strcmp(last.event, "EXCLUSIVE") &&
	      last.owner == &device, "marking: wrong notification");
	memcpy(&value, (void *)(fl_hw.direct_map + (pfn << FL_PAGE_SHIFT)),
	       sizeof(value));
	value += ADDEND;
	memcpy((void *)(fl_hw.direct_map + (pfn << FL_PAGE_SHIFT)), &value,
	       sizeof(value));
	kernel->folio_release(pfn);
	pte = show("marked, device added", &folio);
	check(pte.exclusive && pte.pfn == home, "no exclusive entry (C3)");
	check(folio.refcount == 1 && folio.mapcount == kernel->entry_mapcount,
	      "entry owns one reference and its mapcount (C6)");
	check(kernel->mm_rss(mm) == 1, "rss (C7)");
	check(!fl_tlb_lookup(0, kernel->mm_asid(mm), ADDR, NULL),
	      "a stale translation is left (C15)");

	ret = access_page(0, &value);
	if (ret)
		return ret;
	pte = show("CPU read", &folio);
	printf("  read %#lx\n", value);
	check(value == VALUE + ADDEND, "the device's write is lost");
	check(notified == 2 && last.owner == NULL &&
	      last.start == ADDR && last.end == ADDR + FL_PAGE_SIZE,
	      "restoring: wrong notification");
	check(!present_when_told, "told after the PTE was present (C2)");
	check(pte.present && pte.writable && pte.pfn == home,
	      "restored PTE (C3, C4)");
	check(folio.refcount == 1 && folio.mapcount == 1 && !folio.locked,
	      "refs, mapcount, lock after restore (C6, C7)");
	check(kernel->mm_rss(mm) == 1, "rss (C7)");
	return 0;
}

int main(void)
{
	const struct fl_machine_config config = { .nr_frames = 1024,
						  .nr_cpus = 2 };
	struct fl_machine *machine = fl_machine_create(&config);
	const struct fl_violation *end;
	int ret;

	if (!machine) {
		perror("faultlab: no machine");
		return 2;
	}
	printf("Kernel %s (%s)\n", kernel->name, kernel->release);
	fl_machine_add_state(machine, kernel->state_start,
			     kernel->state_end - kernel->state_start);
	ret = fl_machine_guard(machine, cycle, NULL);
	end = fl_machine_violation(machine);
	if (end)
		printf("%s\n  at %s\n", end->text, end->where);
	else if (ret)
		printf("faultlab: the cycle ended early: %s\n", strerror(-ret));
	fl_machine_destroy(machine);
	printf("%s\n", ret || failures ? "FAILED" : "ok");
	return ret || failures;
}
