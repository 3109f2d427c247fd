/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * demo.c - faultlab demo: one page through its whole cycle, step by step
 *
 *   CPU store -> marked exclusive -> device adds -> CPU load -> CPU store
 *
 * The demo prints what the kernel does, and checks the kernel's contract.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "command.h"
#include "faultlab/faultlab.h"
#include "options.h"

#define ADDR   0x40000000UL
#define VALUE  1000UL
#define ADDEND 234UL

struct demo {
	struct fl_world *world;
	struct fl_process *process;
	struct fl_device *device;
	const struct fl_kernel_info *kernel;
	unsigned int failed;
	unsigned long pfn;   /* of the page, since its first touch */
	_Bool notified_late; /* the device was notified of a present PTE */
};

static void expect(struct demo *d, _Bool held, const char *violation)
{
	if (held)
		return;
	printf("   ! violation: %s\n", violation);
	d->failed++;
}

/* Runs inside the kernel, just before the device's driver acts. */
static void on_event(void *cookie, const struct fl_event *event)
{
	struct demo *d = cookie;
	struct fl_pte pte;

	if (event->phase != FL_EVENT_DEVICE)
		return;
	fl_pte_view(d->process, ADDR, &pte);
	if (!event->owner && pte.present)
		d->notified_late = 1;
	printf("   driver notified: %s [%#lx, %#lx), owner %s; the PTE is %s\n",
	       event->name, event->start, event->end,
	       event->owner == fl_device_owner(d->device) ? "this device" :
							    "none",
	       pte.present ? "present" : "not present");
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
	       "   TLB of CPU 0: %s; device: %s\n",
	       rights(&pte), pte.dirty ? ", dirty" : "",
	       pte.accessed ? ", accessed" : "",
	       pte.soft_dirty ? ", soft-dirty" : "", pte.pfn, folio.refcount,
	       folio.mapcount, rss.anon, tlb.valid ? "cached" : "not cached",
	       dev.mapped ? "mapped" : "not mapped");
	expect(d, rss.anon == 1, "C7: rss does not count the page once");
	expect(d, !(dev.mapped && (pte.present || tlb.valid)),
	       "C1: CPU and device can both reach the page");
	expect(d, folio.refcount == 1,
	       "C6, C7: the page does not have exactly one reference");
	return pte;
}

static void check_mapped(struct demo *d, const struct fl_pte *pte)
{
	struct fl_folio folio = { 0 };

	fl_folio_view(d->world, d->pfn, &folio);
	expect(d, pte->present && pte->writable,
	       "C4: the page is not mapped writable");
	expect(d, pte->pfn == d->pfn, "C3: a different page is mapped");
	expect(d, folio.mapcount == 1 && !folio.locked,
	       "C7: the page is not mapped once, or it is locked");
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
	       "C3: the entry names a different page");
	expect(d, folio.mapcount == d->kernel->traits.entry_mapcount,
	       "C6: the entry's mapcount is not that of this release");

	printf("3. the CPU loads\n");
	if (fl_load(d->process, ADDR, &value))
		return -1;
	pte = show(d);
	printf("   the value is %lu\n", value);
	expect(d, value == VALUE + ADDEND, "C1: the device's addition is lost");
	expect(d, !d->notified_late, "C2: notified after the PTE was present");
	check_mapped(d, &pte);

	printf("4. the CPU stores again, without a fault\n");
	if (fl_store(d->process, ADDR, value + 1))
		return -1;
	pte = show(d);
	check_mapped(d, &pte);
	return 0;
}

static int not_booted(const struct fl_kernel_info *kernel, int error)
{
	if (error == -ENOTRECOVERABLE) { /* it has been printed */
		cli_error("demo: %s does not boot", kernel->name);
		return CLI_UNDECIDED;
	}
	return cli_error("demo: %s cannot be booted: %s", kernel->name,
			 strerror(-error));
}

