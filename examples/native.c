/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native.c - two CPUs store to one page, on real threads
 *
 * shows: fl_threads_run_native()
 */
#include "example.h"

struct cpu {
	struct fl_process *process;
	unsigned long addr;
};

static void count(void *arg)
{
	struct cpu *cpu = arg;
	unsigned long i;

	for (i = 1; i <= 100; i++)
		CHECK(!fl_store(cpu->process, cpu->addr, i));
}

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct cpu cpus[] = { { process, ADDR }, { process, ADDR + 8 } };
	unsigned long a, b;

	CHECK(fl_thread_spawn(world, 0, "cpu0", count, &cpus[0]) > 0);
	CHECK(fl_thread_spawn(world, 1, "cpu1", count, &cpus[1]) > 0);
	CHECK(!fl_threads_run_native(world));
	CHECK(!fl_load(process, ADDR, &a) && !fl_load(process, ADDR + 8, &b));
	printf("the threads stored %lu and %lu last\n", a, b);
	CHECK(a == 100 && b == 100);
	return example_end(world);
}
