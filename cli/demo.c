/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * demo.c - faultlab demo: one page through its whole cycle, looked at step by step
 *
 *   CPU store -> marked exclusive -> device adds -> CPU load -> CPU store
 *
 * What is printed is what the kernel did; what is checked is its contract.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "faultlab/faultlab.h"

#define ADDR	0x40000000UL
#define VALUE	1000UL
#define ADDEND	234UL

struct demo {
	struct fl_world *world;
	struct fl_process *process;
	struct fl_device *device;
	const struct fl_kernel_info *kernel;
	unsigned int failed;
	unsigned long pfn;	/* of the page, from the first touch on */
	_Bool told_late;	/* the device heard of a PTE that was there */
};

static void expect(struct demo *d, _Bool held, const char *what)
{
	if (held)
		return;
	printf("   ! violation: %s\n", what);
	d->failed++;
}

/* Inside the kernel, just before the device's driver acts. */
static void on_event(void *cookie, const struct fl_event *event)
{
	struct demo *d = cookie;
	struct fl_pte pte;

	if (event->phase != FL_EVENT_DEVICE)
		return;
	fl_pte_view(d->process, ADDR, &pte);
	if (!event->owner && pte.present)
		d->told_late = 1;
	printf("   driver told: %s [%#lx, %#lx), owner %s; the PTE is %s\n",
	       event->name, event->start, event->end,
	       event->owner == fl_device_owner(d->device) ? "this device" :
	       "none", pte.present ? "present" : "not present");
}

static const char *rights(const struct fl_pte *pte)
{
	if (pte->present)
		return pte->writable ? "present, writable" :
				       "present, read-only";
	if (pte->exclusive)
		return pte->exclusive_writable ? "exclusive, writable" :
						 "exclusive, readable";
	return "none";
}

static struct fl_pte show(struct demo *d)
{
	struct fl_device_pte dev = { 0 };
	struct fl_folio folio = { 0 };
	struct fl_tlb tlb;
	struct fl_rss rss;
	struct fl_pte pte;

	fl_pte_view(d->process, ADDR, &pte);
	fl_folio_view(d->world, pte.pfn, &folio);
	fl_tlb_view(d->process, 0, ADDR, &tlb);
	fl_rss_view(d->process, &rss);
	fl_device_pte_view(d->device, ADDR, &dev);
	printf("   pte %s%s%s%s, pfn %lu; refs %d, mapcount %d, rss %ld\n"
	       "   TLB of CPU 0: %s; device: %s\n", rights(&pte),
	       pte.dirty ? ", dirty" : "", pte.accessed ? ", accessed" : "",
	       pte.soft_dirty ? ", soft-dirty" : "", pte.pfn, folio.refcount,
	       folio.mapcount, rss.anon, tlb.valid ? "cached" : "nothing",
	       dev.mapped ? "mapped" : "no right");
	expect(d, rss.anon == 1, "C7: the page is counted once in rss");
	expect(d, !(dev.mapped && (pte.present || tlb.valid)),
	       "C1: CPU and device can both reach the page");
	expect(d, folio.refcount == 1, "C6, C7: one reference is held");
	return pte;
}

static void check_mapped(struct demo *d, const struct fl_pte *pte)
{
	struct fl_folio folio = { 0 };

	fl_folio_view(d->world, d->pfn, &folio);
	expect(d, pte->present && pte->writable, "C4: mapped writable");
	expect(d, pte->pfn == d->pfn, "C3: the same page as before");
	expect(d, folio.mapcount == 1 && !folio.locked,
	       "C7: mapped once, unlocked");
}

