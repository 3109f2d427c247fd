/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * restore_fuzzer.c - the restore path under a coverage-guided fuzzer
 *
 * libFuzzer and AFL++ call LLVMFuzzerTestOneInput().  The bytes are decoded to
 * operations (sequence.h), on the kernel named by FL_FUZZ_KERNEL, or on the
 * default kernel.  An input fails if the world ends, by any rule or assertion,
 * or if anything is left of its processes.
 *
 * FL_FUZZ_BUG=1 is the canary: after a fork, a device's addition on page 3 is
 * done twice, and must be detected like any other wrong value.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "sequence.h"

/* A world keeps some memory of each process and device until it ends
 * (device.h), and has enough for a few thousand inputs. */
#define INPUTS_OF_A_WORLD 1024

static struct fl_world *world;
static unsigned int inputs;
static _Bool bug;

static void shut_down(void)
{
	fl_world_shutdown(world, NULL);
	world = NULL;
}

static void boot(void)
{
	static _Bool again;
	struct fl_world_config config = { .kernel = getenv("FL_FUZZ_KERNEL") };

	if (fl_world_boot(&config, &world))
		argument_error("%s cannot be booted",
			       config.kernel ? config.kernel :
					       "the default kernel");
	if (!again)
		atexit(shut_down);
	again = 1;
}

/* Check the environment before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *kernel = getenv("FL_FUZZ_KERNEL");
	const char *put_in = getenv("FL_FUZZ_BUG");

	(void)argc;
	(void)argv;
	arguments_begin("fuzz",
			"..., with FL_FUZZ_KERNEL=KERNEL, FL_FUZZ_BUG=1 "
			"in the environment");
	if (kernel)
		argument_kernel(kernel);
	bug = put_in && argument_number("FL_FUZZ_BUG", put_in, 0, 1);
	return 0;
}

static void check(int held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "violation: %s\n", what);
	abort();
}

/* Invariants of every state. */
static void check_view(const struct seq_run *run, const struct seq_view *v)
{
	unsigned int page;

	for (page = 0; page < SEQ_PAGES; page++) {
		uint16_t bits = v->page[0][page].bits;

		check(!(bits & SEQ_PTE_PRESENT && bits & SEQ_PTE_ANON &&
			bits & (SEQ_DEVICE_MAPPED | SEQ_DEVICE_MAPPED << 1)),
		      "C1: a device and a CPU can both reach the page");
		check(!(bits & SEQ_DEVICE_MAPPED && bits & SEQ_DEVICE_MAPPED
								    << 1),
		      "C1: two devices have the page");
		check(!(bits & (SEQ_DEVICE_STALE | SEQ_DEVICE_STALE << 1)),
		      "C2: a device reads a page that is no "
		      "longer the process's");
		if (run->process[1])
			check(!(v->page[1][page].bits & SEQ_PTE_EXCLUSIVE),
			      "C11: a child has an exclusive entry");
	}
}

/* A device must read back the value that its addition produced. */
static void check_add(struct seq_run *run, const struct seq_op *op,
		      const struct seq_view *v, _Bool forked)
{
	unsigned long at = SEQ_START + op->page * FL_PAGE, value;

	if (op->kind != SEQ_ADD || v->answer < 0)
		return;
	if (bug && forked && op->page == 3)
		fl_device_atomic_add(run->device[op->who], at, op->arg, NULL);
	check(!fl_device_read(run->device[op->who], at, &value),
	      "C1: a device lost its mapping, although nothing else ran");
	check(value == (unsigned long)v->answer + op->arg,
	      "C1: a device's addition has a wrong result");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seq_op ops[SEQ_MAX_OPS];
	struct fl_audit before, after;
	struct seq_view view;
	struct seq_run run;
	_Bool forked = 0;
	size_t n, i;

	if (world && ++inputs % INPUTS_OF_A_WORLD == 0)
		shut_down();
	if (!world)
		boot();
	n = seq_decode(data, size, ops);
	check(!fl_world_audit(world, &before), "the world ended");
	check(!seq_begin(&run, world), "the processes cannot be created");
	for (i = 0; i < n; i++) {
		seq_apply(&run, &ops[i], &view);
		check_view(&run, &view);
		forked |= run.process[1] != NULL;
		check_add(&run, &ops[i], &view, forked);
	}
	check(!seq_end(&run), "the processes cannot be ended");
	check(!fl_world_audit(world, &after), "the world ended");
	check(after.frames == before.frames &&
		      after.objects == before.objects &&
		      after.swap == before.swap && !after.locks &&
		      !after.rcu_sections && !after.rcu_callbacks,
	      "C7: the processes leaked something");
	return 0;
}