static int demo(const struct fl_kernel_info *kernel)
{
	struct fl_world_config config = { .kernel = kernel->name,
					  .catch_end = 1 };
	struct demo d = { .kernel = kernel };
	const struct fl_end *end;
	struct fl_audit leaked;
	_Bool gap;
	int ret;

	printf("Kernel %s (%s)\n", kernel->name, kernel->release);
	ret = fl_world_boot(&config, &d.world);
	if (ret)
		return not_booted(kernel, ret);
	ret = cycle(&d);
	end = fl_world_end(d.world);
	if (end)
		printf("%s\nwhere: %s\n%s", end->text, end->where,
		       end->backtrace);
	else if (ret)
		printf("   ! the cycle ended early\n");
	gap = end && (end->kind == FL_END_MISSING_STUB ||
		      end->kind == FL_END_INTERNAL);
	fl_events_watch(d.world, NULL, NULL);
	if (fl_world_shutdown(d.world, &leaked))
		expect(&d, 0, "C7: resources were leaked");
	printf("%s\n\n", gap		 ? "undecided: an error of faultlab, "
					   "not of the kernel" :
			 ret || d.failed ? "FAILED" :
					   "all held; nothing leaked");
	return gap ? CLI_UNDECIDED : ret || d.failed ? CLI_VIOLATION : CLI_OK;
}

static _Bool has_tree(void)
{
	const struct fl_kernel_info *k;
	unsigned int i;

	for (i = 0; (k = fl_kernel_info(i)); i++)
		if (k->nr_files)
			return 1;
	return 0;
}

/*
 * Without --kernel, the demo runs on the kernels of trees, or on all kernels if
 * there is no tree.
 */
static _Bool wanted(const struct fl_kernel_info *k, const char *name)
{
	if (name)
		return !strcmp(k->name, name);
	return !has_tree() || (k->nr_files && !k->mutant);
}

static const char examples[] =
	"examples:\n"
	"  faultlab demo                        the cycle of a page, on every kernel\n"
	"  faultlab demo --kernel linux-6.12    on one kernel\n"
	"\n";

enum { KERNEL = 300 };

static const struct argp_option options[] = {
	{ "kernel", KERNEL, "KERNEL", 0,
	  "A kernel of \"faultlab kernels\" "
	  "(default: all kernels of trees; without a tree, all kernels)",
	  0 },
	CLI_HELP,
	{ 0 },
};

struct input {
	struct cli_options options; /* must be first */
	const char *kernel;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *input = state->input;

	if (key != KERNEL)
		return cli_option(key, arg, state);
	input->kernel = arg;
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	/* clang-format off */
	.doc = "Mark a page exclusive for a device, use it, and fault it back, "
	       "step by step.\v"
	       CLI_EXIT_CODES("everything held, and nothing was leaked",
			      "a violation: a kernel broke a rule",
			      "undecided: a kernel does not boot, or faultlab "
			      "has an error"),
	/* clang-format on */
};

static int run(int argc, char **argv)
{
	struct input input = {
		.options = { .command = "demo", .examples = examples },
	};
	const struct fl_kernel_info *k;
	unsigned int i;
	int ret = CLI_OK, status;

	if (cli_parse(&argp, &input.options, argc, argv))
		return input.options.status;
	if (input.kernel && !cli_kernel("demo", input.kernel))
		return CLI_ERROR;
	for (i = 0; (k = fl_kernel_info(i)); i++) {
		if (!wanted(k, input.kernel))
			continue;
		status = demo(k);
		/* The worst of all: an error, a violation, undecided. */
		if (status == CLI_ERROR || !ret ||
		    (status == CLI_VIOLATION && ret == CLI_UNDECIDED))
			ret = status;
	}
	return ret;
}

const struct cli_command cli_demo = {
	.name = "demo",
	.summary = "mark a page exclusive for a device, use it, fault it back",
	.argp = &argp,
	.examples = examples,
	.run = run,
};