static int cycle(struct demo *d)
{
	unsigned long value = 0;
	struct fl_folio folio = { 0 };
	struct fl_pte pte;

	if (fl_process_create(d->world, &d->process) ||
	    fl_mmap(d->process, ADDR, FL_PAGE, FL_PROT_READ | FL_PROT_WRITE,
		    FL_MAP_ANON) ||
	    fl_device_create(d->world, "device", &d->device) ||
	    fl_device_attach(d->device, d->process, ADDR, FL_PAGE))
		return -1;
	fl_events_watch(d->world, on_event, d);

	printf("1. the CPU stores 1000\n");
	if (fl_store(d->process, ADDR, VALUE))
		return -1;
	pte = show(d);
	d->pfn = pte.pfn;
	check_mapped(d, &pte);

	printf("2. the device makes the page exclusive and adds 234\n");
	if (fl_device_make_exclusive(d->device, ADDR, FL_PAGE) != 1 ||
	    fl_device_atomic_add(d->device, ADDR, ADDEND, NULL))
		return -1;
	pte = show(d);
	fl_folio_view(d->world, d->pfn, &folio);
	expect(d, pte.exclusive && pte.pfn == d->pfn,
	       "C3: the entry names the page");
	expect(d, folio.mapcount == d->kernel->traits.entry_mapcount,
	       "C6: the entry's mapcount is that of this release");

	printf("3. the CPU loads\n");
	if (fl_load(d->process, ADDR, &value))
		return -1;
	pte = show(d);
	printf("   the value is %lu\n", value);
	expect(d, value == VALUE + ADDEND, "C1: the device's addition is lost");
	expect(d, !d->told_late, "C2: told after the PTE was present");
	check_mapped(d, &pte);

	printf("4. the CPU stores once more, without asking anybody\n");
	if (fl_store(d->process, ADDR, value + 1))
		return -1;
	pte = show(d);
	check_mapped(d, &pte);
	return 0;
}

static int demo(const struct fl_kernel_info *kernel)
{
	struct fl_world_config config = { .kernel = kernel->name,
					  .catch_end = 1 };
	struct demo d = { .kernel = kernel };
	const struct fl_end *end;
	struct fl_audit leaked;
	int ret;

	printf("Kernel %s (%s)\n", kernel->name, kernel->release);
	if (fl_world_boot(&config, &d.world))
		return CLI_VIOLATION;
	ret = cycle(&d);
	end = fl_world_end(d.world);
	if (end)
		printf("%s\nwhere: %s\n%s", end->text, end->where,
		       end->backtrace);
	else if (ret)
		printf("   ! the cycle ended early\n");
	fl_events_watch(d.world, NULL, NULL);
	if (fl_world_shutdown(d.world, &leaked))
		expect(&d, 0, "C7: something is leaked");
	printf("%s\n\n", ret || d.failed ? "FAILED" :
	       "all held; nothing leaked");
	return ret || d.failed ? CLI_VIOLATION : CLI_OK;
}

/* Without --kernel the built-in kernels have their turn only where there is no
 * tree's: the first kernel is built in. */
static _Bool wanted(const struct fl_kernel_info *k, const char *name)
{
	if (name)
		return !strcmp(k->name, name);
	return (k->nr_files && !k->mutant) || fl_kernel_count() == 1;
}

static const char help[] =
	"examples:\n"
	"  faultlab demo                        a page's cycle, on every kernel\n"
	"  faultlab demo --kernel linux-6.12    ... on one\n"
	"\n"
	"usage: faultlab demo [--kernel K]\n";

int cli_demo(int argc, char **argv)
{
	const struct fl_kernel_info *k;
	const char *name = NULL;
	unsigned int i, ran = 0;
	int ret = CLI_OK;

	if (cli_wants_help(argc, argv)) {
		fputs(help, stdout);
		return CLI_OK;
	}
	if (argc == 3 && !strcmp(argv[1], "--kernel"))
		name = argv[2];
	else if (argc != 1)
		return cli_usage("demo: unknown option '%s'", argv[1]);
	for (i = 0; (k = fl_kernel_info(i)); i++) {
		if (!wanted(k, name))
			continue;
		ran++;
		if (demo(k))
			ret = CLI_VIOLATION;
	}
	if (!ran)
		return cli_usage("there is no kernel '%s'; see: faultlab kernels",
				 name);
	return ret;
}
